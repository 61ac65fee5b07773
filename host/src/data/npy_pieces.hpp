#pragma once

#include <memory>
#include <vector>

#include "data/byte_source.hpp"
#include "data/npy_header.hpp"

namespace batchgrad::detail {

/// The data of a .npy file, a piece of consecutive rows at a time. Memory grows with what is there,
/// whatever the header promises.
class NpyPieces {
 public:
  /// Of the source was read the header. Reads the first piece.
  /// Errors, of next() too: DataError where the file holds fewer or more bytes than its shape.
  NpyPieces(std::unique_ptr<ByteSource> source, const NpyHeader& header);

  /// Goes to the next piece and returns its number of rows; 0 at the end.
  index_t next();
  /// Numbers of a column of the piece, valid until the next call of either.
  void read_column(index_t column, double* into, index_t into_stride);

  [[nodiscard]] const NpyHeader& header() const { return header_; }
  /// Whether the file is known to hold what its header promises.
  [[nodiscard]] bool is_complete() const { return source_->has_random_access(); }

 private:
  /// How the rows are found: one after the other, or each column for itself, read from the file or
  /// held whole.
  enum class Access { rows, columns_of_file, columns_of_memory };

  void check_file_size() const;
  void fetch(index_t bytes);
  [[noreturn]] void throw_truncated(index_t got) const;
  [[noreturn]] void throw_surplus() const;

  std::unique_ptr<ByteSource> source_;
  NpyHeader header_;
  index_t data_size_ = 0;
  Access access_ = Access::rows;
  std::vector<char> bytes_;
  index_t first_row_ = 0;  // of the piece
  index_t rows_ = 0;       // of the piece
  bool has_first_piece_ = true;
};

}  // namespace batchgrad::detail
