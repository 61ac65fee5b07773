#pragma once

#include <batchgrad/core/view.hpp>
#include <batchgrad/launch.cuh>

#include <cuda_runtime.h>
#include <type_traits>
#include <utility>

namespace batchgrad::cuda {

/// A stream of its own, apart from the legacy default stream.
class Stream {
 public:
  Stream() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { static_cast<void>(cudaStreamDestroy(stream_)); }

  [[nodiscard]] cudaStream_t handle() const { return stream_; }
  void synchronize() const { check(cudaStreamSynchronize(stream_)); }

 private:
  cudaStream_t stream_ = nullptr;
};

/// Device memory for `size` elements, uninitialised.
template <class T>
class DeviceBuffer {
 public:
  DeviceBuffer() = default;
  explicit DeviceBuffer(index_t size) : size_(size) {
    void* data = nullptr;
    if (size > 0) check(cudaMalloc(&data, static_cast<std::size_t>(size) * sizeof(T)));
    data_ = static_cast<T*>(data);
  }
  DeviceBuffer(DeviceBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  DeviceBuffer& operator=(DeviceBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~DeviceBuffer() { static_cast<void>(cudaFree(data_)); }

  /// At least `size` elements; what was there is lost when it has to grow.
  void reserve(index_t size) {
    if (size <= size_) return;
    *this = DeviceBuffer();  // frees first: the two together might not fit
    *this = DeviceBuffer(size);
  }
  [[nodiscard]] T* data() const { return data_; }
  [[nodiscard]] index_t size() const { return size_; }

 private:
  T* data_ = nullptr;
  index_t size_ = 0;
};

/// Copies the first `count` elements of a host vector; an empty one copies nothing. The host memory
/// must stay as it is until the stream is synchronised.
template <class T>
void copy_to_device(T* to, const T* from, index_t count, const Stream& stream) {
  if (count > 0)
    check(cudaMemcpyAsync(to, from, static_cast<std::size_t>(count) * sizeof(T),
                          cudaMemcpyHostToDevice, stream.handle()));
}

template <class T>
void copy_to_host(T* to, const T* from, index_t count, const Stream& stream) {
  if (count > 0)
    check(cudaMemcpyAsync(to, from, static_cast<std::size_t>(count) * sizeof(T),
                          cudaMemcpyDeviceToHost, stream.handle()));
}

/// The same for the rows of a matrix, `to_stride` elements apart on the device. The runtime takes
/// strides below 2 GiB only: rows further apart, or as long, are copied one by one.
template <class T>
void copy_rows_to_device(T* to, index_t to_stride, MatrixView<const T> from, const Stream& stream) {
  constexpr index_t most_stride = ((index_t{1} << 31) - 1) / static_cast<index_t>(sizeof(T));
  if (from.empty()) return;
  if (to_stride > most_stride || from.row_stride() > most_stride) {
    for (index_t i = 0; i < from.rows(); ++i)
      copy_to_device(to + i * to_stride, from.row(i).data(), from.columns(), stream);
    return;
  }
  const auto bytes = [](index_t count) { return static_cast<std::size_t>(count) * sizeof(T); };
  check(cudaMemcpy2DAsync(to, bytes(to_stride), from.data(), bytes(from.row_stride()),
                          bytes(from.columns()), static_cast<std::size_t>(from.rows()),
                          cudaMemcpyHostToDevice, stream.handle()));
}
/// Compact on the device, whatever their stride here.
template <class T>
void copy_rows_to_device(T* to, MatrixView<const T> from, const Stream& stream) {
  copy_rows_to_device(to, from.columns(), from, stream);
}

template <class T>
void copy_rows_to_host(MatrixView<T> to, const T* from, const Stream& stream) {
  if (to.empty()) return;
  const std::size_t row = static_cast<std::size_t>(to.columns()) * sizeof(T);
  check(cudaMemcpy2DAsync(to.data(), static_cast<std::size_t>(to.row_stride()) * sizeof(T), from,
                          row, row, static_cast<std::size_t>(to.rows()), cudaMemcpyDeviceToHost,
                          stream.handle()));
}

/// As in batchgrad/launch.cuh, on a stream of the library's.
template <class... Parameters, class... Arguments>
void launch_kernel(void (*kernel)(Parameters...), const LaunchShape& shape, const Stream& stream,
                   Arguments&&... arguments) {
  launch_kernel(kernel, shape, stream.handle(), std::forward<Arguments>(arguments)...);
}

/// The same for a kernel that was compiled at run time: the arguments have the kernel's very types.
template <class... Arguments>
void launch_kernel(cudaKernel_t kernel, const LaunchShape& shape, const Stream& stream,
                   Arguments... arguments) {
  const cudaLaunchConfig_t config = launch_configuration(shape, stream.handle());
  void* pointers[] = {&arguments...};
  check(cudaLaunchKernelExC(&config, kernel, pointers));
}

}  // namespace batchgrad::cuda
