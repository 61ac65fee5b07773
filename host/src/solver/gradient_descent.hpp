#pragma once

#include <batchgrad/fit.hpp>

#include "solver/progress.hpp"

namespace batchgrad::detail {

/// Minimises by gradient descent with heavy-ball momentum, in double precision:
///   velocity <- momentum * velocity - learning_rate * gradient,   parameters += velocity
/// With a learning rate given, exactly that, to the end. Without one the rate starts as
/// 1 / (largest curvature at the start), the step that descends on any function whose curvature
/// stays below that; where it does not, an iterate that is not finite or lies above the one before
/// (with momentum: above the start) is discarded, the rate halved and the velocity set to 0.
/// Stop::no_progress: the parameters no longer change.
Minimum minimise(Objective& objective, VectorView<const double> start,
                 const GradientDescent& options, const StopRules& rules);

}  // namespace batchgrad::detail
