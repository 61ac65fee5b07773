#pragma once

#include <batchgrad/table.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace batchgrad::detail {

/// What a read of a table asks for beyond its public options.
struct TableRequest {
  ReadOptions options;
  Selection selection;
  std::vector<std::string> required;   ///< columns the data have to hold; they are no --ignore
  std::vector<Column> known_levels;    ///< categorical columns whose levels are given: others fail
  std::vector<std::string> texts;      ///< read as levels of any number; of .npy arrays as numbers
  bool keeps_columns = false;          ///< some as they are: identifiers
  std::vector<std::string> arguments;  ///< the columns that expressions compute with: numbers
  index_t libsvm_features = 0;         ///< how many a libsvm file may have; 0: as many as it has
  /// Completes the above when the names of the file's columns are known. Not set: it is complete.
  std::function<void(const std::string& file, const std::vector<std::string>& names, TableRequest&)>
      complete;
  index_t chunk_size = index_t{1} << 19;  ///< text and numbers of a piece fit a core's cache
};

/// What the reader does with one column of the file.
struct Field {
  enum class Use { skip, number, level };
  Use use = Use::skip;
  index_t output = 0;     ///< place among the selected columns
  index_t level_set = 0;  ///< place among the categorical ones
  bool levels_known = false;
  bool is_argument = false;  ///< of an expression
};

/// The columns of the file and those that are read.
struct ColumnPlan {
  std::string file;
  char delimiter = ',';
  Header header = Header::present;     ///< .npy arrays have none
  bool is_float32 = false;             ///< numbers of a .npy array
  index_t libsvm_features = 0;         ///< 0: another format
  std::vector<std::string> names;      ///< all of the file's
  std::vector<Field> fields;           ///< one for each of names
  std::vector<Column> outputs;         ///< the selected ones
  std::vector<index_t> level_outputs;  ///< the categorical ones' places among outputs
  std::vector<std::string> texts;      ///< those of them that may have any number of levels
  Missing missing = Missing::error;
  std::vector<std::string> missing_texts;
  std::vector<double> missing_numbers;  ///< those of missing_texts that are numbers, as -999
};

/// Decides what is read of columns with these distinct names.
/// Errors: DataError for unknown columns and clashing choices.
ColumnPlan plan_columns(const TableRequest& request, const std::string& file,
                        std::vector<std::string> names, char delimiter);

[[nodiscard]] std::vector<std::string> names_of(const std::vector<Column>& columns);

/// The place of a column. Errors: DataError naming the nearest column where there is none.
[[nodiscard]] index_t column_index(const std::vector<Column>& columns, std::string_view name,
                                   const std::string& file);

/// Throws the DataError for a column that is not there.
[[noreturn]] void throw_unknown_column(const std::string& file, std::string_view wanted,
                                       const std::vector<std::string>& names);

}  // namespace batchgrad::detail
