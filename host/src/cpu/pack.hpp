#pragma once

#include <batchgrad/core/storage.hpp>

#include <cstring>
#include <type_traits>
#if defined(__F16C__)
#include <immintrin.h>
#endif

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

/// The floats of as many numbers of 16 bits: exact, so the same on every processor.
template <int Width>
BATCHGRAD_HD Pack<float, Width> widen_pack(const Pack<unsigned short, Width>& stored, Bfloat16) {
  const auto bits = __builtin_convertvector(stored, Pack<unsigned, Width>);
  return __builtin_bit_cast(Pack<float, Width>, bits << 16);
}
template <int Width>
BATCHGRAD_HD Pack<float, Width> widen_pack(const Pack<unsigned short, Width>& stored, Float16) {
#if defined(__AVX512F__)
  // All lanes of a mask: the function without one makes g++ warn of what is not initialised.
  if constexpr (Width == 16)
    return __builtin_bit_cast(Pack<float, 16>,
                              _mm512_maskz_cvtph_ps(0xffff, __builtin_bit_cast(__m256i, stored)));
#endif
#if defined(__F16C__)
  if constexpr (Width == 8)
    return __builtin_bit_cast(Pack<float, 8>, _mm256_cvtph_ps(__builtin_bit_cast(__m128i, stored)));
#endif
  // As Float16 does it, both cases for all lanes.
  using Bits = Pack<unsigned, Width>;
  using Floats = Pack<float, Width>;
  const auto bits = __builtin_convertvector(stored, Bits);
  const Bits magnitude = (bits & 0x7fff) << 13;
  const Bits normal = magnitude + (112U << 23);
  const Bits infinite = magnitude + (224U << 23);
  const Floats leading = Floats{} + 0x1p-14F;
  const Bits subnormal =
      __builtin_bit_cast(Bits, __builtin_bit_cast(Floats, magnitude + (113U << 23)) - leading);
  const Bits result = magnitude < (1U << 23)    ? subnormal
                      : magnitude < (31U << 23) ? normal
                                                : infinite;
  return __builtin_bit_cast(Floats, result | (bits & 0x8000) << 16);
}

/// `load` of numbers as they are stored, in the type that is computed with.
template <int Width, class T>
BATCHGRAD_HD Pack<computing_t<T>, Width> load_wide(const T* from) {
  if constexpr (std::is_same_v<T, computing_t<T>>) {
    return load<Width>(from);
  } else if constexpr (Width == 1) {
    return widen(*from);
  } else {
    static_assert(sizeof(T) == sizeof(unsigned short));
    Pack<unsigned short, Width> stored;
    std::memcpy(&stored, from, sizeof(stored));
    return widen_pack<Width>(stored, T{});
  }
}

template <class T, class P>
BATCHGRAD_HD void store(T* to, const P& pack) {
  std::memcpy(to, &pack, sizeof(pack));
}

/// Asks for a part of `size` consecutive numbers.
template <class T>
BATCHGRAD_HD void fetch_ahead(const T* first, index_t size, index_t part, index_t parts) {
  constexpr auto line = cache_line / static_cast<index_t>(sizeof(T));
  const index_t lines = (size + line - 1) / line;
  for (index_t i = lines * part / parts; i < lines * (part + 1) / parts; ++i)
    __builtin_prefetch(first + i * line, 0, 2);
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
BATCHGRAD_HD Pack<T, 4> lane_sums(const Pack<T, Width>* packs) {
  static_assert(Width >= 4);
  if constexpr (Width > 4) {
    const auto fold = [&]<int... I>(const Pack<T, Width>& pack, Lanes<I...>)
        __attribute__((always_inline)) {
      return __builtin_shufflevector(pack, pack, I...) +
             __builtin_shufflevector(pack, pack, (I + Width / 2)...);
    };
    constexpr FirstLanes<Width / 2> lanes;
    const Pack<T, Width / 2> halves[4] = {fold(packs[0], lanes), fold(packs[1], lanes),
                                          fold(packs[2], lanes), fold(packs[3], lanes)};
    return lane_sums<T, Width / 2>(halves);
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

/// Every two packs, in which groups of Group lanes are still to be summed, become one with groups
/// of half the size: halves are added down to groups of 4, then neighbours, as in lane_sums.
template <int Group, class T, int Width, int Count>
BATCHGRAD_HD Pack<T, Width> folded(const Pack<T, Width>* packs) {
  if constexpr (Count == 1) {
    return packs[0];
  } else {
    constexpr int distance = Group > 4 ? Group / 2 : 1;
    constexpr int stride = Group > 4 ? 1 : 2;
    constexpr auto source = [](int lane) {
      const int rest = lane % (Width / 2);
      return lane / (Width / 2) * Width + rest / (Group / 2) * Group + rest % (Group / 2) * stride;
    };
    const auto fold = [&]<int... I>(const Pack<T, Width>& a, const Pack<T, Width>& b, Lanes<I...>)
        __attribute__((always_inline)) {
      return __builtin_shufflevector(a, b, source(I)...) +
             __builtin_shufflevector(a, b, source(I) + distance...);
    };
    Pack<T, Width> half[Count / 2];
    for (int i = 0; i < Count / 2; ++i)
      half[i] = fold(packs[2 * i], packs[2 * i + 1], FirstLanes<Width>{});
    return folded<Group / 2, T, Width, Count / 2>(half);
  }
}

/// The lane sums of as many packs as a pack has lanes, with the bits of lane_sums: a third of its
/// instructions.
template <class T, int Width>
BATCHGRAD_HD Pack<T, Width> all_lane_sums(const Pack<T, Width>* packs) {
  return folded<Width, T, Width, Width>(packs);
}

}  // namespace batchgrad::cpu
