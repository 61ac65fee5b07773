#include "function_derivative.hpp"

#include <batchgrad/functor_derivative.hpp>

namespace batchgrad::detail {
namespace {

class FunctionKernel final : public DerivativeKernel {
 public:
  FunctionKernel(Backend& backend, const Function& f, const DerivativePlan& plan)
      : backend_(backend), function_(f), plan_(plan) {}

  void evaluate(MatrixView<const double> points, const DerivativeOutput<double>& output) override {
    for_each_point(points, output);
  }
  void evaluate(MatrixView<const float> points, const DerivativeOutput<float>& output) override {
    for_each_point(points, output);
  }

 private:
  template <class T>
  void for_each_point(MatrixView<const T> points, const DerivativeOutput<T>& output) {
    backend_.for_each_range(points.rows(), [&](index_t first, index_t last) {
      const index_t count = last - first;
      std::visit(
          [&](const auto& f) {
            differentiate_functor(f, plan_, points.row_range(first, count),
                                  output.row_range(first, count));
          },
          function_);
    });
  }

  Backend& backend_;
  Function function_;
  DerivativePlan plan_;
};

}  // namespace

std::unique_ptr<DerivativeKernel> make_function_kernel(Backend& backend, const Function& f,
                                                       const DerivativePlan& plan) {
  return std::make_unique<FunctionKernel>(backend, f, plan);
}

}  // namespace batchgrad::detail
