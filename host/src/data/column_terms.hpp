#pragma once

#include <batchgrad/expression.hpp>
#include <batchgrad/table.hpp>

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace batchgrad::detail {

/// A column, or an expression of columns that hold numbers.
struct ColumnTerm {
  std::string text;                    ///< empty: nothing is asked for
  std::vector<std::string> arguments;  ///< the columns an expression computes with; empty: a column

  [[nodiscard]] bool is_expression() const { return !arguments.empty(); }
  /// The columns that have to be read.
  [[nodiscard]] std::vector<std::string> columns() const;
};

/// Finds out what texts stand for in a file with these columns.
class ColumnTerms {
 public:
  ColumnTerms(std::string file, const std::vector<std::string>& names);

  /// The name of a column is that column, any other text an expression of columns; "" nothing.
  /// Errors: DataError for what is neither, an expression with several results or without a column.
  [[nodiscard]] ColumnTerm find(const std::string& text) const;
  [[nodiscard]] std::vector<ColumnTerm> find(const std::vector<std::string>& texts) const;

 private:
  [[nodiscard]] Expression parse(const std::string& text) const;

  std::string file_;
  std::vector<std::string> names_;
  std::unordered_set<std::string> known_;
  std::vector<std::string> identifiers_;  // the columns that expressions can name
};

/// The expression of a term, its variables being exactly the arguments, in their order.
/// Errors: DataError as above, for terms that were stored.
[[nodiscard]] Expression expression_of(const ColumnTerm& term, const std::string& file);

/// The term's values in some rows of a table (empty: in all), on `threads` threads: the same bits
/// for any number of them. Memory: a few kilobytes for each thread beside the result.
/// Errors: DataError naming file, line and the arguments' values for a result that is not finite.
[[nodiscard]] std::vector<double> evaluate_term(const ColumnTerm& term, const Table& table,
                                                const std::vector<index_t>& rows, index_t threads);

}  // namespace batchgrad::detail
