#pragma once

#include <batchgrad/core/view.hpp>

#include <string>

#include "data/byte_source.hpp"

namespace batchgrad::detail {

/// The element types that are read; all little-endian or single bytes.
enum class NpyType { f8, f4, i8, i4, i2, i1, u8, u4, u2, u1 };

struct NpyHeader {
  NpyType type = NpyType::f8;
  index_t item_size = 8;
  index_t rows = 0;
  index_t columns = 1;
  bool is_column_major = false;
  index_t size = 0;  ///< bytes in front of the data
};

/// Reads what follows the magic bytes up to the data. Errors: DataError for a header that is
/// malformed, too long, or describes what is not read.
NpyHeader read_npy_header(ByteSource& source);

}  // namespace batchgrad::detail
