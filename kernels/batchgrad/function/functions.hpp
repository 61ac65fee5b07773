#pragma once

#include <batchgrad/core/one_of.hpp>
#include <batchgrad/function/cubic_form.hpp>
#include <batchgrad/function/damped_sine.hpp>
#include <batchgrad/function/rosenbrock.hpp>
#include <batchgrad/function/sphere.hpp>

namespace batchgrad {

/// The functions that every backend knows, to test and measure with: a new one is its header and
/// one word here.
template <template <class...> class Of>
using EveryFunction = Of<Sphere, Rosenbrock, CubicForm, DampedSine>;

using AnyFunction = EveryFunction<OneOf>;

}  // namespace batchgrad
