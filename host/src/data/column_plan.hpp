#pragma once

#include <batchgrad/table.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace batchgrad::detail {

/// What a read of a table asks for beyond its public options.
struct TableRequest {
  ReadOptions options;
  Selection selection;
  std::vector<std::string> required;  ///< columns the data have to hold; they are no --ignore
  std::vector<Column> known_levels;   ///< categorical columns whose levels are given: others fail
  index_t chunk_size = index_t{1} << 19;  ///< text and numbers of a piece fit a core's cache
};

/// What the reader does with one column of the file.
struct Field {
  enum class Use { skip, number, level };
  Use use = Use::skip;
  index_t output = 0;     ///< place among the selected columns
  index_t level_set = 0;  ///< place among the categorical ones
  bool levels_known = false;
};

/// The columns of the file and those that are read.
struct ColumnPlan {
  std::string file;
  char delimiter = ',';
  Header header = Header::present;
  std::vector<std::string> names;      ///< all of the file's
  std::vector<Field> fields;           ///< one for each of names
  std::vector<Column> outputs;         ///< the selected ones
  std::vector<index_t> level_outputs;  ///< the categorical ones' places among outputs
  Missing missing = Missing::error;
  std::vector<std::string> missing_texts;
  std::vector<double> missing_numbers;  ///< those of missing_texts that are numbers, as -999
};

/// Decides what is read of columns with these distinct names.
/// Errors: DataError for unknown columns and clashing choices.
ColumnPlan plan_columns(const TableRequest& request, const std::string& file,
                        std::vector<std::string> names, char delimiter);

/// "did you mean 'price'?" where a name is close to `wanted`, else a list of the names.
std::string suggest_name(std::string_view wanted, const std::vector<std::string>& names);

/// Throws the DataError for a column that is not there.
[[noreturn]] void throw_unknown_column(const std::string& file, std::string_view wanted,
                                       const std::vector<std::string>& names);

}  // namespace batchgrad::detail
