#pragma once

#include <batchgrad/loss/losses.hpp>
#include <batchgrad/regression/samples.hpp>

namespace batchgrad::cpu {

/// The sums of LossSums over the rows of one virtual block, for all parameter sets.
template <class T>
struct BlockSumsTask {
  const Samples<T>& samples;
  const AnyLoss& loss;
  MatrixView<const T> coefficients;  ///< S x D
  VectorView<const T> intercepts;    ///< S
  index_t first;                     ///< rows [first, last)
  index_t last;
  T* scratch;               ///< S x D, of the calling thread
  MatrixView<double> sums;  ///< S x (D + 3), written
};

// The kernel, block_sums.cpp, is compiled once per instruction set; each has its own namespace, so
// that the linker cannot merge code made for one processor into another's.
namespace baseline {
void block_sums(const BlockSumsTask<float>& task);
void block_sums(const BlockSumsTask<double>& task);
}  // namespace baseline
namespace avx2 {
void block_sums(const BlockSumsTask<float>& task);
void block_sums(const BlockSumsTask<double>& task);
}  // namespace avx2
namespace avx512 {
void block_sums(const BlockSumsTask<float>& task);
void block_sums(const BlockSumsTask<double>& task);
}  // namespace avx512

}  // namespace batchgrad::cpu
