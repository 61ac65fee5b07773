#include "solver/adagrad.hpp"

#include "solver/descent.hpp"

namespace batchgrad::detail {

Task<Stop> solve(Progress& progress, Point current, const AdaGrad& options) {
  return descend_by_rule(progress, std::move(current), options, options.learning_rate);
}

}  // namespace batchgrad::detail
