#pragma once

#include "cuda/primitive/tensor_product.cuh"

namespace batchgrad::cuda {

/// N floats, each in two parts that tensor cores take: x = large + small + d, with
/// |small| <= 2^-11 |x| and |d| <= 2^-21 |x|, apart from underflow. A number of up to 11 digits, as
/// those of 16 bits are, is its large part. From (2 - 2^-11) 2^127 on it is not a number.
template <int N>
struct SplitFloats {
  TensorFloat large[N];
  TensorFloat small[N];

  __device__ __forceinline__ void set(int i, float x) {
    large[i] = TensorFloat(x);
    small[i] = TensorFloat::cut(x - static_cast<float>(large[i]));
  }
};

/// sums += A B for a tile A of 16 x 16 and B of 16 x 8, each as two tiles of multiply_add_tile.
/// The products of small parts are left out, the others added up from 0 before they are added:
/// tensor cores cut sums off, so that a long sum would lose as much as it has products. Where A has
/// no small parts these are not looked at. With u = 2^-24 each element errs by at most
///   20.1 u sum |a b|    the parts left out: (2 x 2^-21 + 2^-22) (1 + 2^-9)
///   40.1 u sum |a b|    two tiles of large parts, 20 u each, after four of small ones
///   1 u |sums|          the last sum, which is rounded to nearest
/// (Ootomo and Yokota, Recovering single precision accuracy from tensor cores while surpassing the
/// FP32 theoretical peak performance, Int. J. High Perf. Comput. Appl. 36 (2022) 475-491.)
__device__ __forceinline__ void multiply_add_split(float (&sums)[4], const SplitFloats<4> (&a)[2],
                                                   bool a_has_small, const SplitFloats<2> (&b)[2]) {
  float products[4] = {};
#pragma unroll
  for (int step = 0; step < 2; ++step) {
    if (a_has_small) multiply_add_tile(products, a[step].small, b[step].large);
    multiply_add_tile(products, a[step].large, b[step].small);
  }
#pragma unroll
  for (int step = 0; step < 2; ++step) multiply_add_tile(products, a[step].large, b[step].large);
#pragma unroll
  for (int i = 0; i < 4; ++i) sums[i] += products[i];
}

}  // namespace batchgrad::cuda
