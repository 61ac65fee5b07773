#pragma once

#include <batchgrad/derivative.hpp>

#include <string>
#include <vector>

#include "function_options.hpp"

namespace batchgrad::cli {

/// Whether each derivative comes with its error, status, step and one-sided slopes.
enum class Details { no, yes };

/// A column of results.
struct ResultColumn {
  std::string name;
  bool is_status = false;  ///< its numbers are those of the enumerators of Status
};

/// How derivatives are called, by their place among those of one result: "x", "x_y", "laplacian"
/// in columns, "df/dx", "d2f/dxdy", "laplacian" in text.
[[nodiscard]] std::vector<std::string> column_suffixes(const Expression& f,
                                                       const DerivativeOptions& options);
[[nodiscard]] std::vector<std::string> text_labels(const Expression& f,
                                                   const DerivativeOptions& options);
/// "df/dx" of the second result: "df2/dx"; "laplacian": "laplacian of f2".
[[nodiscard]] std::string label_of_result(std::string label, index_t result);

/// Derivatives at blocks of points as rows of numbers, each
///   value_q, d_c   and with details   err_c, status_c, step_c, left_c, right_c
/// for all results q and derivatives c.
class DerivativeRows {
 public:
  /// The type in which points are given to the evaluation.
  enum class Scalar { float64, float32 };

  /// Errors: UsageError where the options do not fit each other or f.
  DerivativeRows(Context& context, const Expression& f, const DerivativeOptions& options,
                 Details details, Scalar scalar);

  [[nodiscard]] const std::vector<ResultColumn>& columns() const { return columns_; }
  [[nodiscard]] index_t width() const { return static_cast<index_t>(columns_.size()); }
  /// Q, and C of all results together.
  [[nodiscard]] index_t value_count() const { return evaluator_.result_count(); }
  [[nodiscard]] index_t derivative_count() const { return evaluator_.column_count(); }

  /// Shapes: points N x P, rows N x width().
  void operator()(MatrixView<const double> points, MatrixView<double> rows);

 private:
  template <class T>
  void evaluate(MatrixView<const T> points, MatrixView<double> rows);

  DerivativeEvaluator evaluator_;
  Details details_;
  Scalar scalar_;
  std::vector<ResultColumn> columns_;
};

}  // namespace batchgrad::cli
