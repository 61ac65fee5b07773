#include <batchgrad/derivative.hpp>
#include <batchgrad/error.hpp>

#include <cmath>
#include <fmt/format.h>

#include "backend.hpp"

namespace batchgrad {
namespace detail {
namespace {

void check_step(double value, const char* name, const char* meaning) {
  if (value >= 0 && std::isfinite(value)) return;
  throw InvalidArgument(fmt::format("{} is {} ({})", name, value, meaning));
}

}  // namespace

void check_gradient(index_t points, index_t parameters, index_t gradient_rows,
                    index_t gradient_columns, index_t values, const GradientOptions& options) {
  if (gradient_rows != points || gradient_columns != parameters)
    throw InvalidArgument(fmt::format("gradients are {}x{} (points are {}x{}; they must match)",
                                      gradient_rows, gradient_columns, points, parameters));
  if (values != 0 && values != points)
    throw InvalidArgument(
        fmt::format("values has {} entries (there are {} points)", values, points));
  check_step(options.step.step, "step", "it is positive, or 0 for the default");
  check_step(options.step.relative_step, "relative_step", "it is positive, or 0 for the default");
  if (!(options.step.typical > 0 && std::isfinite(options.step.typical)))
    throw InvalidArgument(fmt::format("typical is {} (the usual size of a parameter is positive)",
                                      options.step.typical));
}

void for_each_range(Context& context, index_t items,
                    const std::function<void(index_t, index_t)>& body) {
  if (items > 0) context.backend().for_each_range(items, body);
}

}  // namespace detail

template <class T>
void gradient(Context& context, const Function& function, MatrixView<const T> points,
              MatrixView<T> gradients, const GradientOptions& options, VectorView<T> values) {
  detail::check_gradient(points.rows(), points.columns(), gradients.rows(), gradients.columns(),
                         values.size(), options);
  if (points.rows() == 0) return;
  check_parameter_count(function, points.columns());
  context.backend().gradient(GradientTask<T>{function, points, gradients, values, options});
}

template void gradient(Context&, const Function&, MatrixView<const float>, MatrixView<float>,
                       const GradientOptions&, VectorView<float>);
template void gradient(Context&, const Function&, MatrixView<const double>, MatrixView<double>,
                       const GradientOptions&, VectorView<double>);

}  // namespace batchgrad
