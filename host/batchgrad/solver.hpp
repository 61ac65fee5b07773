#pragma once

#include <batchgrad/core/limits.hpp>
#include <batchgrad/core/view.hpp>
#include <batchgrad/schedule.hpp>

#include <optional>
#include <string_view>
#include <variant>

namespace batchgrad {

/// What gradient-descent, adam, adagrad and rmsprop do to a gradient before a step, in the solver's
/// variables (a fit's: see Standardise):
///   gradient_j <- max(-value, min(value, gradient_j))               each component, where given
///   gradient <- gradient * min(1, norm / |gradient|)                then all of it, where given
/// The length is that after the first. What is reported and what `tolerance` bounds is the gradient
/// itself. Both are positive and finite.
/// Reference: R. Pascanu, T. Mikolov, Y. Bengio, ICML 2013.
struct GradientClip {
  std::optional<double> value;
  std::optional<double> norm;
};

/// Gradient descent with momentum.
///   velocity <- momentum * velocity - learning_rate * gradient
///   parameters += velocity                                          heavy ball
///   parameters += momentum * velocity - learning_rate * gradient    Nesterov
/// References: B. T. Polyak, USSR Comp. Math. 4 (1964) 1-17; Y. Nesterov, Soviet Math. Dokl. 27
/// (1983) 372-376, in terms of the points where the gradient is taken (I. Sutskever, J. Martens,
/// G. Dahl, G. Hinton, ICML 2013).
struct GradientDescent {
  static constexpr const char* name = "gradient-descent";
  /// Step per unit of gradient, in the solver's variables (a fit's: see Standardise). Given:
  /// exactly this recurrence, to the end. None: 1 / the largest curvature at the start, estimated
  /// by power iteration; halved whenever the objective rises.
  std::optional<double> learning_rate;
  double momentum = 0;    ///< from 0 up to but not including 1
  bool nesterov = false;  ///< needs a momentum
  Schedule schedule{};    ///< of a learning rate that is given
  GradientClip clip{};
};

/// Adam: steps of about learning_rate in every parameter, whatever the size of the gradient.
///   m <- beta1 m + (1 - beta1) gradient           v <- beta2 v + (1 - beta2) gradient^2
///   parameters -= learning_rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
/// m and v start as 0, t counts from 1; exactly this recurrence, to the end.
/// Reference: D. P. Kingma, J. Ba, ICLR 2015; the defaults are theirs.
struct Adam {
  static constexpr const char* name = "adam";
  double learning_rate = 0.001;
  double beta1 = 0.9;  ///< from 0 up to but not including 1, as beta2
  double beta2 = 0.999;
  double epsilon = 1e-8;  ///< positive: keeps the quotient of a gradient of 0
  Schedule schedule{};
  GradientClip clip{};
};

/// AdaGrad: each parameter's steps become shorter the more gradient it has seen.
///   square += gradient^2
///   parameters -= learning_rate gradient / (sqrt(square) + epsilon)
/// square starts as 0; exactly this recurrence, to the end.
/// Reference: J. Duchi, E. Hazan, Y. Singer, J. Mach. Learn. Res. 12 (2011) 2121-2159, the diagonal
/// form.
struct AdaGrad {
  static constexpr const char* name = "adagrad";
  double learning_rate = 0.01;  ///< the length of the first step in every parameter
  double epsilon = 1e-10;       ///< positive, as Adam's
  Schedule schedule{};
  GradientClip clip{};
};

/// RMSProp: steps of about learning_rate in every parameter, whatever the size of the gradient; at
/// a constant rate they end in a cycle of that length around the minimum.
///   square <- decay square + (1 - decay) gradient^2
///   parameters -= learning_rate gradient / (sqrt(square) + epsilon)
/// square starts as 0; exactly this recurrence, to the end.
/// Reference: T. Tieleman, G. Hinton, Neural Networks for Machine Learning, Coursera 2012, lecture
/// 6.5, with its decay.
struct RmsProp {
  static constexpr const char* name = "rmsprop";
  double learning_rate = 0.001;
  double decay = 0.9;     ///< from 0 up to but not including 1
  double epsilon = 1e-8;  ///< positive, as Adam's
  Schedule schedule{};
  GradientClip clip{};
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

/// Proximal gradient with momentum (FISTA), the solver for an l1 penalty: coefficients that it
/// sends to 0 are exactly 0. Without one it is accelerated gradient descent.
///   x_k = S(y_k - gradient(y_k) / L_k, l1 / L_k),    S(z, c) = sign(z) max(|z| - c, 0)
///   t_{k+1} = (1 + sqrt(1 + 4 t_k^2 L_{k+1} / L_k)) / 2
///   y_{k+1} = x_k + (t_k - 1) / t_{k+1} (x_k - x_{k-1})
/// L_k, a bound on the curvature, is found on the way: there is no rate to choose. Where the step
/// turns back, (y_k - x_k) . (x_k - x_{k-1}) > 0, t starts again as 1. Two evaluations an
/// iteration. References: A. Beck, M. Teboulle, SIAM J. Imaging Sci. 2 (2009) 183-202; the
/// restarts: B. O'Donoghue, E. Candes, Found. Comput. Math. 15 (2015) 715-732.
struct Proximal {
  static constexpr const char* name = "proximal";
};

/// Newton's method for fits of few parameters, with the observed Hessian: for canonical links it is
/// iteratively reweighted least squares. The step is halved until the objective falls enough, and
/// the Hessian is damped where it has no Cholesky factor. Columns that are combinations of earlier
/// ones are left at their start and named. Works on standardised features whatever Standardise
/// says; the answer does not depend on it. Reference: J. Nocedal, S. Wright, Numerical Optimization
/// (2006), section 3.4.
struct Newton {
  static constexpr const char* name = "newton";
};

/// How many bits second moments are summed and solved in.
enum class Precision {
  automatic,  ///< standard; again in extended, which then decides, where that finds a dependent
              ///< column or a condition number above 1e8 (in float: 1e4; M P^2 <= 1e7: 1e3)
  standard,   ///< double; a condition number above 1e8 or 1e4 ends with Stop::no_progress
  extended,   ///< pairs of doubles, about 106 bits, on the host's cores
};

/// The normal equations of least squares, for the squared loss: one pass over X for the second
/// moments of the standardised features, their Cholesky factor, and refinement with the gradients
/// of further passes. Columns that are combinations of earlier ones get the coefficient 0 and are
/// named; with Precision::standard they keep that of the start. Reference: A. Bjorck, Numerical
/// Methods for Least Squares Problems (1996), sections 2.2 and 2.9.
struct Gram {
  static constexpr const char* name = "gram";
  Precision precision = Precision::automatic;
  /// M x D, or empty: what was cut off when the features were rounded to their type; in extended
  /// precision the fit is that of features + features_low. For powers of a variable, whose rounding
  /// alone can cost half of the digits. Must outlive the fit.
  MatrixView<const double> features_low{};
};

using Solver = std::variant<GradientDescent, Adam, Lbfgs, AdaGrad, RmsProp, Proximal, Newton, Gram>;

/// "lbfgs": the name of the alternative that `solver` holds.
[[nodiscard]] std::string_view solver_name(const Solver& solver);

/// One row of a solver's history; row 0 is the start.
struct Iteration {
  double objective = 0;
  double gradient_norm = 0;          ///< what `tolerance` bounds: see FitOptions, MinimizeOptions
  double step = 0;                   ///< length of the move, in the solver's variables
  index_t evaluations = 0;           ///< of value and gradient, so far; those of batches, too
  double held_out_loss = quiet_nan;  ///< mean, weighted; not a number without FitOptions::holdout
};

/// What an observer answers: whether the work goes on.
enum class Continue { no, yes };

/// Why a solver stopped.
enum class Stop {
  gradient,        ///< converged: the gradient is within the tolerance
  objective,       ///< converged: the objective no longer changes beyond its tolerance
  step,            ///< converged: the move is within its tolerance
  solved,          ///< converged: gram solved its equations; rounding leaves a larger gradient
  held_out,        ///< converged: the loss over the samples held out no longer falls
  max_iterations,  ///< not converged
  no_progress,     ///< not converged: no step along the search direction lowers the objective
  diverged,        ///< not converged: the objective left all bounds or stopped being finite
  not_finite,      ///< not converged: minimize found the start itself not finite
  interrupted,     ///< not converged: the observer said so
  separated,       ///< not converged: the features separate labels or zeros: there is no minimum
};
[[nodiscard]] std::string_view stop_name(Stop stop);
[[nodiscard]] constexpr bool is_converged(Stop stop) {
  return stop == Stop::gradient || stop == Stop::objective || stop == Stop::step ||
         stop == Stop::held_out || stop == Stop::solved;
}

}  // namespace batchgrad
