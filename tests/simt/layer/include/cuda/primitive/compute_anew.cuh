#pragma once

// Stands in for kernels/cuda/primitive/compute_anew.cuh: the word stays as it is.

namespace batchgrad::cuda {

template <class Word>
void compute_anew(Word& /*word*/) {
  static_assert(sizeof(Word) == 4);
}

}  // namespace batchgrad::cuda
