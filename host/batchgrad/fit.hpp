#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/loss.hpp>
#include <batchgrad/regression/samples.hpp>

#include <functional>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace batchgrad {

/// Gradient descent with heavy-ball momentum (B. T. Polyak, USSR Comp. Math. 4 (1964) 1-17):
///   velocity <- momentum * velocity - learning_rate * gradient,   parameters += velocity
struct GradientDescent {
  static constexpr const char* name = "gradient-descent";
  /// Step per unit of gradient, in the solver's variables: see Standardise. None: 1 / the largest
  /// curvature at the start, estimated by power iteration; halved whenever the objective rises.
  std::optional<double> learning_rate;
  double momentum = 0;  ///< from 0 up to but not including 1
};

/// Limited-memory BFGS (D. C. Liu, J. Nocedal, Math. Programming 45 (1989) 503-528) with the line
/// search of Hager and Zhang (SIAM J. Optim. 16 (2005) 170-192), whose approximate Wolfe condition
/// still makes progress where the decrease of the objective drowns in rounding.
struct Lbfgs {
  static constexpr const char* name = "lbfgs";
  /// Pairs of steps and gradient changes that are kept, at least 1. As many as parameters are the
  /// most that help; a pair costs 16 P bytes.
  index_t memory = 20;
};

using Solver = std::variant<GradientDescent, Lbfgs>;

/// Whether a solver works on features of mean 0 and mean square 1 (without an intercept: of mean
/// square 1). The features are not changed: the centre is subtracted inside the evaluation and the
/// scale is divided out of the parameters. The objective is the same function, penalty included,
/// and so are the coefficients reported. A feature that is constant beside an intercept keeps the
/// coefficient it has at the start, 0 unless given.
enum class Standardise { no, yes };

/// One row of a fit's history; row 0 is the start.
struct Iteration {
  double objective = 0;
  double gradient_norm = 0;  ///< the largest |gradient_j| / derivative_rms: what `tolerance` bounds
  double step = 0;           ///< length of the move, in standardised units where those are used
  index_t evaluations = 0;   ///< of loss and gradient, so far
};

/// What an observer answers: whether the fit goes on.
enum class Continue { no, yes };

struct FitOptions {
  Solver solver = Lbfgs{};
  Intercept intercept = Intercept::fitted;
  Standardise standardise = Standardise::yes;
  double l2 = 0;
  index_t max_iterations = 1000;
  /// Converged when every |gradient_j| <= tolerance * derivative_rms, gradients taken per unit of
  /// standard deviation of the feature: no unit of X or y enters. It is the largest cosine of the
  /// angle between a feature and the vector of loss derivatives. So that a perfect fit converges
  /// too, derivative_rms counts as at least 1e-6 (float storage: 1/2) of that of the model whose
  /// parameters are all 0: about what rounding leaves. 0: never. None: 1e-9 for double storage,
  /// 1e-6 for float.
  /// The absolute loss has kinks at its minimum and seldom a gradient this small: its fits end
  /// close to the minimum with Stop::no_progress, or with an objective_tolerance. Labels that some
  /// combination of the features separates have no minimum: without l2 the coefficients of a
  /// logistic fit grow until its objective, and with it the gradient, has all but vanished.
  std::optional<double> tolerance;
  /// Also converged when an iteration lowers the objective by no more than this fraction of it.
  /// 0: never.
  double objective_tolerance = 0;
  std::vector<double> start;  ///< P raw parameters, intercept last; empty: zeros
  /// Called with each row of the history as it is made, row 0 included, on the calling thread: for
  /// progress and interruption. Continue::no stops the fit with Stop::interrupted; the best point
  /// found until then is returned. Not set: never called.
  std::function<Continue(const Iteration&)> observer;
};

/// Why a solver stopped.
enum class Stop {
  gradient,        ///< converged: the gradient is within the tolerance
  objective,       ///< converged: the objective no longer changes beyond its tolerance
  max_iterations,  ///< not converged
  no_progress,     ///< not converged: no step along the search direction lowers the objective
  diverged,        ///< not converged: the objective grew without bound or stopped being finite
  interrupted,     ///< not converged: the observer said so
};
[[nodiscard]] std::string_view stop_name(Stop stop);
[[nodiscard]] constexpr bool is_converged(Stop stop) {
  return stop == Stop::gradient || stop == Stop::objective;
}

struct FitResult {
  std::vector<double> coefficients;  ///< D, for the features as given
  double intercept = 0;              ///< 0 where the model has none
  double objective = 0;              ///< at these coefficients
  double gradient_norm = 0;
  index_t iterations = 0;
  index_t evaluations = 0;
  Stop stop = Stop::max_iterations;
  std::vector<Iteration> history;

  [[nodiscard]] bool converged() const { return is_converged(stop); }
};

/// Fits a linear model: minimises the objective of LossEvaluator over coefficients and intercept.
///   objective(w, b) = sum_m v_m loss(x_m . w + b + o_m, y_m) / sum_m v_m  +  l2 / 2 |w|^2
/// Shapes: samples M x D; the result has D coefficients.
/// Memory: as LossEvaluator, and O(P memory) for the solver.
/// Blocking: returns when the fit has stopped. `samples.centre` must be empty: fit sets its own.
/// Errors: InvalidArgument as LossEvaluator, for features or offsets that are not finite, and for
///   options out of range (learning rate <= 0, ...).
///   A trial that is not finite is a step too long, never an answer: the best finite point found
///   is what is returned, with the reason in `stop` (the start, where nothing finite was found).
/// Cost: two passes over X on the host for centre and scale, then one per evaluation.
/// The same build, device model and input give the same bits, whatever the number of threads.
template <class T>
[[nodiscard]] FitResult fit(Context& context, const Samples<T>& samples, const Loss& loss,
                            const FitOptions& options = {});

extern template FitResult fit(Context&, const Samples<float>&, const Loss&, const FitOptions&);
extern template FitResult fit(Context&, const Samples<double>&, const Loss&, const FitOptions&);

/// predictions_m = x_m . coefficients + intercept + offset_m (offset empty: 0).
/// Shapes: features M x D, coefficients D, predictions M. Runs on the host's cores.
template <class T>
void predict(MatrixView<const T> features, VectorView<const double> coefficients, double intercept,
             VectorView<const T> offset, VectorView<double> predictions);

extern template void predict(MatrixView<const float>, VectorView<const double>, double,
                             VectorView<const float>, VectorView<double>);
extern template void predict(MatrixView<const double>, VectorView<const double>, double,
                             VectorView<const double>, VectorView<double>);

}  // namespace batchgrad
