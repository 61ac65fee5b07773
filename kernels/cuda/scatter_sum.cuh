#pragma once

#include <batchgrad/core/portability.hpp>

namespace batchgrad::cuda {

/// Sums of N values over groups of Lanes neighbouring lanes, shared out among them (a butterfly
/// reduce-scatter); both are powers of two. Lane k of its group is left with those of the values
/// [first_of_lane(k), first_of_lane(k) + held) in the first entries; where there are more lanes
/// than values, Lanes / N neighbours hold the same one. Every lane of the warp calls it. N - 1
/// shuffles and log2(Lanes / N) more, instead of N log2(Lanes).
template <int Lanes, int N>
struct ScatterSum {
  static constexpr int held = N > Lanes ? N / Lanes : 1;
  static constexpr int sharers = Lanes > N ? Lanes / N : 1;  ///< lanes that hold the same value

  static constexpr BATCHGRAD_HD int first_of_lane(int k) { return k / sharers * held; }
  /// The first lane of the group that holds value i; it is entry i % held there.
  static constexpr BATCHGRAD_HD int lane_of(int i) { return i / held * sharers; }

  template <class T>
  __device__ __forceinline__ void operator()(T (&values)[N]) const {
    reduce<N, Lanes / 2>(values);
  }

 private:
  template <int Count, int Distance, class T>
  static __device__ __forceinline__ void reduce(T (&values)[N]) {
    if constexpr (Distance > 0) {
      if constexpr (Count > 1) {
        constexpr int half = Count / 2;
        const bool keeps_upper = (threadIdx.x & Distance) != 0;
#pragma unroll
        for (int i = 0; i < half; ++i) {
          const T sent = keeps_upper ? values[i] : values[i + half];
          const T kept = keeps_upper ? values[i + half] : values[i];
          values[i] = kept + __shfl_xor_sync(0xffffffffU, sent, Distance);
        }
        reduce<half, Distance / 2>(values);
      } else {
        values[0] += __shfl_xor_sync(0xffffffffU, values[0], Distance);
        reduce<1, Distance / 2>(values);
      }
    }
  }
};

}  // namespace batchgrad::cuda
