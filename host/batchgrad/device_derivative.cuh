#pragma once

#include <batchgrad/cuda/derivative_kernel.cuh>
#include <batchgrad/device_plan.hpp>
#include <batchgrad/launch.cuh>

#include <algorithm>
#include <limits>
#include <utility>

// Derivatives of functors on the device, for programs compiled by nvcc. Needs a library built with
// CUDA.

namespace batchgrad {
namespace cuda {

/// Queues the kernel of one kind of item; `most_blocks` limits its grid.
template <class Item, class F, class T>
void launch_item(const F& f, const DerivativeRequest<T>& request, index_t most_blocks,
                 cudaStream_t stream) {
  const index_t items = Item::items(request);
  if (items == 0) return;
  const index_t blocks = (items + derivative_threads - 1) / derivative_threads;
  launch_kernel(derivative_kernel<Item, F, T>, {std::min(blocks, most_blocks), derivative_threads},
                stream, items, f, request);
}

/// Queues what the plan asks for, which is not symbolic.
template <class F, class T>
void launch_derivative(const detail::DerivativePlan& plan, const F& f,
                       const DerivativeRequest<T>& request, index_t most_blocks,
                       cudaStream_t stream) {
  if (!plan.is_difference() && request.output.wants_estimates())
    launch_item<AnyForwardItem<RunningError<double>, F, T>>(f, request, most_blocks, stream);
  else if (!plan.is_difference())
    launch_item<AnyForwardItem<double, F, T>>(f, request, most_blocks, stream);
  else if (plan.arithmetic == Arithmetic::native)
    launch_item<DifferenceItem<T, F, T>>(f, request, most_blocks, stream);
  else
    launch_item<DifferenceItem<double, F, T>>(f, request, most_blocks, stream);
}

}  // namespace cuda

/// Derivatives of a functor of the caller's at points that are in the device's memory, prepared
/// once for any number of batches. f is trivially copyable, and callable on the device:
///   struct Product {
///     template <class Point>  // x.size() is P
///     __host__ __device__ auto operator()(const Point& x) const { return x[0] * x[1]; }
///   };
///   DeviceDerivative derivative(Product{}, 2);
///   derivative(points, {.derivatives = gradients}, stream);
/// Functions are called by their name after `using batchgrad::math::exp`, also of dual numbers.
///   derivatives(n, c) = derivative c of f at points(n, :), see Quantity
/// Shapes: points N x P; see DerivativeOutput; all views are of the current device's memory.
/// Memory: the plan's arrays, on the device; nothing that grows with N.
/// Blocking: a call queues kernels on the stream and does not wait for them; the object outlives
///   them.
/// Errors: InvalidArgument for options or shapes that do not fit, CudaError. Points are not
///   compared with the bounds.
/// Cost: see DerivativeEvaluator; differences and forward_ad.
template <class F>
class DeviceDerivative {
 public:
  DeviceDerivative(F f, index_t parameters, const DerivativeOptions& options = {})
      : f_(std::move(f)),
        plan_(detail::make_plan(options, parameters, 1, Method::richardson)),
        device_plan_(plan_) {
    plan_.bounds.clear();  // checking them would read the points
  }

  void operator()(MatrixView<const double> points, const DerivativeOutput<double>& output,
                  cudaStream_t stream = nullptr) const {
    launch(points, output, stream);
  }
  void operator()(MatrixView<const float> points, const DerivativeOutput<float>& output,
                  cudaStream_t stream = nullptr) const {
    launch(points, output, stream);
  }

  /// C.
  [[nodiscard]] index_t column_count() const { return plan_.column_count(); }

 private:
  template <class T>
  void launch(MatrixView<const T> points, const DerivativeOutput<T>& output,
              cudaStream_t stream) const {
    constexpr index_t most_blocks = std::numeric_limits<int>::max();
    detail::check_output(plan_, points, output);
    cuda::launch_derivative(plan_, f_, device_plan_.request<T>(points, output), most_blocks,
                            stream);
  }

  F f_;
  detail::DerivativePlan plan_;
  cuda::DevicePlan device_plan_;
};

/// One batch: DeviceDerivative(f, points.columns(), options)(points, output, stream), and returns
/// when the results are there.
template <class T, class F>
void differentiate_on_device(F f, MatrixView<const T> points, const DerivativeOutput<T>& output,
                             const DerivativeOptions& options = {}, cudaStream_t stream = nullptr) {
  DeviceDerivative<F>(std::move(f), points.columns(), options)(points, output, stream);
  cuda::check(cudaStreamSynchronize(stream));
}

}  // namespace batchgrad
