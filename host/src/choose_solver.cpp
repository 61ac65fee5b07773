#include <batchgrad/fit.hpp>

#include <fmt/format.h>

#include "loss_shape.hpp"

namespace batchgrad {
namespace {

/// A pass that fills a matrix costs M P^2 operations, one that finds a gradient 4 M P and about as
/// much time as X takes to read. The normal equations need one of the first kind; lbfgs, thirty and
/// more of the second, and well conditioned features.
constexpr index_t most_gram_features = 512;
/// Newton's method needs five to ten of the first kind.
constexpr index_t most_newton_features = 64;

ChosenSolver proximal() {
  return {Proximal{},
          "with an l1 penalty coefficients become exactly 0, which no other solver does"};
}

}  // namespace

ChosenSolver choose_solver(const Loss& loss, index_t features, double l1) {
  if (l1 > 0) return proximal();
  if (std::holds_alternative<SquaredLoss>(loss) && features <= most_gram_features)
    return {Gram{}, fmt::format("least squares with no more than {} features: the normal equations "
                                "take one pass over the data",
                                most_gram_features)};
  if (detail::curvature_of(loss) == detail::LossCurvature::everywhere &&
      features <= most_newton_features)
    return {Newton{},
            fmt::format("a smooth loss with no more than {} features: few iterations, and "
                        "dependent columns are named",
                        most_newton_features)};
  return {Lbfgs{},
          "it needs no learning rate, no matrix, and far fewer passes over the data than gradient "
          "descent"};
}

ChosenSolver choose_solver(const SoftmaxLoss&, index_t, double l1) {
  if (l1 > 0) return proximal();
  return {Lbfgs{}, "it needs no learning rate and no matrix, which for classes would be too large"};
}

}  // namespace batchgrad
