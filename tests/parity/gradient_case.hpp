#pragma once

#include <batchgrad/derivative.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "random_numbers.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {

/// Stencil values of two backends differ by the rounding of f: at most gamma(operations) |f|, and a
/// library function's few ulp, divided by the step. The functions take some 16 operations a
/// parameter, of terms up to `size`.
template <class Scalar>
double difference_bound(double size, index_t parameters, double step) {
  return 2 * gamma<Scalar>(16.0 * static_cast<double>(parameters)) * size / step;
}

/// Gradients of every built-in function, by every stencil, against the reference backend and
/// against the closed form.
template <class T>
void expect_gradient_parity(Context& context, index_t points, index_t parameters,
                            Arithmetic arithmetic = Arithmetic::wide, index_t padding = 0) {
  auto reference = Context::on("reference");
  const index_t stride = parameters + padding;
  const auto x = RandomNumbers(11).vector<T>(points * stride, -1, 1);
  const MatrixView<const T> view(x.data(), points, parameters, stride);
  const bool is_native = arithmetic == Arithmetic::native || sizeof(T) == sizeof(double);
  const auto differentiate = [&](Context& where, const Function& f, const Stencil& stencil) {
    std::vector<T> result(static_cast<std::size_t>(points * (parameters + 1)), T(NAN));
    gradient<T>(where, f, view, {result.data() + points, points, parameters},
                {.stencil = stencil, .arithmetic = arithmetic}, {result.data(), points});
    return result;
  };
  const auto check = [&](const Function& f, const Stencil& stencil) {
    const auto expected = differentiate(reference, f, stencil);
    const auto actual = differentiate(context, f, stencil);
    const double size = 1000.0 * static_cast<double>(parameters);  // of f on [-1, 1]^P
    const int accuracy = std::visit([](const auto& s) { return s.accuracy; }, stencil);
    const double step = is_native ? static_cast<double>(StepRule{}(T(1), accuracy)) / 2
                                  : StepRule{}(1.0, accuracy) / 2;
    const double rounded =
        is_native ? difference_bound<T>(size, parameters, step)
                  : difference_bound<double>(size, parameters, step) + gamma<T>(2) * size;
    for (std::size_t i = 0; i < actual.size(); ++i)
      ASSERT_TRUE(
          is_within(static_cast<double>(actual[i]), static_cast<double>(expected[i]), rounded))
          << "entry " << i;
  };
  const auto for_every_stencil = [&](const Function& f) {
    SCOPED_TRACE(testing::Message() << function_name(f) << " " << points << "x" << parameters);
    check(f, ForwardStencil{});
    check(f, BackwardStencil{});
    check(f, CentralStencil{});
  };
  for_every_stencil(Sphere{});
  for_every_stencil(DampedSine{});
  if (parameters >= 2) for_every_stencil(Rosenbrock{});
  if (parameters == 2) for_every_stencil(CubicForm{});
}

}  // namespace batchgrad::test
