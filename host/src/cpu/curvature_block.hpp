#pragma once

#include <batchgrad/loss/losses.hpp>
#include <batchgrad/regression/curvature.hpp>

namespace batchgrad::cpu {

/// The entries of z_m are worked on eight at a time, and so are the rows and columns of the matrix:
/// it consists of tiles of 8 x 8 numbers, of which the diagonal ones and those above are kept, each
/// contiguous, row of tiles after row of tiles.
struct CurvatureTiles {
  static constexpr index_t side = 8;
  static constexpr index_t most_rows =
      128;  ///< samples whose products are summed in computing_t<T>
  /// Entries of as many samples, strip by strip. A line more than a power of two lies between two
  /// strips: a row of all of them does not fall into one set of the cache.
  static constexpr index_t strip_size = (most_rows + 1) * side;

  index_t strips;  ///< of `side` columns

  static CurvatureTiles of(index_t features) { return {features / side + 1}; }
  /// Where tile (row, column) begins; row <= column.
  [[nodiscard]] index_t offset(index_t row, index_t column) const {
    return (row * strips - row * (row - 1) / 2 + column - row) * side * side;
  }
  [[nodiscard]] index_t size() const { return offset(strips, strips); }
};

/// Some rows of tiles of the sums over the samples of one virtual block.
template <class T>
struct CurvatureBlockTask {
  const Samples<T>& samples;
  const AnyLoss& loss;
  Curvature curvature;
  const computing_t<T>*
      coefficients;  ///< strips * 8, zeros behind the D of the features; null for gram
  double intercept;
  index_t first;  ///< samples [first, last)
  index_t last;
  index_t first_strip;  ///< rows of tiles first_strip, first_strip + strip_step, ...
  index_t strip_step;
  computing_t<T>* scratch;  ///< 2 * strips * strip_size, of the calling thread
  T* rows;                  ///< most_rows * D where X is by columns, of the calling thread
  double* tiles;            ///< of the block: CurvatureTiles::size(), those of these rows written
};

// Compiled once per instruction set, each in its own namespace, as block_sums.hpp says.
#define BATCHGRAD_WITH_STORAGE(T)                          \
  namespace baseline {                                     \
  void curvature_block(const CurvatureBlockTask<T>& task); \
  }                                                        \
  namespace avx2 {                                         \
  void curvature_block(const CurvatureBlockTask<T>& task); \
  }                                                        \
  namespace avx512 {                                       \
  void curvature_block(const CurvatureBlockTask<T>& task); \
  }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cpu
