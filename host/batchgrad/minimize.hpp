#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/derivative.hpp>
#include <batchgrad/solver.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace batchgrad {

/// Where one start is after an iteration; iteration 0 is the start itself. The views are valid
/// during the call that gets them.
struct MinimizeStep {
  index_t start = 0;
  index_t iteration = 0;
  VectorView<const double> x;
  double value = 0;
  VectorView<const double> gradient;
  double step = 0;          ///< length of the move to x
  index_t evaluations = 0;  ///< of this start, so far
};

struct MinimizeOptions {
  Solver solver = Lbfgs{};
  index_t max_iterations = 1000;
  /// Converged when every |gradient_j| <= tolerance * scale. The scale is 1; for a function of tiny
  /// values the largest |gradient_j| on the way, where that is less; and no less than 1e-6 of the
  /// largest |gradient_j| at the start, of which rounding leaves about 1e-15. In units of f per
  /// unit of x: where 1 is not a usual size of those, rescale them or set another tolerance.
  /// 0: never. None: 1e-9 for gradients that are exact to rounding, 1e-6 for differences.
  std::optional<double> tolerance;
  /// Also converged when an iteration moves x by no more than this length. 0: never.
  double step_tolerance = 0;
  /// Also converged when an iteration lowers f by no more than this fraction of it. 0: never.
  double objective_tolerance = 0;
  /// How gradients are computed; only a gradient of order 1 without bounds has a meaning here.
  DerivativeOptions derivative;
  /// Called with each step of each start, in the order of the starts within an iteration, on the
  /// calling thread: for traces, progress and interruption. Continue::no ends every start that is
  /// still under way with Stop::interrupted. Not set: never called.
  std::function<Continue(const MinimizeStep&)> observer;
};

/// What was found from one start: the last point where `stop` says converged, else the lowest.
struct StartResult {
  std::vector<double> x;
  double value = 0;
  std::vector<double> gradient;
  double gradient_norm = 0;  ///< the largest |gradient_j|
  Stop stop = Stop::max_iterations;
  index_t iterations = 0;
  index_t evaluations = 0;

  [[nodiscard]] bool converged() const { return is_converged(stop); }
};

struct MinimizeResult {
  std::vector<StartResult> starts;
  index_t best = 0;  ///< the start of the lowest finite value, the first of equals

  [[nodiscard]] const StartResult& best_start() const {
    return starts[static_cast<std::size_t>(best)];
  }
};

/// A function of the caller's with its gradient: writes the gradient and returns the value. It may
/// return infinity or NaN, and must allow calls from several threads at once.
using ValueAndGradient =
    std::function<double(VectorView<const double> x, VectorView<double> gradient)>;

/// Searches a minimum of f: R^P -> R from each of N starts, all at once: the points that the starts
/// are at are evaluated together, as one batch, until the last start has stopped.
///   x_n = argmin f near starts(n, :)
/// Shapes: starts N x P, N > 0.
/// Memory: O(N P) for the batch, and for each start its solver's state: O(P), Lbfgs O(P memory).
/// Blocking: returns when every start has stopped.
/// Errors: InvalidArgument for options out of range, f of several results, starts that do not have
///   P columns or are not finite; as DerivativeEvaluator.
///   A trial where f or its gradient is not finite is a step too long, never an answer: the best
///   finite point is returned, with the reason in `stop`; Stop::not_finite where the start is none.
/// Cost: one value and gradient per evaluation; lbfgs and proximal need about two evaluations an
///   iteration, the other solvers one.
/// Each start gives the same bits alone or among others, on any number of threads.
[[nodiscard]] MinimizeResult minimize(Context& context, const Expression& f,
                                      MatrixView<const double> starts,
                                      const MinimizeOptions& options = {});
[[nodiscard]] MinimizeResult minimize(Context& context, const Function& f,
                                      MatrixView<const double> starts,
                                      const MinimizeOptions& options = {});
/// On reference and cpu. `options.derivative` is not used.
[[nodiscard]] MinimizeResult minimize(Context& context, const ValueAndGradient& f,
                                      MatrixView<const double> starts,
                                      const MinimizeOptions& options = {});

/// The same from one start, on this thread: minimize("(x-1)^2 + (y-2)^2", {0, 0}).x is {1, 2}.
[[nodiscard]] StartResult minimize(const Expression& f, const std::vector<double>& start,
                                   const MinimizeOptions& options = {});
[[nodiscard]] StartResult minimize(const ValueAndGradient& f, const std::vector<double>& start,
                                   const MinimizeOptions& options = {});

/// Starts drawn uniformly from a box, one interval for each variable.
/// Shapes: returns count x box.size() numbers, row by row.
/// Errors: InvalidArgument for count < 1, an empty box, ends that are not finite or in the wrong
///   order (equal ends fix a variable).
/// A start depends on the box, the seed and its row alone: more starts are the same ones and more.
/// The same bits on every platform.
[[nodiscard]] std::vector<double> random_starts(const std::vector<Interval>& box, index_t count,
                                                std::uint64_t seed);

namespace detail {

/// Fills in f and its gradient at all points: values N x 1, gradients N x P.
using PointsFunction = std::function<void(MatrixView<const double> points,
                                          MatrixView<double> gradients, MatrixView<double> values)>;

[[nodiscard]] MinimizeResult minimize_points(Context& context, const PointsFunction& f,
                                             MatrixView<const double> starts,
                                             const MinimizeOptions& options,
                                             double default_tolerance);
inline constexpr double exact_tolerance = 1e-9;
inline constexpr double difference_tolerance = 1e-6;

template <class F>
StartResult minimize_here(const F& f, const std::vector<double>& start,
                          const MinimizeOptions& options) {
  Context context = Context::on("reference");
  const MatrixView<const double> starts(start.data(), 1, static_cast<index_t>(start.size()));
  return minimize(context, f, starts, options).starts.front();
}

}  // namespace detail

/// The same for a functor that is differentiated, as options.derivative says: see
/// functor_derivative.hpp. On reference and cpu.
template <class F>
requires(detail::Functor<F> && !std::convertible_to<F, Function>) [[nodiscard]] MinimizeResult
    minimize(Context& context, const F& f, MatrixView<const double> starts,
             const MinimizeOptions& options = {}) {
  const auto evaluate = [&](MatrixView<const double> points, MatrixView<double> gradients,
                            MatrixView<double> values) {
    DerivativeOutput<double> output;
    output.derivatives = gradients;
    output.values = values;
    differentiate(context, f, points, output, options.derivative);
  };
  return detail::minimize_points(context, evaluate, starts, options,
                                 options.derivative.method == Method::forward_ad
                                     ? detail::exact_tolerance
                                     : detail::difference_tolerance);
}

template <class F>
requires(detail::Functor<F> && !std::convertible_to<F, Function>) [[nodiscard]] StartResult
    minimize(const F& f, const std::vector<double>& start, const MinimizeOptions& options = {}) {
  return detail::minimize_here(f, start, options);
}

}  // namespace batchgrad
