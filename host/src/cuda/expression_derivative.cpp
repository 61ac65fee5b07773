#include <algorithm>

#include "cuda/derivative.hpp"
#include "cuda/derivative_memory.hpp"
#include "cuda/derivative_source.hpp"

namespace batchgrad::cuda {
namespace {

class ExpressionDerivative final : public DerivativeKernel {
 public:
  ExpressionDerivative(const Device& device, std::shared_ptr<KernelCompiler> compiler,
                       const Expression& f, const detail::DerivativePlan& plan)
      : device_((device.select(), device)),
        compiler_((compiler->require(), std::move(compiler))),
        source_(plan, detail::make_programs(f, plan)),
        is_difference_(plan.is_difference()),
        plan_(plan) {}

  void evaluate(MatrixView<const double> points, const DerivativeOutput<double>& output) override {
    run(double_, points, output);
  }
  void evaluate(MatrixView<const float> points, const DerivativeOutput<float>& output) override {
    run(float_, points, output);
  }

 private:
  /// What belongs to one type of points.
  template <class T>
  struct Typed {
    DerivativeMemory<T> memory;
    std::shared_ptr<const CompiledKernel> derivatives;  // the kernel without estimates
    std::shared_ptr<const CompiledKernel> estimates;
  };

  template <class T>
  void run(Typed<T>& typed, MatrixView<const T> points, const DerivativeOutput<T>& output) {
    device_.select();
    const auto effort =
        output.wants_estimates() && !is_difference_ ? Effort::estimate : Effort::value;
    auto& kernel = effort == Effort::estimate ? typed.estimates : typed.derivatives;
    if (!kernel) kernel = compiler_->kernel(source_.text<T>(effort), DerivativeSource::kernel_name);
    constexpr int threads = DerivativeSource::most_threads;
    typed.memory.stream_through(
        device_, stream_, plan_, points, output, [&](const DerivativeRequest<T>& request) {
          const index_t items = source_.items(request);
          const index_t blocks = std::min((items + threads - 1) / threads, device_.item_blocks());
          launch_kernel(kernel->handle(), {blocks, threads}, stream_, items, request);
        });
  }

  Device device_;
  std::shared_ptr<KernelCompiler> compiler_;
  DerivativeSource source_;
  bool is_difference_;
  DevicePlan plan_;
  Stream stream_;
  Typed<double> double_;
  Typed<float> float_;
};

}  // namespace

std::unique_ptr<DerivativeKernel> make_expression_derivative(
    const Device& device, std::shared_ptr<KernelCompiler> compiler, const Expression& f,
    const detail::DerivativePlan& plan) {
  return std::make_unique<ExpressionDerivative>(device, std::move(compiler), f, plan);
}

}  // namespace batchgrad::cuda
