#pragma once

#include "layer/device/qualifiers.hpp"

namespace simt {

/// The value of lane source(lane()) in a warp-wide exchange; a lane that does not take part yields
/// 0xff bytes.
template <class T, class Source>
SIMT_UNINSTRUMENTED T exchange(const char* name, unsigned mask, const T& value, Site site,
                               Source source) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 16);
  WarpOperation& operation = warp_arrive(name, mask, site, &value, sizeof(T));
  const unsigned from = source(lane());
  T result;
  if ((operation.arrived >> from & 1) != 0)
    std::memcpy(static_cast<void*>(&result), operation.slot[from], sizeof(T));
  else
    std::memset(static_cast<void*>(&result), 0xff, sizeof(T));
  warp_leave(operation);
  return result;
}

/// combine(accumulator, value, lane) over the lanes taking part, in lane order.
template <class Result, class T, class Combine>
SIMT_UNINSTRUMENTED Result fold(const char* name, unsigned mask, const T& value, Site site,
                                Result result, Combine combine) {
  WarpOperation& operation = warp_arrive(name, mask, site, &value, sizeof(T));
  for (unsigned l = 0; l < 32; ++l) {
    if ((operation.arrived >> l & 1) == 0) continue;
    T other;
    std::memcpy(static_cast<void*>(&other), operation.slot[l], sizeof(T));
    result = combine(result, other, l);
  }
  warp_leave(operation);
  return result;
}

// Lanes are grouped in sections of `width`; a shuffle does not leave its section.
constexpr unsigned section_start(unsigned lane, int width) {
  return lane & ~(static_cast<unsigned>(width) - 1U);
}
constexpr unsigned section_end(unsigned lane, int width) {
  return section_start(lane, width) + static_cast<unsigned>(width);
}

}  // namespace simt

template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32, SIMT_HERE) {
  return simt::exchange("__shfl_sync", mask, value, SIMT_SITE, [=](unsigned lane) {
    const auto last = static_cast<unsigned>(width) - 1U;
    return simt::section_start(lane, width) | (static_cast<unsigned>(source) & last);
  });
}

template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32, SIMT_HERE) {
  return simt::exchange("__shfl_down_sync", mask, value, SIMT_SITE, [=](unsigned lane) {
    return lane + delta < simt::section_end(lane, width) ? lane + delta : lane;
  });
}

template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32, SIMT_HERE) {
  return simt::exchange("__shfl_up_sync", mask, value, SIMT_SITE, [=](unsigned lane) {
    return lane >= simt::section_start(lane, width) + delta ? lane - delta : lane;
  });
}

template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32, SIMT_HERE) {
  return simt::exchange("__shfl_xor_sync", mask, value, SIMT_SITE, [=](unsigned lane) {
    const unsigned other = lane ^ static_cast<unsigned>(bits);
    return other < simt::section_end(lane, width) ? other : lane;
  });
}

inline void __syncwarp(unsigned mask = 0xffffffffU, SIMT_HERE) {
  const int nothing = 0;
  simt::warp_leave(simt::warp_arrive("__syncwarp", mask, SIMT_SITE, &nothing, sizeof nothing));
}

inline unsigned __ballot_sync(unsigned mask, int predicate, SIMT_HERE) {
  return simt::fold(
      "__ballot_sync", mask, predicate, SIMT_SITE, 0U,
      [](unsigned bits, int p, unsigned lane) { return bits | (p != 0 ? 1U : 0U) << lane; });
}

inline int __any_sync(unsigned mask, int predicate, SIMT_HERE) {
  return simt::fold("__any_sync", mask, predicate, SIMT_SITE, 0,
                    [](int any, int p, unsigned) { return any != 0 || p != 0 ? 1 : 0; });
}

inline int __all_sync(unsigned mask, int predicate, SIMT_HERE) {
  return simt::fold("__all_sync", mask, predicate, SIMT_SITE, 1,
                    [](int all, int p, unsigned) { return all != 0 && p != 0 ? 1 : 0; });
}

/// The lanes of mask that hold the same value as the caller.
template <class T>
unsigned __match_any_sync(unsigned mask, T value, SIMT_HERE) {
  return simt::fold("__match_any_sync", mask, value, SIMT_SITE, 0U,
                    [=](unsigned bits, T other, unsigned lane) {
                      return bits | (other == value ? 1U : 0U) << lane;
                    });
}

template <class T>
T __reduce_add_sync(unsigned mask, T value, SIMT_HERE) {
  static_assert(std::is_integral_v<T>);
  return simt::fold("__reduce_add_sync", mask, value, SIMT_SITE, T(0),
                    [](T sum, T v, unsigned) { return static_cast<T>(sum + v); });
}

template <class T>
T __reduce_max_sync(unsigned mask, T value, SIMT_HERE) {
  static_assert(std::is_integral_v<T>);
  return simt::fold("__reduce_max_sync", mask, value, SIMT_SITE, value,
                    [](T most, T v, unsigned) { return most < v ? v : most; });
}

template <class T>
T __reduce_min_sync(unsigned mask, T value, SIMT_HERE) {
  static_assert(std::is_integral_v<T>);
  return simt::fold("__reduce_min_sync", mask, value, SIMT_SITE, value,
                    [](T least, T v, unsigned) { return v < least ? v : least; });
}

/// The weakest answer the hardware may give: the caller alone.
inline unsigned __activemask() { return 1U << simt::lane(); }
