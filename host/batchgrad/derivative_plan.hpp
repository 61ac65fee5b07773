#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/derivative_options.hpp>

#include <functional>
#include <vector>

namespace batchgrad::detail {

/// A checked request for derivatives: what a backend, or a loop over a functor, is told.
struct DerivativePlan {
  index_t parameters = 0;                 ///< P
  index_t results = 1;                    ///< Q
  std::vector<DerivativeColumn> columns;  ///< of one result; those of result q follow result q-1's
  Method method = Method::richardson;     ///< never automatic
  DifferenceRule rule;                    ///< of the difference methods; its `order` for all
  std::vector<double> typical;            ///< P
  std::vector<Interval> bounds;           ///< P or empty
  std::vector<double> direction;          ///< P or empty
  Arithmetic arithmetic = Arithmetic::wide;

  [[nodiscard]] index_t column_count() const {
    return results * static_cast<index_t>(columns.size());
  }
  [[nodiscard]] bool is_difference() const {
    return method != Method::forward_ad && method != Method::symbolic;
  }
  /// The column of a result that is the same derivative: Hessians are symmetric. Others are their
  /// own. What is computed for a column is stored in its mirror, too, if that comes later.
  [[nodiscard]] index_t mirror(index_t column) const {
    const auto kind = columns[static_cast<std::size_t>(column)].kind;
    if (kind != DerivativeColumn::Kind::mixed) return column;
    return column % parameters * parameters + column / parameters;
  }
};

/// The plan for f: R^parameters -> R^results; `automatic` is what Method::automatic stands for.
/// Errors: InvalidArgument for anything in `options` that is out of range, of the wrong size, or
/// without meaning for its method.
[[nodiscard]] DerivativePlan make_plan(const DerivativeOptions& options, index_t parameters,
                                       index_t results, Method automatic);

/// Throws InvalidArgument where points and output do not fit the plan, or a point is out of bounds.
template <class T>
void check_output(const DerivativePlan& plan, MatrixView<const T> points,
                  const DerivativeOutput<T>& output);

/// Calls body(first, last) on ranges that together cover [0, items) once, on all threads of the
/// backend. Throws BackendUnavailable where the backend cannot call host code.
void for_each_range(Context& context, index_t items,
                    const std::function<void(index_t, index_t)>& body);

}  // namespace batchgrad::detail
