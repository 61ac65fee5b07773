#pragma once

#include <batchgrad/core/view.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/column_plan.hpp"
#include "data/csv_chunks.hpp"
#include "data/csv_parser.hpp"

namespace batchgrad::detail {

/// The largest index: that of LIBSVM, whose indices are of type int.
constexpr std::uint32_t largest_libsvm_index = 2147483647;

/// What one chunk of a libsvm file holds. Lines count from 0 at its beginning.
struct SparseRows {
  /// A pair whose value is missing, or a label (index 0).
  struct Missing {
    index_t row = 0;
    std::uint32_t index = 0;
    index_t line = 0;
    index_t column = 0;
  };

  index_t number = 0;  ///< of the chunk
  std::vector<double> labels;
  std::vector<std::uint32_t> indices;
  std::vector<double> values;                          ///< one for each index
  std::vector<index_t> row_ends;                       ///< offsets into indices
  std::vector<std::pair<index_t, index_t>> row_lines;  ///< (row, its line) after every gap
  std::vector<Missing> missing;                        ///< in the order of the text
  std::uint32_t largest_index = 0;
  index_t largest_line = 0;  ///< where it was first met
  index_t largest_column = 0;
  index_t lines = 0;
  std::optional<ChunkError> error;  ///< the first; rows before it were read
  std::exception_ptr failure;       ///< the chunk could not be read

  [[nodiscard]] index_t rows() const { return static_cast<index_t>(labels.size()); }
};

/// Whether the first line that says anything is one of a libsvm file.
bool looks_like_libsvm(std::string_view text);

/// Parses one chunk; of the options, missing_texts are looked at.
class LibsvmParser {
 public:
  explicit LibsvmParser(const ReadOptions& options);

  SparseRows parse(const Chunk& chunk);

 private:
  enum class Parse { done, failed };

  Parse parse_line(const char* end);
  Parse parse_label(std::string_view token);
  Parse parse_pair(std::string_view token);
  bool parse_index(std::string_view token, std::size_t colon);
  bool parse_value(std::string_view text, double& value);
  [[nodiscard]] bool is_missing(std::string_view text) const;
  [[nodiscard]] bool is_missing(double value) const;
  void add_missing(const char* at, std::uint32_t index);
  [[nodiscard]] index_t column_of(const char* at) const { return at - line_begin_ + 1; }
  void fail(const char* at, std::string problem);

  std::vector<std::string> missing_texts_;
  std::vector<double> missing_numbers_;
  const char* line_begin_ = nullptr;
  std::uint32_t index_ = 0;  // the last one of the line
  SparseRows rows_;
};

}  // namespace batchgrad::detail
