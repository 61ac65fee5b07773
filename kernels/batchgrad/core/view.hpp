#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad {

/// A contiguous row of `size` elements that somebody else owns. Copying a view copies no element;
/// `VectorView<const T>` is read-only. A default-constructed view is empty.
template <class T>
class VectorView {
 public:
  using value_type = T;

  constexpr VectorView() = default;
  constexpr BATCHGRAD_HD VectorView(T* data, index_t size) : data_(data), size_(size) {}

  /// From any owner with `data()` and `size()`: std::vector, std::array, another view.
  template <class Owner>
  requires requires(Owner& owner, T*& pointer) {
    pointer = owner.data();
    owner.size();
  }
  constexpr BATCHGRAD_HD VectorView(Owner&& owner)  // NOLINT(google-explicit-constructor)
      : data_(owner.data()), size_(static_cast<index_t>(owner.size())) {}

  constexpr BATCHGRAD_HD T& operator[](index_t i) const { return data_[i]; }
  constexpr BATCHGRAD_HD T* data() const { return data_; }
  constexpr BATCHGRAD_HD index_t size() const { return size_; }
  constexpr BATCHGRAD_HD bool empty() const { return size_ == 0; }
  constexpr BATCHGRAD_HD T* begin() const { return data_; }
  constexpr BATCHGRAD_HD T* end() const { return data_ + size_; }

 private:
  T* data_ = nullptr;
  index_t size_ = 0;
};

/// A row-major matrix that somebody else owns: `rows` x `columns` elements, consecutive within a
/// row, rows `row_stride` elements apart (row_stride >= columns).
template <class T>
class MatrixView {
 public:
  using value_type = T;

  constexpr MatrixView() = default;
  constexpr BATCHGRAD_HD MatrixView(T* data, index_t rows, index_t columns)
      : MatrixView(data, rows, columns, columns) {}
  constexpr BATCHGRAD_HD MatrixView(T* data, index_t rows, index_t columns, index_t row_stride)
      : data_(data), rows_(rows), columns_(columns), row_stride_(row_stride) {}

  /// A mutable view serves wherever a read-only one is asked for.
  template <class Other>
  requires requires(Other* other, T*& pointer) { pointer = other; }
  constexpr BATCHGRAD_HD MatrixView(const MatrixView<Other>& other)  // NOLINT
      : MatrixView(other.data(), other.rows(), other.columns(), other.row_stride()) {}

  constexpr BATCHGRAD_HD T& operator()(index_t row, index_t column) const {
    return data_[row * row_stride_ + column];
  }
  constexpr BATCHGRAD_HD VectorView<T> row(index_t i) const {
    return {data_ + i * row_stride_, columns_};
  }
  /// Rows [first, first + count).
  constexpr BATCHGRAD_HD MatrixView row_range(index_t first, index_t count) const {
    return {data_ + first * row_stride_, count, columns_, row_stride_};
  }
  constexpr BATCHGRAD_HD T* data() const { return data_; }
  constexpr BATCHGRAD_HD index_t rows() const { return rows_; }
  constexpr BATCHGRAD_HD index_t columns() const { return columns_; }
  constexpr BATCHGRAD_HD index_t row_stride() const { return row_stride_; }
  constexpr BATCHGRAD_HD bool empty() const { return rows_ == 0 || columns_ == 0; }

 private:
  T* data_ = nullptr;
  index_t rows_ = 0;
  index_t columns_ = 0;
  index_t row_stride_ = 0;
};

}  // namespace batchgrad
