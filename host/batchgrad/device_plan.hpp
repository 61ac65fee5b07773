#pragma once

#include <batchgrad/derivative/derivative_item.hpp>
#include <batchgrad/derivative_plan.hpp>

#include <memory>

namespace batchgrad::cuda {

/// What kernels have to know of a plan, in the memory of the current device. Copies share it.
/// Part of libraries built with CUDA only.
class DevicePlan {
 public:
  /// Blocks. Errors: CudaError, OutOfDeviceMemory.
  explicit DevicePlan(const detail::DerivativePlan& plan);

  /// For points and outputs of the device.
  template <class T>
  [[nodiscard]] DerivativeRequest<T> request(MatrixView<const T> points,
                                             const DerivativeOutput<T>& output) const {
    return {points, output, results_, columns_, rule_, typical_, bounds_, direction_};
  }

 private:
  struct Memory;
  std::shared_ptr<const Memory> memory_;
  index_t results_;
  VectorView<const DerivativeColumn> columns_;
  DifferenceRule rule_;
  VectorView<const double> typical_;
  VectorView<const Interval> bounds_;
  VectorView<const double> direction_;
};

}  // namespace batchgrad::cuda
