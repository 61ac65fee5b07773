#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/table_stream.hpp>

#include <optional>
#include <string>
#include <vector>

#include "data_options.hpp"

namespace batchgrad::cli {

struct DifferentiateOptions {
  std::string path;
  std::string output = "-";
  std::vector<std::string> y;
  std::string x;
  std::optional<double> spacing;
  std::optional<index_t> edge_order;
  index_t order = 1;
  index_t accuracy = 2;
  std::vector<std::string> ignore;
  DataOptions data;
};

/// The rows of a file with their derivatives, a block at a time. Blocks overlap by more than the
/// formulas reach, so that each row gets the bits that it gets within the whole file.
class DifferentiatedRows {
 public:
  DifferentiatedRows(TableStream& stream, const DifferentiateOptions& options, Context& context);

  /// The next rows: the columns of the file, then the derivatives; none behind the end.
  /// Errors: those of TableStream; DataError naming the line of a coordinate that repeats or turns
  ///   back, or rows that are left out where there are no coordinates.
  MatrixView<const double> next();

  /// Derivatives so far.
  [[nodiscard]] index_t not_finite() const { return not_finite_; }

 private:
  double* row(index_t n) { return table_.data() + n * read_; }
  void check_new_rows(index_t count);
  MatrixView<const double> rows_until(index_t ready);

  TableStream& stream_;
  const DifferentiateOptions& options_;
  Context& context_;
  index_t read_;   // columns of the file
  index_t added_;  // derivatives
  index_t overlap_;
  index_t block_;
  std::vector<index_t> places_;
  std::optional<index_t> x_;
  std::optional<bool> falls_;
  std::vector<double> table_;  // rows of the file
  index_t held_ = 0;           // of them
  index_t written_ = 0;        // the first of them, which are there for their neighbours
  std::vector<double> result_;
  index_t not_finite_ = 0;
  bool is_end_ = false;
};

}  // namespace batchgrad::cli
