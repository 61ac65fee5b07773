#pragma once

#include <batchgrad/core/view.hpp>

namespace batchgrad {

/// What lies beside each other in memory: the entries of a row of a matrix, or of a column.
enum class Layout { rows, columns };

/// The features of some samples, a row each, that somebody else owns. By rows it is what MatrixView
/// is; by columns the `rows` entries of a column are consecutive, and columns lie `stride` elements
/// apart (stride >= rows), as in Fortran, Julia, R, and in what holds a table by its columns.
template <class T>
class FeatureView {
 public:
  using value_type = T;

  constexpr FeatureView() = default;
  constexpr BATCHGRAD_HD FeatureView(T* data, index_t rows, index_t columns)
      : FeatureView(data, rows, columns, columns) {}
  constexpr BATCHGRAD_HD FeatureView(T* data, index_t rows, index_t columns, index_t row_stride)
      : FeatureView(data, rows, columns, row_stride, Layout::rows) {}

  /// A matrix by rows, mutable or not, serves wherever features are asked for.
  template <class Other>
  requires requires(Other* other, T*& pointer) { pointer = other; }
  constexpr BATCHGRAD_HD FeatureView(const MatrixView<Other>& by_rows)  // NOLINT
      : FeatureView(by_rows.data(), by_rows.rows(), by_rows.columns(), by_rows.row_stride()) {}

  static constexpr BATCHGRAD_HD FeatureView by_columns(T* data, index_t rows, index_t columns) {
    return by_columns(data, rows, columns, rows);
  }
  static constexpr BATCHGRAD_HD FeatureView by_columns(T* data, index_t rows, index_t columns,
                                                       index_t column_stride) {
    return {data, rows, columns, column_stride, Layout::columns};
  }

  constexpr BATCHGRAD_HD T& operator()(index_t row, index_t column) const {
    return layout_ == Layout::rows ? data_[row * stride_ + column] : data_[column * stride_ + row];
  }
  /// Rows [first, first + count).
  constexpr BATCHGRAD_HD FeatureView row_range(index_t first, index_t count) const {
    T* data = data_ + (layout_ == Layout::rows ? first * stride_ : first);
    return {data, count, columns_, stride_, layout_};
  }
  /// The entries as they lie in memory: a row of this matrix is a row of features, or a column.
  constexpr BATCHGRAD_HD MatrixView<T> as_stored() const {
    return layout_ == Layout::rows ? MatrixView<T>(data_, rows_, columns_, stride_)
                                   : MatrixView<T>(data_, columns_, rows_, stride_);
  }
  constexpr BATCHGRAD_HD T* data() const { return data_; }
  constexpr BATCHGRAD_HD index_t rows() const { return rows_; }
  constexpr BATCHGRAD_HD index_t columns() const { return columns_; }
  constexpr BATCHGRAD_HD Layout layout() const { return layout_; }
  /// Elements from one row to the next, or from one column to the next.
  constexpr BATCHGRAD_HD index_t stride() const { return stride_; }
  constexpr BATCHGRAD_HD bool empty() const { return rows_ == 0 || columns_ == 0; }

 private:
  constexpr BATCHGRAD_HD FeatureView(T* data, index_t rows, index_t columns, index_t stride,
                                     Layout layout)
      : data_(data), rows_(rows), columns_(columns), stride_(stride), layout_(layout) {}

  T* data_ = nullptr;
  index_t rows_ = 0;
  index_t columns_ = 0;
  index_t stride_ = 0;
  Layout layout_ = Layout::rows;
};

}  // namespace batchgrad
