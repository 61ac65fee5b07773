#pragma once

#include <batchgrad/derivative_plan.hpp>
#include <batchgrad/expression.hpp>

#include <vector>

#include "expression/program.hpp"

namespace batchgrad::detail {

/// What is run, or made a CUDA source of, to differentiate an expression. Inputs are positions in
/// the point; parameters that no result uses are no inputs.
struct DerivativePrograms {
  Program values;                ///< the Q results
  std::vector<Program> results;  ///< each result by itself: what differences evaluate
  Program symbolic;              ///< the Q results, then the C derivatives; Method::symbolic only
};

/// Errors: InvalidArgument where a derivative grows beyond Graph::most_nodes.
[[nodiscard]] DerivativePrograms make_programs(const Expression& f, const DerivativePlan& plan);

}  // namespace batchgrad::detail
