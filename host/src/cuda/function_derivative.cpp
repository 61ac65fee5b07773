#include "cuda/derivative.hpp"
#include "cuda/derivative_memory.hpp"
#include "cuda/function_launch.hpp"

namespace batchgrad::cuda {
namespace {

class FunctionDerivative final : public DerivativeKernel {
 public:
  FunctionDerivative(const Device& device, const Function& f, const detail::DerivativePlan& plan)
      : device_((device.select(), device)),
        function_{std::visit([](const auto& held) { return AnyFunction(held); }, f)},
        plan_(plan),
        device_plan_(plan) {}

  void evaluate(MatrixView<const double> points, const DerivativeOutput<double>& output) override {
    run(double_memory_, points, output);
  }
  void evaluate(MatrixView<const float> points, const DerivativeOutput<float>& output) override {
    run(float_memory_, points, output);
  }

 private:
  template <class T>
  void run(DerivativeMemory<T>& memory, MatrixView<const T> points,
           const DerivativeOutput<T>& output) {
    device_.select();
    memory.stream_through(
        device_, stream_, device_plan_, points, output, [&](const DerivativeRequest<T>& request) {
          launch_function(plan_, function_, request, device_.item_blocks(), stream_);
        });
  }

  Device device_;
  AnyFunctor function_;
  detail::DerivativePlan plan_;
  DevicePlan device_plan_;
  Stream stream_;
  DerivativeMemory<double> double_memory_;
  DerivativeMemory<float> float_memory_;
};

}  // namespace

std::unique_ptr<DerivativeKernel> make_function_derivative(const Device& device, const Function& f,
                                                           const detail::DerivativePlan& plan) {
  return std::make_unique<FunctionDerivative>(device, f, plan);
}

}  // namespace batchgrad::cuda
