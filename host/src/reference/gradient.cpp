#include "reference/reference_backend.hpp"

namespace batchgrad::reference {
namespace {

template <class Scalar, class T>
void differentiate(const GradientTask<T>& task) {
  std::visit(
      [&](const auto& function, const auto& stencil) {
        for (index_t n = 0; n < task.points.rows(); ++n)
          finite_difference_gradient<Scalar>(function, task.points.row(n), stencil,
                                             task.options.step, task.gradients.row(n),
                                             task.values.empty() ? nullptr : &task.values[n]);
      },
      task.function, task.options.stencil);
}

}  // namespace

void ReferenceBackend::gradient(const GradientTask<float>& task) {
  if (task.options.arithmetic == Arithmetic::wide)
    differentiate<double>(task);
  else
    differentiate<float>(task);
}
void ReferenceBackend::gradient(const GradientTask<double>& task) { differentiate<double>(task); }

}  // namespace batchgrad::reference
