#include "cpu/cpu_backend.hpp"

namespace batchgrad::cpu {
namespace {

template <class Scalar, class T>
void differentiate(Backend& backend, const GradientTask<T>& task) {
  std::visit(
      [&](const auto& function, const auto& stencil) {
        backend.for_each_range(task.points.rows(), [&](index_t first, index_t last) {
          detail::gradient_range<Scalar>(function, task.points, task.gradients, task.values,
                                         stencil, task.options.step, first, last);
        });
      },
      task.function, task.options.stencil);
}

}  // namespace

void CpuBackend::gradient(const GradientTask<float>& task) {
  if (task.options.arithmetic == Arithmetic::wide)
    differentiate<double>(*this, task);
  else
    differentiate<float>(*this, task);
}
void CpuBackend::gradient(const GradientTask<double>& task) { differentiate<double>(*this, task); }

}  // namespace batchgrad::cpu
