#pragma once

#include <batchgrad/core/view.hpp>

#include <span>

#include "cpu/pack.hpp"

namespace batchgrad::cpu {

/// Coordinates of a block of points, a row each, into blocks of lanes:
///   registers[k * stride + l] = rows[l * row_stride + coordinates[k]]
template <class T, class Scalar>
struct LoadTask {
  const T* rows;
  index_t row_stride;
  index_t lanes;
  std::span<const index_t> coordinates;
  Scalar* registers;
  index_t stride;
};

/// Derivatives of a block of points from blocks of lanes, to a row for each point:
///   rows[l * row_stride + c] = columns[c][l] where f[l] is a number, else not-a-number
template <class T>
struct StoreTask {
  std::span<const double* const> columns;
  const double* f;
  T* rows;
  index_t row_stride;
  index_t lanes;
};

// Once per instruction set, see block_program.hpp.
namespace baseline {
void load_points(const LoadTask<double, double>& task);
void load_points(const LoadTask<float, double>& task);
void load_points(const LoadTask<float, float>& task);
void store_points(const StoreTask<double>& task);
void store_points(const StoreTask<float>& task);
}  // namespace baseline
namespace avx2 {
void load_points(const LoadTask<double, double>& task);
void load_points(const LoadTask<float, double>& task);
void load_points(const LoadTask<float, float>& task);
void store_points(const StoreTask<double>& task);
void store_points(const StoreTask<float>& task);
}  // namespace avx2
namespace avx512 {
void load_points(const LoadTask<double, double>& task);
void load_points(const LoadTask<float, double>& task);
void load_points(const LoadTask<float, float>& task);
void store_points(const StoreTask<double>& task);
void store_points(const StoreTask<float>& task);
}  // namespace avx512

}  // namespace batchgrad::cpu
