#pragma once

#include <memory>
#include <optional>

#include "data/byte_source.hpp"
#include "data/csv_blocks.hpp"
#include "data/csv_chunks.hpp"
#include "data/row_source.hpp"

namespace batchgrad::detail {

/// The rows of a text: lines get their numbers in the file, levels theirs in the list of all.
class CsvRows : public RowSource {
 public:
  /// The first chunk begins at `first_line`.
  CsvRows(std::unique_ptr<ByteSource> source, std::unique_ptr<ChunkSource> chunks, ColumnPlan plan,
          index_t first_line, index_t threads);

  [[nodiscard]] index_t expected_rows(const RowBlock& first) const override;

 private:
  bool read(RowBlock& block) override;
  void check(const Block& block) const;
  void renumber(const Block& block, std::size_t set);

  std::unique_ptr<ByteSource> source_;
  std::unique_ptr<ChunkSource> chunks_;
  index_t chunk_size_ = 0;  // of the last one
  index_t line_;
  std::optional<index_t> blank_line_;
  BlockQueue blocks_;  // the last: its threads use the others
};

}  // namespace batchgrad::detail
