#pragma once

// Stands in for kernels/cuda/primitive/tensor_product.cuh, whose comments it implements: sums lose
// as many bits as these allow.

#include <bit>
#include <cmath>
#include <cstring>

#include "layer/device.hpp"

namespace batchgrad::cuda {

class TensorFloat {
 public:
  TensorFloat() = default;
  explicit TensorFloat(float value) {
    bits_ = std::bit_cast<unsigned>(value);
    if (std::isfinite(value)) bits_ += 0x1000U;  // a carry counts one exponent, up to infinity
    bits_ = std::isnan(value) ? 0x7fffffffU : bits_ | 0x1fffU;
  }
  static TensorFloat cut(float value) {
    TensorFloat result;
    result.bits_ = std::bit_cast<unsigned>(value) | 0x1fffU;
    return result;
  }
  explicit operator float() const { return std::bit_cast<float>(bits_ & 0xffffe000U); }
  unsigned bits() const { return bits_; }

 private:
  unsigned bits_;
};

namespace tensor_product_detail {

/// The lanes' operands of one kind.
template <class Operand>
struct EveryLane {
  Operand of[32];
};

template <class Operand>
SIMT_UNINSTRUMENTED EveryLane<Operand> gather(const char* name, const Operand& own,
                                              simt::Site site) {
  static_assert(sizeof(Operand) <= 16);
  simt::WarpOperation& operation =
      simt::warp_arrive(name, 0xffffffffU, site, &own, sizeof(Operand));
  EveryLane<Operand> all;
  for (int lane = 0; lane < 32; ++lane)
    std::memcpy(static_cast<void*>(&all.of[lane]), operation.slot[lane], sizeof(Operand));
  simt::warp_leave(operation);
  return all;
}

/// Cuts off what lies below the 24th bit of a number of exponent `exponent`.
inline double cut(double value, int exponent) {
  return std::ldexp(std::trunc(std::ldexp(value, 23 - exponent)), exponent - 23);
}

inline float add_cutting(const double (&terms)[9]) {
  double plain = 0;
  double largest = 0;
  for (const double term : terms) {
    plain += term;
    largest = std::fmax(largest, std::fabs(term));
  }
  if (!std::isfinite(plain) || largest == 0) return static_cast<float>(plain);
  double sum = 0;
  for (const double term : terms) sum += cut(term, std::ilogb(largest));
  return static_cast<float>(sum == 0 ? 0.0 : cut(sum, std::ilogb(sum)));
}

}  // namespace tensor_product_detail

inline void multiply_add_tile(float (&sums)[4], const TensorFloat (&a)[4],
                              const TensorFloat (&b)[2], SIMT_HERE) {
  struct A {
    TensorFloat element[4];
  };
  struct B {
    TensorFloat element[2];
  };
  namespace detail = tensor_product_detail;
  const auto all_a =
      detail::gather("multiply_add_tile (A)", A{{a[0], a[1], a[2], a[3]}}, SIMT_SITE);
  const auto all_b = detail::gather("multiply_add_tile (B)", B{{b[0], b[1]}}, SIMT_SITE);
  const unsigned g = simt::lane() / 4;
  const unsigned t = simt::lane() % 4;
  for (unsigned i = 0; i < 4; ++i) {
    const unsigned half = i / 2;            // of A's rows
    const unsigned column = 2 * t + i % 2;  // of B
    double terms[9] = {static_cast<double>(sums[i])};
    for (unsigned k = 0; k < 8; ++k) {
      const auto x = static_cast<float>(all_a.of[4 * g + k % 4].element[half + k / 4 * 2]);
      const auto y = static_cast<float>(all_b.of[4 * column + k % 4].element[k / 4]);
      terms[1 + k] = static_cast<double>(x) * static_cast<double>(y);
    }
    sums[i] = detail::add_cutting(terms);
  }
}

}  // namespace batchgrad::cuda
