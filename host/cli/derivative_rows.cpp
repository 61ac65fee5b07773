#include "derivative_rows.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace batchgrad::cli {
namespace {

DerivativeEvaluator make_evaluator(Context& context, const Expression& f,
                                   const DerivativeOptions& options) {
  try {
    return {context, f, options};
  } catch (const InvalidArgument& error) {
    throw UsageError(error.what());
  }
}

/// "d", or "d2" for the second derivative.
std::string derivative_prefix(int order) { return order == 1 ? "d" : fmt::format("d{}", order); }

std::vector<ResultColumn> result_columns(const Expression& f, const DerivativeOptions& options,
                                         Details details) {
  const index_t results = f.results();
  const std::vector<std::string> suffixes = column_suffixes(f, options);
  std::vector<ResultColumn> columns;
  const auto number = [&](index_t q) {
    return results == 1 ? std::string() : fmt::format("_{}", q + 1);
  };
  const auto add = [&](const std::string& kind) {
    for (index_t q = 0; q < results; ++q)
      for (const std::string& suffix : suffixes)
        columns.push_back({fmt::format("{}{}_{}", kind, number(q), suffix), kind == "status"});
  };
  for (index_t q = 0; q < results; ++q) columns.push_back({"value" + number(q)});
  if (options.quantity == Quantity::gradient)
    add(derivative_prefix(options.order));
  else if (options.quantity == Quantity::hessian)
    add("d");
  else
    for (index_t q = 0; q < results; ++q) columns.push_back({suffixes.front() + number(q)});
  if (details == Details::yes)
    for (const char* kind : {"err", "status", "step", "left", "right"}) add(kind);
  return columns;
}

}  // namespace

std::vector<std::string> column_suffixes(const Expression& f, const DerivativeOptions& options) {
  switch (options.quantity) {
    case Quantity::gradient:
      return f.variables();
    case Quantity::directional:
      return {"directional"};
    case Quantity::laplacian:
      return {"laplacian"};
    case Quantity::hessian:
      break;
  }
  std::vector<std::string> suffixes;
  for (const std::string& row : f.variables())
    for (const std::string& column : f.variables()) suffixes.push_back(row + '_' + column);
  return suffixes;
}

std::vector<std::string> text_labels(const Expression& f, const DerivativeOptions& options) {
  std::vector<std::string> labels;
  if (options.quantity == Quantity::gradient) {
    const std::string power = options.order == 1 ? "" : fmt::format("{}", options.order);
    for (const std::string& name : f.variables())
      labels.push_back(fmt::format("d{}f/d{}{}", power, name, power));
  } else if (options.quantity == Quantity::hessian) {
    for (const std::string& row : f.variables())
      for (const std::string& column : f.variables())
        labels.push_back(row == column ? fmt::format("d2f/d{}2", row)
                                       : fmt::format("d2f/d{}d{}", row, column));
  } else {
    labels = column_suffixes(f, options);
  }
  return labels;
}

std::string label_of_result(std::string label, index_t result) {
  const std::string name = fmt::format("f{}", result + 1);
  const auto place = label.find("f/");
  if (place == std::string::npos) return fmt::format("{} of {}", label, name);
  return label.replace(place, 1, name);
}

DerivativeRows::DerivativeRows(Context& context, const Expression& f,
                               const DerivativeOptions& options, Details details, Scalar scalar)
    : evaluator_(make_evaluator(context, f, options)),
      details_(details),
      scalar_(scalar),
      columns_(result_columns(f, options, details)) {}

void DerivativeRows::operator()(MatrixView<const double> points, MatrixView<double> rows) {
  if (scalar_ == Scalar::float64) {
    evaluate(points, rows);
    return;
  }
  std::vector<float> values(static_cast<std::size_t>(points.rows() * points.columns()));
  const MatrixView<float> narrow(values.data(), points.rows(), points.columns());
  for (index_t n = 0; n < points.rows(); ++n)
    std::transform(points.row(n).begin(), points.row(n).end(), narrow.row(n).begin(),
                   [](double x) { return static_cast<float>(x); });
  evaluate<float>(narrow, rows);
}

template <class T>
void DerivativeRows::evaluate(MatrixView<const T> points, MatrixView<double> rows) {
  const index_t count = points.rows();
  const index_t values = value_count();
  const index_t derivatives = derivative_count();
  std::vector<T> numbers(static_cast<std::size_t>(count * width()), T(quiet_nan));
  std::vector<Status> statuses;
  const MatrixView<T> results(numbers.data(), count, width());
  // Kinds lie side by side in `results`, in the order of the columns.
  const auto columns_from = [&](index_t first, index_t columns) {
    return MatrixView<T>(numbers.data() + first, count, columns, width());
  };
  const auto detail = [&](index_t kind) {
    return columns_from(values + (1 + kind) * derivatives, derivatives);
  };
  DerivativeOutput<T> output;
  output.derivatives = columns_from(values, derivatives);
  output.values = columns_from(0, values);
  if (details_ == Details::yes) {
    statuses.resize(static_cast<std::size_t>(count * derivatives), Status::not_finite);
    output.statuses = MatrixView<Status>(statuses.data(), count, derivatives);
    output.errors = detail(0);
    output.steps = detail(2);
    output.left_slopes = detail(3);
    output.right_slopes = detail(4);
  }
  evaluator_(points, output);
  for (index_t n = 0; n < count; ++n) {
    for (index_t c = 0; c < output.statuses.columns(); ++c)
      detail(1)(n, c) = static_cast<T>(output.statuses(n, c));
    // The sign of a nan means nothing and would show.
    std::transform(results.row(n).begin(), results.row(n).end(), rows.row(n).begin(),
                   [](T x) { return x == x ? static_cast<double>(x) : quiet_nan; });
  }
}

}  // namespace batchgrad::cli
