#pragma once

// What launches the kernels of planted_bugs.cuh; each run tells whether the result is right.

#include <cuda_runtime.h>
#include <vector>

#include "planted_bugs.cuh"
#include "planted_cluster_bugs.cuh"
#include "simt_test.hpp"

namespace batchgrad::test {

inline std::vector<float> ones(std::size_t size) { return std::vector<float>(size, 1.0F); }

inline std::vector<float> distinct(std::size_t size) {
  std::vector<float> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<float>(i);
  return values;
}

// A kernel whose only argument is an output of 128, all of which must become 1.
template <auto Kernel, class... Args>
bool writes_ones(Args... args) {
  const DeviceArray<float> out(128);
  launch_and_wait({1, 128}, Kernel, out.data(), args...);
  return out.host() == ones(128);
}

// A kernel that reverses 128 values `times` times.
template <auto Kernel, std::size_t Times = 1>
bool reverses() {
  const std::vector<float> in = distinct(128 * Times);
  const DeviceArray<float> values(in);
  const DeviceArray<float> out(in.size());
  launch_and_wait({1, 128}, Kernel, values.data(), out.data());
  std::vector<float> expected(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) expected[i] = in[i / 128 * 128 + 127 - i % 128];
  return out.host() == expected;
}

template <ClusterBug bug>
bool exchanges() {
  std::vector<double> in(64);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<double>(i);
  const DeviceArray<double> values(in);
  const DeviceArray<double> out(in.size());
  launch_and_wait({2, 32, 0, 2}, cluster_kernel<bug>, values.data(), out.data());
  std::vector<double> expected(in.begin() + 32, in.end());
  expected.insert(expected.end(), in.begin(), in.begin() + 32);
  return out.host() == expected;
}

template <bool Planted>
bool warp_tree() {
  const DeviceArray<float> values(ones(32));
  const DeviceArray<float> out(1);
  launch_and_wait({1, 32}, warp_tree_kernel<Planted>, values.data(), out.data());
  return out.host()[0] == 32;
}

template <bool Planted>
bool lost_update() {
  std::vector<int> in(640);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<int>(i % 16);
  const DeviceArray<int> values(in);
  const DeviceArray<int> histogram(16);
  launch_and_wait({1, 64}, lost_update_kernel<Planted>, values.data(), 640, histogram.data());
  return histogram.host() == std::vector<int>(16, 40);
}

template <bool Planted>
bool all_blocks_write() {
  const DeviceArray<float> out(8);
  launch_and_wait({8, 32}, all_blocks_write_kernel<Planted>, out.data());
  return out.host()[Planted ? 0 : 7] == 7;
}

template <bool Planted>
bool ticket_without_fence() {
  const DeviceArray<float> values(ones(8));
  const DeviceArray<float> partial(8);
  const DeviceArray<unsigned> ticket(std::vector<unsigned>(1));
  const DeviceArray<float> sum(1);
  launch_and_wait({8, 32}, ticket_without_fence_kernel<Planted>, values.data(), partial.data(),
                  ticket.data(), sum.data());
  return sum.host()[0] == 8;
}

template <bool Planted>
bool lock_never_released() {
  const DeviceArray<int> lock(std::vector<int>(1));
  const DeviceArray<int> count(std::vector<int>(1));
  launch_and_wait({1, 64}, lock_never_released_kernel<Planted>, lock.data(), count.data());
  return count.host()[0] == 64;
}

template <bool Planted>
bool dynamic_shared_out_of_bounds() {
  const DeviceArray<float> out(128);
  launch_and_wait({1, 128, 256 * sizeof(float)}, dynamic_shared_out_of_bounds_kernel<Planted>,
                  out.data(), 256);
  return out.host() == ones(128);
}

template <bool Planted>
bool global_out_of_bounds() {
  const DeviceArray<float> out(256);
  launch_and_wait({1, 128}, global_out_of_bounds_kernel<Planted>, out.data(), 256);
  return out.host() == ones(256);
}

template <bool Planted>
bool vector_past_the_tail() {
  const DeviceArray<float> in(ones(201));
  const DeviceArray<float> out(128);
  launch_and_wait({1, 128}, vector_past_the_tail_kernel<Planted>, in.data(), 201, out.data());
  std::vector<float> expected(50, 4.0F);
  expected.push_back(1);
  expected.resize(128);
  return out.host() == expected;
}

template <bool Planted>
bool misaligned_vector() {
  const DeviceArray<float> in(ones(136));
  const DeviceArray<float> out(32);
  launch_and_wait({1, 32}, misaligned_vector_kernel<Planted>, in.data(), out.data());
  return out.host() == std::vector<float>(32, 4.0F);
}

template <bool Planted>
bool uninitialised_device() {
  const DeviceArray<float> in(ones(128));
  const DeviceArray<float> scratch(128);
  const DeviceArray<float> out(128);
  launch_and_wait({1, 128}, uninitialised_device_kernel<Planted>, in.data(), scratch.data(),
                  out.data());
  return out.host() == ones(128);
}

template <bool Planted>
bool host_pointer() {
  const std::vector<float> in = ones(128);
  const DeviceArray<float> values(in);
  const DeviceArray<float> out(128);
  launch_and_wait({1, 128}, copy_kernel, Planted ? in.data() : values.data(), out.data());
  return out.host() == in;
}

template <bool Planted>
bool host_view() {
  const std::vector<float> in = ones(128);
  const DeviceArray<float> values(in);
  const DeviceArray<float> out(128);
  launch_and_wait({1, 128}, copy_view_kernel,
                  VectorView<const float>(Planted ? in.data() : values.data(), 128), out.data());
  return out.host() == in;
}

template <bool Planted>
bool host_reads_device_memory() {
  const DeviceArray<float> values(ones(128));
  const volatile float* p = values.data();
  return Planted ? p[5] == 1 : values.host()[5] == 1;
}

}  // namespace batchgrad::test
