#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>

#include "cpu/pack.hpp"

namespace batchgrad::cpu {

/// `rows` arrays of at least `width` elements, uninitialised, each beginning with a cache line: no
/// pack that starts at a multiple of its size lies across two lines, and no line belongs to two
/// threads that have a row each.
template <class T>
class AlignedRows {
 public:
  /// Grows where it has to; what was there is lost then.
  void reserve(index_t rows, index_t width) {
    constexpr index_t line = cache_line / static_cast<index_t>(sizeof(T));
    stride_ = (std::max<index_t>(width, 1) + line - 1) / line * line;
    if (rows * stride_ <= capacity_) return;
    capacity_ = rows * stride_;
    lines_ = std::make_unique_for_overwrite<Line[]>(static_cast<std::size_t>(capacity_ / line));
  }
  [[nodiscard]] T* row(index_t i) const { return reinterpret_cast<T*>(lines_.get()) + i * stride_; }
  [[nodiscard]] index_t stride() const { return stride_; }

 private:
  struct alignas(cache_line) Line {
    std::byte bytes[cache_line];
  };
  std::unique_ptr<Line[]> lines_;
  index_t stride_ = 0;
  index_t capacity_ = 0;
};

}  // namespace batchgrad::cpu
