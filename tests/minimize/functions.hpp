#pragma once

#include <batchgrad/minimize.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace batchgrad::test {

// Functions with their gradients written down, so that tests of solvers rest on nothing else.

/// (w - 5)^2
inline double parabola(VectorView<const double> w, VectorView<double> gradient) {
  gradient[0] = 2 * (w[0] - 5);
  return (w[0] - 5) * (w[0] - 5);
}

/// (x - 1)^2 + (y - 2)^2
inline double bowl(VectorView<const double> p, VectorView<double> gradient) {
  gradient[0] = 2 * (p[0] - 1);
  gradient[1] = 2 * (p[1] - 2);
  return (p[0] - 1) * (p[0] - 1) + (p[1] - 2) * (p[1] - 2);
}

/// x^2 + 20 y^2: long in x.
inline double trough(VectorView<const double> p, VectorView<double> gradient) {
  gradient[0] = 2 * p[0];
  gradient[1] = 40 * p[1];
  return p[0] * p[0] + 20 * p[1] * p[1];
}

/// 100 (y - x^2)^2 + (1 - x)^2, minimum 0 at (1, 1).
inline double rosenbrock(VectorView<const double> p, VectorView<double> gradient) {
  const double bend = p[1] - p[0] * p[0];
  gradient[0] = -400 * p[0] * bend - 2 * (1 - p[0]);
  gradient[1] = 200 * bend;
  return 100 * bend * bend + (1 - p[0]) * (1 - p[0]);
}

/// Himmelblau's function: four minima of value 0.
inline double himmelblau(VectorView<const double> p, VectorView<double> gradient) {
  const double a = p[0] * p[0] + p[1] - 11;
  const double b = p[0] + p[1] * p[1] - 7;
  gradient[0] = 4 * p[0] * a + 2 * b;
  gradient[1] = 2 * a + 4 * p[1] * b;
  return a * a + b * b;
}

/// x - log(x), minimum 1 at 1; not a number below 0, infinite at 0.
inline double log_barrier(VectorView<const double> x, VectorView<double> gradient) {
  gradient[0] = 1 - 1 / x[0];
  return x[0] - std::log(x[0]);
}

/// Views of points that a vector holds row by row.
inline MatrixView<const double> rows_of(const std::vector<double>& points, index_t columns) {
  return {points.data(), static_cast<index_t>(points.size()) / columns, columns};
}

/// Every step of the starts, as an observer gets them.
struct RecordedStep {
  index_t start = 0;
  index_t iteration = 0;
  std::vector<double> x;
  double value = 0;
  std::vector<double> gradient;
  double step = 0;
  index_t evaluations = 0;
};

inline RecordedStep recorded(const MinimizeStep& step) {
  return {step.start,
          step.iteration,
          {step.x.begin(), step.x.end()},
          step.value,
          {step.gradient.begin(), step.gradient.end()},
          step.step,
          step.evaluations};
}

/// Options that follow the solver's recurrence for so many steps, whatever happens.
inline MinimizeOptions exactly(const Solver& solver, index_t iterations) {
  MinimizeOptions options;
  options.solver = solver;
  options.max_iterations = iterations;
  options.tolerance = 0;
  return options;
}

/// Why the options or the start are refused; empty: they are not.
inline std::string error_of(const MinimizeOptions& options,
                            const std::vector<double>& start = {0, 0}) {
  try {
    static_cast<void>(minimize(bowl, start, options));
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "";
}

}  // namespace batchgrad::test
