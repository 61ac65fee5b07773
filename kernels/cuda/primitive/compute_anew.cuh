#pragma once

namespace batchgrad::cuda {

/// The compiler takes the word, an integer of 32 bits, for another from here on, though it stays as
/// it is. What was computed from it is computed again where it is needed, and holds no register
/// until then. No instruction (PTX: none).
template <class Word>
__device__ __forceinline__ void compute_anew(Word& word) {
  static_assert(sizeof(Word) == 4);
  asm("" : "+r"(word));
}

}  // namespace batchgrad::cuda
