#pragma once

#include <batchgrad/derivative/derivative_item.hpp>
#include <batchgrad/derivative_plan.hpp>
#include <batchgrad/function/functions.hpp>

#include "cuda/runtime.hpp"

namespace batchgrad::cuda {

/// The built-in functions as one functor: what differentiates them is compiled once for all of
/// them. Which one it is costs a branch that all threads take alike.
struct AnyFunctor {
  AnyFunction function;

  template <class Point>
  BATCHGRAD_HD_LARGE auto operator()(const Point& x) const {
    using Value = decltype(x[0] * x[0]);
    Value value(0);
    function.visit([&](const auto& f) { value = f(x); });
    return value;
  }
};

/// Queues the derivatives of a built-in function; a file of its own for each type of points,
/// because a GPU's compiler takes long for them.
void launch_function(const detail::DerivativePlan& plan, const AnyFunctor& f,
                     const DerivativeRequest<float>& request, index_t most_blocks,
                     const Stream& stream);
void launch_function(const detail::DerivativePlan& plan, const AnyFunctor& f,
                     const DerivativeRequest<double>& request, index_t most_blocks,
                     const Stream& stream);

}  // namespace batchgrad::cuda
