#pragma once

// The copies of point_block.hpp, included by one source file per instruction set. Everything in
// here has internal linkage or is always inlined.
#include <batchgrad/core/limits.hpp>

#include "cpu/point_block.hpp"

namespace batchgrad::cpu {
namespace {

/// The coordinates [0, Coordinates) of rows that have no others.
template <int Coordinates, class T, class Scalar>
void load_whole_rows(const LoadTask<T, Scalar>& task) {
#pragma omp simd
  for (index_t l = 0; l < task.lanes; ++l)
    for (int k = 0; k < Coordinates; ++k)
      task.registers[k * task.stride + l] = static_cast<Scalar>(task.rows[l * Coordinates + k]);
}

template <int Columns, class T>
void store_whole_rows(const StoreTask<T>& task) {
  const double* columns[Columns];
  for (int c = 0; c < Columns; ++c) columns[c] = task.columns[static_cast<std::size_t>(c)];
#pragma omp simd
  for (index_t l = 0; l < task.lanes; ++l)
    for (int c = 0; c < Columns; ++c)
      task.rows[l * Columns + c] =
          static_cast<T>(task.f[l] == task.f[l] ? columns[c][l] : quiet_nan);
}

/// Whether a row is the first `count` numbers: so many that packs of them are shuffled.
template <int Count>
bool is_whole(index_t row_stride, std::size_t count) {
  return row_stride == Count && count == std::size_t{Count};
}

template <class T, class Scalar>
void load_rows(const LoadTask<T, Scalar>& task) {
  // Coordinates ascend, so as many as a row has are all of it.
  const std::size_t count = task.coordinates.size();
  if (is_whole<1>(task.row_stride, count)) return load_whole_rows<1>(task);
  if (is_whole<2>(task.row_stride, count)) return load_whole_rows<2>(task);
  if (is_whole<3>(task.row_stride, count)) return load_whole_rows<3>(task);
  if (is_whole<4>(task.row_stride, count)) return load_whole_rows<4>(task);
  for (std::size_t k = 0; k < count; ++k) {
    Scalar* to = task.registers + static_cast<index_t>(k) * task.stride;
    const T* coordinate = task.rows + task.coordinates[k];
    for (index_t l = 0; l < task.lanes; ++l)
      to[l] = static_cast<Scalar>(coordinate[l * task.row_stride]);
  }
}

template <class T>
void store_rows(const StoreTask<T>& task) {
  const std::size_t count = task.columns.size();
  if (is_whole<1>(task.row_stride, count)) return store_whole_rows<1>(task);
  if (is_whole<2>(task.row_stride, count)) return store_whole_rows<2>(task);
  if (is_whole<3>(task.row_stride, count)) return store_whole_rows<3>(task);
  if (is_whole<4>(task.row_stride, count)) return store_whole_rows<4>(task);
  for (std::size_t c = 0; c < count; ++c) {
    T* to = task.rows + c;
    const double* column = task.columns[c];
    for (index_t l = 0; l < task.lanes; ++l)
      to[l * task.row_stride] = static_cast<T>(task.f[l] == task.f[l] ? column[l] : quiet_nan);
  }
}

}  // namespace
}  // namespace batchgrad::cpu
