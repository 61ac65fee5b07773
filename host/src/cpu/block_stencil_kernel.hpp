#pragma once

// The quotients of block_stencil.hpp, included by one source file per instruction set, as
// block_sums_kernel.hpp is. Everything else in here has internal linkage or is always inlined.
#include <batchgrad/stencil/fornberg.hpp>

#include <bit>
#include <cstdint>
#include <type_traits>

#include "cpu/block_stencil.hpp"
#include "cpu/pack.hpp"

namespace batchgrad::cpu {
namespace BATCHGRAD_ISA {
namespace {

template <class Scalar>
constexpr int width = BATCHGRAD_ISA_BYTES / static_cast<int>(sizeof(Scalar));
template <class Scalar>
using Numbers = Pack<Scalar, width<Scalar>>;

/// A pack as fornberg_weights takes numbers.
template <class Scalar>
struct PackNumber {
  Numbers<Scalar> lanes;

  PackNumber() = default;
  BATCHGRAD_HD PackNumber(const Numbers<Scalar>& pack) : lanes(pack) {}  // NOLINT
  BATCHGRAD_HD explicit PackNumber(int number)
      : lanes(Numbers<Scalar>{} + static_cast<Scalar>(number)) {}

  BATCHGRAD_HD PackNumber operator-() const { return PackNumber(-lanes); }
  BATCHGRAD_HD PackNumber& operator*=(const PackNumber& other) {
    lanes *= other.lanes;
    return *this;
  }
  friend BATCHGRAD_HD PackNumber operator-(const PackNumber& a, const PackNumber& b) {
    return PackNumber(a.lanes - b.lanes);
  }
  friend BATCHGRAD_HD PackNumber operator*(const PackNumber& a, const PackNumber& b) {
    return PackNumber(a.lanes * b.lanes);
  }
  friend BATCHGRAD_HD PackNumber operator/(const PackNumber& a, const PackNumber& b) {
    return PackNumber(a.lanes / b.lanes);
  }
};

/// power_of_two_below of normal numbers: their exponent alone.
template <class Scalar>
BATCHGRAD_HD Numbers<Scalar> exponent_of(const Numbers<Scalar>& numbers) {
  constexpr bool is_double = sizeof(Scalar) == 8;
  using Bits = std::conditional_t<is_double, std::int64_t, std::int32_t>;
  constexpr Bits exponent = is_double ? Bits(0x7ff0'0000'0000'0000) : Bits(0x7f80'0000);
  return std::bit_cast<Numbers<Scalar>>(std::bit_cast<Pack<Bits, width<Scalar>>>(numbers) &
                                        exponent);
}

template <class Scalar>
BATCHGRAD_HD Numbers<Scalar> all(Scalar number) {
  return Numbers<Scalar>{} + number;
}

/// The steps for points of these scales; `unit_step` is the rule's for a scale of 1, the power of
/// two that it multiplies others with.
template <class Scalar>
BATCHGRAD_HD Numbers<Scalar> steps_of(const StencilTask<Scalar>& task, Scalar unit_step,
                                      const Numbers<Scalar>& scale) {
  if (task.step.step > 0) return all(static_cast<Scalar>(task.step.step));
  if (task.step.relative_step > 0) return static_cast<Scalar>(task.step.relative_step) * scale;
  return exponent_of<Scalar>(scale) * unit_step;
}

template <class Scalar>
BATCHGRAD_HD void place(const StencilTask<Scalar>& task) {
  constexpr int step_lanes = width<Scalar>;
  const int size = task.stencil.size();
  const Numbers<Scalar> typical = all(task.typical);
  const Numbers<Scalar> one = all(Scalar(1));
  const Scalar unit_step = task.step.of_scale(Scalar(1), task.stencil.accuracy, task.stencil.order);
  for (index_t l = 0; l < task.lanes; l += step_lanes) {
    const auto x = load<step_lanes>(task.x + l);
    const Numbers<Scalar> magnitude = x < Scalar(0) ? -x : x;
    const Numbers<Scalar> scale = magnitude > typical ? magnitude : typical;
    const Numbers<Scalar> step = steps_of(task, unit_step, scale);
    Numbers<Scalar> plain = step >= Limits<Scalar>::smallest_normal ? one : Numbers<Scalar>{};
    Numbers<Scalar> previous = {};
    for (int k = 0; k < size; ++k) {
      const int multiple = task.stencil.multiple(k);
      const Numbers<Scalar> moved = x + static_cast<Scalar>(multiple) * step;
      const Numbers<Scalar> at = multiple == 0 ? x : moved;
      store(task.places + k * task.stride + l, at);
      plain = at >= task.lower ? plain : Numbers<Scalar>{};
      plain = at <= task.upper ? plain : Numbers<Scalar>{};
      if (k > 0) plain = at != previous ? plain : Numbers<Scalar>{};
      previous = at;
    }
    store(task.steps + l, step);
    store(task.is_plain + l, plain);
  }
}

/// Whether one of numbers that are not negative is above 0.
template <class Scalar>
BATCHGRAD_HD bool any(const Numbers<Scalar>& numbers) {
  return lane_sum<Scalar, width<Scalar>>(numbers) > Scalar(0);
}

/// Weights for places at the very multiples of the step, as they mostly are.
template <class Scalar>
struct ExactWeights {
  Scalar offsets[max_stencil_size + 1];
  Scalar weights[max_stencil_size + 1];

  BATCHGRAD_HD ExactWeights(const StencilTask<Scalar>& task, int size) {
    for (int k = 0; k < size; ++k) offsets[k] = static_cast<Scalar>(task.stencil.multiple(k));
    fornberg_weights(offsets, size, task.stencil.order, weights);
  }
};

/// Returns whether all lanes are plain.
template <class Scalar>
BATCHGRAD_HD bool weigh(const StencilTask<Scalar>& task, int size, int order) {
  constexpr int step_lanes = width<Scalar>;
  const ExactWeights<Scalar> exact(task, size);
  const Numbers<Scalar> one = all(Scalar(1));
  Numbers<Scalar> not_plain = {};
  for (index_t l = 0; l < task.lanes; l += step_lanes) {
    const auto x = load<step_lanes>(task.x + l);
    const auto step = load<step_lanes>(task.steps + l);
    // Powers of two: to multiply by the reciprocal is to divide, to the bit.
    const Numbers<Scalar> reciprocal = one / exponent_of<Scalar>(step);
    PackNumber<Scalar> offsets[max_stencil_size + 1];
    PackNumber<Scalar> weights[max_stencil_size + 1];
    Numbers<Scalar> differs = {};
    for (int k = 0; k < size; ++k) {
      offsets[k] = (load<step_lanes>(task.places + k * task.stride + l) - x) * reciprocal;
      differs = offsets[k].lanes == exact.offsets[k] ? differs : one;
    }
    if (any<Scalar>(differs))
      fornberg_weights(offsets, size, order, weights);
    else
      for (int k = 0; k < size; ++k) weights[k] = all(exact.weights[k]);
    const auto reference = load<step_lanes>(task.values + l);
    Numbers<Scalar> sum = {};
    for (int k = 0; k < size; ++k)
      sum += weights[k].lanes * (load<step_lanes>(task.values + k * task.stride + l) - reference);
    for (int n = 0; n < order; ++n) sum *= reciprocal;
    const Numbers<Scalar> magnitude = sum < Scalar(0) ? -sum : sum;
    auto plain = load<step_lanes>(task.is_plain + l);
    plain = magnitude <= Limits<Scalar>::max ? plain : Numbers<Scalar>{};
    not_plain += one - plain;
    store(task.derivatives + l, sum);
    store(task.is_plain + l, plain);
  }
  return !any<Scalar>(not_plain);
}

/// The smallest formulas with loops that the compiler unrolls.
template <class Scalar>
bool weigh_any(const StencilTask<Scalar>& task) {
  const int size = task.stencil.size();
  const int order = task.stencil.order;
  if (size == 2 && order == 1) return weigh(task, 2, 1);
  if (size == 3 && order == 2) return weigh(task, 3, 2);
  if (size == 4 && order == 1) return weigh(task, 4, 1);
  return weigh(task, size, order);
}

}  // namespace

void place_stencil(const StencilTask<float>& task) { place(task); }
void place_stencil(const StencilTask<double>& task) { place(task); }
bool weigh_stencil(const StencilTask<float>& task) { return weigh_any(task); }
bool weigh_stencil(const StencilTask<double>& task) { return weigh_any(task); }

}  // namespace BATCHGRAD_ISA
}  // namespace batchgrad::cpu
