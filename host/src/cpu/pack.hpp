#pragma once

#include <batchgrad/core/portability.hpp>

#include <cstring>

namespace batchgrad::cpu {

/// Width numbers that are added and multiplied at once: the compiler's vector extension, of which
/// it makes the instructions of the set it compiles for. Explicit packs, rather than loops left to
/// the vectoriser, fix the order of additions: it depends on neither alignment nor tuning.
template <class T, int Width>
struct PackOf {
  typedef T type __attribute__((vector_size(sizeof(T) * Width)));
};
template <class T>
struct PackOf<T, 1> {
  using type = T;
};
template <class T, int Width>
using Pack = typename PackOf<T, Width>::type;

template <int Width, class T>
BATCHGRAD_HD Pack<T, Width> load(const T* from) {
  Pack<T, Width> pack;
  std::memcpy(&pack, from, sizeof(pack));
  return pack;
}

template <class T, class P>
BATCHGRAD_HD void store(T* to, const P& pack) {
  std::memcpy(to, &pack, sizeof(pack));
}

/// The sum over a pack's lanes, the upper half added to the lower until one lane is left.
template <class T, int Width>
BATCHGRAD_HD T lane_sum(const Pack<T, Width>& pack) {
  if constexpr (Width == 1) {
    return pack;
  } else {
    Pack<T, Width / 2> halves[2];
    std::memcpy(halves, &pack, sizeof(pack));
    return lane_sum<T, Width / 2>(halves[0] + halves[1]);
  }
}

}  // namespace batchgrad::cpu
