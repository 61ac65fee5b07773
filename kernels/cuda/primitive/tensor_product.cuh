#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad::cuda {

/// What tensor cores take: the sign and exponent of a float, and 10 bits of its mantissa.
class TensorFloat {
 public:
  TensorFloat() = default;

  /// The nearest, of two as near the one of larger size (PTX: cvt.rna.tf32.f32). Infinity from
  /// (2 - 2^-11) 2^127 on; what is not finite stays so.
  explicit __device__ TensorFloat(float value) {
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits_) : "f"(value));
  }
  /// The bits that fit; those below them are cut off (PTX: none).
  static __device__ TensorFloat cut(float value) {
    TensorFloat result;
    result.bits_ = __float_as_uint(value) & 0xffffe000U;
    return result;
  }
  explicit __device__ operator float() const { return __uint_as_float(bits_ & 0xffffe000U); }

  __device__ unsigned bits() const { return bits_; }

 private:
  unsigned bits_;  // the lower 13 mean nothing
};

/// sums += A B, for a tile A of 16 x 8 and B of 8 x 8, whose elements lie with the lanes of a warp
/// (PTX: mma.sync.m16n8k8, sm_80). With g = lane / 4 and t = lane % 4 a lane has
///   A     (g, t), (g + 8, t), (g, t + 4), (g + 8, t + 4)
///   B     (t, g), (t + 4, g)
///   sums  (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1)
/// Each sum and its eight products, which are exact, are added up in no order that is promised but
/// the same each time; their bits below the 24th of the largest may be cut off, and those of the
/// result: the error is at most 10 x 2^-23 (|sum| + |a_1 b_1| + ... + |a_8 b_8|), apart from
/// underflow. An element of the sums depends on its row of A and its column of B alone. Every lane
/// of the warp calls it. (Fasi, Higham, Mikaitis and Pranesh, Numerical behavior of NVIDIA tensor
/// cores, PeerJ Computer Science 7 (2021) e330.)
__device__ __forceinline__ void multiply_add_tile(float (&sums)[4], const TensorFloat (&a)[4],
                                                  const TensorFloat (&b)[2]) {
  asm("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])
      : "r"(a[0].bits()), "r"(a[1].bits()), "r"(a[2].bits()), "r"(a[3].bits()), "r"(b[0].bits()),
        "r"(b[1].bits()));
}

}  // namespace batchgrad::cuda
