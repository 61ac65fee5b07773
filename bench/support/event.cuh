#pragma once

#include <batchgrad/launch.cuh>

#include <cuda_runtime.h>

#include "cuda/runtime.hpp"

namespace batchgrad::bench {

/// A moment of a stream.
class Event {
 public:
  Event() { cuda::check(cudaEventCreate(&event_)); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { static_cast<void>(cudaEventDestroy(event_)); }
  void record(const cuda::Stream& stream) { cuda::check(cudaEventRecord(event_, stream.handle())); }
  /// Waits until the stream is there.
  [[nodiscard]] double seconds_since(const Event& start) const {
    float milliseconds = 0;
    cuda::check(cudaEventSynchronize(event_));
    cuda::check(cudaEventElapsedTime(&milliseconds, start.event_, event_));
    return milliseconds * 1e-3;
  }

 private:
  cudaEvent_t event_ = nullptr;
};

}  // namespace batchgrad::bench
