#include "data/npy_pieces.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include "as_size.hpp"

namespace batchgrad::detail {

namespace {

index_t rows_of_piece(const NpyHeader& header) {
  constexpr index_t items = index_t{1} << 17;
  return std::clamp<index_t>(items / header.columns, 1, header.rows);
}

template <class Item>
void convert(const char* from, index_t stride, index_t count, double* into, index_t into_stride) {
  for (index_t i = 0; i < count; ++i) {
    Item item;
    std::memcpy(&item, from + i * stride, sizeof(Item));
    into[i * into_stride] = static_cast<double>(item);
  }
}

using Convert = void (*)(const char*, index_t, index_t, double*, index_t);

Convert converter(NpyType type) {
  switch (type) {
    case NpyType::f8:
      return convert<double>;
    case NpyType::f4:
      return convert<float>;
    case NpyType::i8:
      return convert<std::int64_t>;
    case NpyType::i4:
      return convert<std::int32_t>;
    case NpyType::i2:
      return convert<std::int16_t>;
    case NpyType::i1:
      return convert<std::int8_t>;
    case NpyType::u8:
      return convert<std::uint64_t>;
    case NpyType::u4:
      return convert<std::uint32_t>;
    case NpyType::u2:
      return convert<std::uint16_t>;
    case NpyType::u1:
      return convert<std::uint8_t>;
  }
  return nullptr;
}

}  // namespace

NpyPieces::NpyPieces(std::unique_ptr<ByteSource> source, const NpyHeader& header)
    : source_(std::move(source)), header_(header) {
  const index_t largest = std::numeric_limits<index_t>::max() / header.item_size;
  if (header.rows > largest / header.columns) {
    throw DataError({source_->name()}, fmt::format("the .npy shape ({}, {}) overflows (no machine "
                                                   "holds it) write the file again",
                                                   header.rows, header.columns));
  }
  data_size_ = header.rows * header.columns * header.item_size;
  if (source_->has_random_access()) check_file_size();
  if (header.is_column_major && header.columns > 1) {
    access_ = source_->has_random_access() ? Access::columns_of_file : Access::columns_of_memory;
  }
  rows_ = rows_of_piece(header_);
  if (access_ == Access::rows) fetch(rows_ * header_.columns * header_.item_size);
  if (access_ == Access::columns_of_memory) fetch(data_size_);
}

void NpyPieces::check_file_size() const {
  const index_t size = source_->text_size() - header_.size;
  if (size < data_size_) throw_truncated(size);
  if (size > data_size_) throw_surplus();
}

index_t NpyPieces::next() {
  if (std::exchange(has_first_piece_, false)) return rows_;
  first_row_ += rows_;
  rows_ = std::min(rows_, header_.rows - first_row_);
  if (access_ == Access::rows && rows_ > 0) fetch(rows_ * header_.columns * header_.item_size);
  char surplus = 0;
  if (rows_ == 0 && access_ != Access::columns_of_file && source_->read(&surplus, 1) != 0) {
    throw_surplus();
  }
  return rows_;
}

void NpyPieces::fetch(index_t bytes) {
  constexpr index_t step = index_t{1} << 20;
  for (index_t done = 0; done < bytes;) {
    const index_t wanted = std::min(bytes - done, std::max(step, done));
    if (as_size(done + wanted) > bytes_.size()) bytes_.resize(as_size(done + wanted));
    const index_t got = source_->read(bytes_.data() + done, wanted);
    done += got;
    if (got < wanted) {
      throw_truncated(first_row_ * header_.columns * header_.item_size + done);
    }
  }
}

void NpyPieces::read_column(index_t column, double* into, index_t into_stride) {
  const index_t size = header_.item_size;
  const index_t offset = (column * header_.rows + first_row_) * size;
  index_t start = 0;  // of the column, in bytes_
  if (access_ == Access::rows) start = column * size;
  if (access_ == Access::columns_of_memory) start = offset;
  if (access_ == Access::columns_of_file) {
    bytes_.resize(as_size(rows_ * size));
    const index_t got = source_->read_at(header_.size + offset, bytes_.data(), rows_ * size);
    if (got < rows_ * size) throw_truncated(offset + got);
  }
  const index_t stride = access_ == Access::rows ? header_.columns * size : size;
  converter(header_.type)(bytes_.data() + start, stride, rows_, into, into_stride);
}

void NpyPieces::throw_truncated(index_t got) const {
  throw DataError({source_->name()},
                  fmt::format("the .npy data are cut off ({} bytes of {}) fetch or copy the file "
                              "again",
                              got, data_size_));
}

void NpyPieces::throw_surplus() const {
  throw DataError({source_->name()}, fmt::format("bytes follow the .npy data (its shape is ({}, "
                                                 "{})) write one array to a file",
                                                 header_.rows, header_.columns));
}

}  // namespace batchgrad::detail
