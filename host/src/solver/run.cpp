#include "solver/run.hpp"

#include <batchgrad/error.hpp>

#include <fmt/format.h>
#include <utility>

#include "solver/adagrad.hpp"
#include "solver/adam.hpp"
#include "solver/gradient_descent.hpp"
#include "solver/lbfgs.hpp"
#include "solver/proximal.hpp"
#include "solver/rmsprop.hpp"

namespace batchgrad::detail {

Run::Run(const Solver& solver, VectorView<const double> start, const StopRules& rules,
         VectorView<const double> l1_weights, Batches* batches)
    : progress_(rules, l1_weights, batches),
      task_(std::visit(
          [&](const auto& options) -> Task<Stop> {
            if constexpr (requires { solve(progress_, Point(start), options); })
              return solve(progress_, Point(start), options);
            else
              throw InvalidArgument(fmt::format("solver {} has no run of its own", options.name));
          },
          solver)) {
  task_.start(execution_);
}

Minimum Run::finish() && {
  const Stop stop = task_.take();
  return std::move(progress_).finish(stop);
}

Minimum Run::interrupt() && { return std::move(progress_).finish(Stop::interrupted); }

Minimum minimise(Objective& objective, VectorView<const double> start, const Solver& solver,
                 const StopRules& rules) {
  Run run(solver, start, rules, objective.l1_weights(), objective.batches());
  while (Point* point = run.advance())
    point->value = point->rows.empty()
                       ? objective.evaluate(point->parameters, point->gradient)
                       : objective.evaluate_rows(point->rows, point->parameters, point->gradient);
  return std::move(run).finish();
}

}  // namespace batchgrad::detail
