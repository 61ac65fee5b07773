#pragma once

#include <batchgrad/core/portability.hpp>

#include <cstring>

namespace batchgrad::cpu {

inline constexpr index_t cache_line = 64;  ///< bytes

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

template <int... I>
struct Lanes {};
template <int Count, int... I>
struct LanesUpTo : LanesUpTo<Count - 1, Count - 1, I...> {};
template <int... I>
struct LanesUpTo<0, I...> {
  using type = Lanes<I...>;
};
template <int Count>
using FirstLanes = typename LanesUpTo<Count>::type;

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
  } else if constexpr (Width == 2) {
    return pack[0] + pack[1];
  } else {
    const auto half = [&]<int... I>(Lanes<I...>) __attribute__((always_inline)) {
      return __builtin_shufflevector(pack, pack, I...) +
             __builtin_shufflevector(pack, pack, (I + Width / 2)...);
    };
    return lane_sum<T, Width / 2>(half(FirstLanes<Width / 2>{}));
  }
}

/// The lane sums of four packs at once: neighbouring lanes are added, two packs in the place of
/// one, until each pack has one lane left. A third of the instructions of four separate sums.
template <class T, int Width>
BATCHGRAD_HD Pack<T, 4> lane_sums(const Pack<T, Width> (&packs)[4]) {
  static_assert(Width >= 4);
  if constexpr (Width > 4) {
    const auto fold = [&]<int... I>(const Pack<T, Width>& pack, Lanes<I...>)
        __attribute__((always_inline)) {
      return __builtin_shufflevector(pack, pack, I...) +
             __builtin_shufflevector(pack, pack, (I + Width / 2)...);
    };
    constexpr FirstLanes<Width / 2> lanes;
    return lane_sums<T, Width / 2>({fold(packs[0], lanes), fold(packs[1], lanes),
                                    fold(packs[2], lanes), fold(packs[3], lanes)});
  } else {
    const auto pair = [](const Pack<T, 4>& a, const Pack<T, 4>& b) __attribute__((always_inline)) {
      return __builtin_shufflevector(a, b, 0, 4, 2, 6) + __builtin_shufflevector(a, b, 1, 5, 3, 7);
    };
    const Pack<T, 4> low = pair(packs[0], packs[1]);   // a01 b01 a23 b23
    const Pack<T, 4> high = pair(packs[2], packs[3]);  // c01 d01 c23 d23
    return __builtin_shufflevector(low, high, 0, 1, 4, 5) +
           __builtin_shufflevector(low, high, 2, 3, 6, 7);
  }
}

}  // namespace batchgrad::cpu
