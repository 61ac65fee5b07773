#pragma once

#include <batchgrad/core/running_error.hpp>
#include <batchgrad/derivative/forward_ad.hpp>
#include <batchgrad/expression/operations.hpp>

namespace batchgrad::detail {

/// Four directions at once: what a gradient is taken with.
template <class Scalar>
using Tangents = typename Nested<Scalar, 1, 4>::type;

/// What one derivative of an order is taken with.
template <class Scalar, int Order>
using Jet = typename Nested<Scalar, Order>::type;

/// The operation of a, b, c, those beyond its arity not being read. Out of line, for each scalar
/// brings every operation with it: compiled once for float, double, running errors of double, and
/// tangents and jets (up to order 4) of the latter two.
template <class Scalar>
Scalar operate(Opcode operation, const Scalar& a, const Scalar& b, const Scalar& c);

/// The value alone.
inline double number(double a) { return a; }
inline double number(const RunningError<double>& a) { return a.value; }

}  // namespace batchgrad::detail
