// What a device's memory does at best: the limits that kernels of the library are held against.
//   read: bytes = size; copy, memcpy: bytes = 2 size, those read and those written
// Each row's result is checked before it is timed. Numbers that differ are moved: zeros, which
// lines and wires carry for less, would say too much.
#include <batchgrad/core/view.hpp>
#include <batchgrad/launch.cuh>

#include <benchmark/benchmark.h>
#include <cuda_runtime.h>
#include <string>
#include <vector>

#include "cuda/runtime.hpp"
#include "event.cuh"
#include "timing.hpp"

namespace batchgrad::bench {
namespace {

using cuda::check;

constexpr int threads = 512;
constexpr int loads = 8;  // of 16 bytes, that a thread asks for together
constexpr unsigned long long factor = 0x9E3779B97F4A7C15ULL;

__device__ index_t global_thread() {
  return static_cast<index_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}
__device__ index_t grid_threads() { return static_cast<index_t>(gridDim.x) * blockDim.x; }

/// values[i] = i * factor, modulo 2^64. Moves 8 size bytes.
__global__ void fill_kernel(unsigned long long* values, index_t size) {
  for (index_t i = global_thread(); i < size; i += grid_threads())
    values[i] = static_cast<unsigned long long>(i) * factor;
}

/// total += the sum of the packs, modulo 2^64. Moves 16 packs bytes.
__global__ void __launch_bounds__(threads)
    read_kernel(const ulonglong2* values, index_t packs, unsigned long long* total) {
  unsigned long long sum = 0;
  const index_t step = grid_threads();
  index_t i = global_thread();
  for (; i + (loads - 1) * step < packs; i += loads * step) {
    ulonglong2 pack[loads];
#pragma unroll
    for (int k = 0; k < loads; ++k) pack[k] = __ldcs(values + i + k * step);
#pragma unroll
    for (int k = 0; k < loads; ++k) sum += pack[k].x + pack[k].y;
  }
  for (; i < packs; i += step) sum += values[i].x + values[i].y;
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_xor_sync(~0U, sum, lane);
  if (threadIdx.x % 32 == 0) atomicAdd(total, sum);
}

/// Moves 32 packs bytes.
__global__ void __launch_bounds__(threads)
    copy_kernel(const ulonglong2* from, ulonglong2* to, index_t packs) {
  const index_t step = grid_threads();
  index_t i = global_thread();
  for (; i + (loads - 1) * step < packs; i += loads * step) {
    ulonglong2 pack[loads];
#pragma unroll
    for (int k = 0; k < loads; ++k) pack[k] = __ldcs(from + i + k * step);
#pragma unroll
    for (int k = 0; k < loads; ++k) __stcs(to + i + k * step, pack[k]);
  }
  for (; i < packs; i += step) to[i] = from[i];
}

enum class Ceiling { read, copy, memcpy };

class Memory {
 public:
  explicit Memory(index_t bytes) : packs_(bytes / 16), from_(packs_), to_(packs_), total_(1) {
    int device = 0;
    int processors = 0;
    check(cudaGetDevice(&device));
    check(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device));
    blocks_ = index_t{processors} * 4;
    cuda::launch_kernel(fill_kernel, {blocks_, threads}, stream_, first(from_), 2 * packs_);
    check(cudaMemsetAsync(to_.data(), 0xFF, static_cast<std::size_t>(bytes), stream_.handle()));
  }

  void move(Ceiling ceiling) {
    if (ceiling == Ceiling::read)
      read(from_);
    else if (ceiling == Ceiling::copy)
      cuda::launch_kernel(copy_kernel, {blocks_, threads}, stream_, from_.data(), to_.data(),
                          packs_);
    else
      check(cudaMemcpyAsync(to_.data(), from_.data(), static_cast<std::size_t>(packs_) * 16,
                            cudaMemcpyDeviceToDevice, stream_.handle()));
  }

  /// Whether what was read, or what was copied, adds up to what was filled in: factor n (n - 1)
  /// / 2.
  [[nodiscard]] bool is_right(Ceiling ceiling) {
    check(cudaMemsetAsync(total_.data(), 0, sizeof(unsigned long long), stream_.handle()));
    move(ceiling);
    if (ceiling != Ceiling::read) read(to_);
    unsigned long long total = 0;
    cuda::copy_to_host(&total, total_.data(), 1, stream_);
    stream_.synchronize();
    const auto pairs = static_cast<unsigned long long>(packs_);
    return total == factor * (pairs * (2 * pairs - 1));
  }

  [[nodiscard]] double seconds(Ceiling ceiling) {
    start_.record(stream_);
    move(ceiling);
    end_.record(stream_);
    return end_.seconds_since(start_);
  }

 private:
  static unsigned long long* first(const cuda::DeviceBuffer<ulonglong2>& buffer) {
    return &buffer.data()->x;
  }
  void read(const cuda::DeviceBuffer<ulonglong2>& buffer) {
    cuda::launch_kernel(read_kernel, {blocks_, threads}, stream_, buffer.data(), packs_,
                        total_.data());
  }

  index_t packs_;
  cuda::DeviceBuffer<ulonglong2> from_;
  cuda::DeviceBuffer<ulonglong2> to_;
  cuda::DeviceBuffer<unsigned long long> total_;
  cuda::Stream stream_;
  Event start_;
  Event end_;
  index_t blocks_ = 1;
};

void measure(benchmark::State& state, Ceiling ceiling, index_t bytes) {
  Memory memory(bytes);
  if (!memory.is_right(ceiling)) {
    state.SkipWithError("what was moved is not what was there");
    return;
  }
  for (int warm_up = 0; warm_up < 3; ++warm_up) memory.move(ceiling);
  std::vector<double> times;
  for (auto _ : state) {
    times.push_back(memory.seconds(ceiling));
    state.SetIterationTime(times.back());
  }
  const auto moved = static_cast<double>(ceiling == Ceiling::read ? bytes : 2 * bytes);
  state.counters["GB/s"] = moved / median(times) * 1e-9;
  state.counters["median_ms"] = median(times) * 1e3;
  state.counters["p10_ms"] = quantile(times, 0.1) * 1e3;
  state.counters["p90_ms"] = quantile(times, 0.9) * 1e3;
}

void row(benchmark::State& state, Ceiling ceiling, index_t bytes) {
  try {
    measure(state, ceiling, bytes);
  } catch (const std::exception& error) {
    state.SkipWithError(error.what());
  }
}

const bool registered = [] {
  const char* names[] = {"read", "copy", "memcpy"};
  for (const Ceiling ceiling : {Ceiling::read, Ceiling::copy, Ceiling::memcpy})
    for (const index_t bytes : {index_t{1} << 28, index_t{1} << 32})
      benchmark::RegisterBenchmark((std::string("Ceiling/") + names[static_cast<int>(ceiling)] +
                                    "/cuda:0/bytes:" + std::to_string(bytes))
                                       .c_str(),
                                   row, ceiling, bytes)
          ->UseManualTime()
          ->Iterations(30)
          ->Unit(benchmark::kMillisecond);
  return true;
}();

}  // namespace
}  // namespace batchgrad::bench
