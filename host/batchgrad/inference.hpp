#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/loss.hpp>
#include <batchgrad/regression/samples.hpp>

#include <optional>
#include <vector>

namespace batchgrad {

/// What the uncertainty of estimates is computed from.
///   expected  dispersion A^-1, A = sum_m v_m E[loss''_m] z_m z_m^T: Fisher's information, as in
///             R's summary. For squared, logistic, poisson and gamma, the likelihoods of a family
///   sandwich  A^-1 (sum_m v_m^2 loss'_m^2 z_m z_m^T) A^-1, right also where the likelihood is not
///             (HC0: P. J. Huber, 5th Berkeley Symp. 1 (1967) 221-233; H. White, Econometrica 48
///             (1980) 817-838). For every loss that bends; for those of no family A is of the
///             observed loss''
enum class Covariance { expected, sandwich };

enum class Distribution { normal, student_t };

struct InferenceOptions {
  Covariance covariance = Covariance::expected;
  double confidence = 0.95;  ///< of the intervals; above 0 and below 1
};

/// What is known of one parameter.
struct TermInference {
  double estimate = 0;
  double std_error = 0;
  double statistic = 0;  ///< estimate / std_error
  double p_value = 0;    ///< of both sides: the probability of one as large if the parameter were 0
  double lower = 0;      ///< estimate -+ quantile std_error
  double upper = 0;
  /// A combination of other columns, held where it is: the rest but `estimate` is then 0.
  bool is_dependent = false;
};

struct Inference {
  std::vector<TermInference> coefficients;  ///< D
  std::optional<TermInference> intercept;
  std::vector<double> covariance;  ///< P x P, of the raw parameters, the intercept last
  /// Of statistics and intervals: student_t with the residual degrees of freedom where the
  /// dispersion is estimated (squared, gamma), else normal.
  Distribution distribution = Distribution::normal;
  std::optional<double> deviance;        ///< where the loss is a likelihood, as in R's glm
  std::optional<double> log_likelihood;  ///< likewise, as R's logLik; none for weights or targets
                                         ///< that no counts can be
  double dispersion = 1;  ///< squared: deviance / degrees of freedom; gamma: Pearson's
  index_t residual_degrees_of_freedom = 0;  ///< samples of weight > 0 less independent parameters
  std::vector<Dependency> dependencies;
};

/// Standard errors, tests and intervals of a fit. `options` are those of the fit that `result` came
/// from. Weights are prior weights, as in R.
/// Shapes: samples M x D, D <= 2048; the result has D coefficients.
/// Memory: as CurvatureEvaluator; a few P x P matrices; 512 KiB for predictions.
/// Blocking: returns when the results are there.
/// Errors: InvalidArgument as CurvatureEvaluator, and for
///   - a fit that has not converged, or was penalised: its estimates are biased by design, and no
///     standard error says by how much
///   - a loss that does not bend, Covariance::expected of a loss that is no likelihood
///   - no degrees of freedom where the dispersion is estimated
///   - columns that depend on others in a fit by a solver that does not look for them: the
///     estimates are then arbitrary. gram and newton hold such columns fixed and name them.
/// Cost: two passes over X on the host for centre and scale, one for predictions, one or two of
///   CurvatureEvaluator, P^3 operations. For the squared loss the information is summed in extended
///   precision where gram would.
template <class T>
[[nodiscard]] Inference infer(Context& context, const Samples<T>& samples, const Loss& loss,
                              const FitOptions& options, const FitResult& result,
                              const InferenceOptions& inference = {});

/// Throws InvalidArgument where infer would before it looks at the data or the result: to be asked
/// before a long fit.
void check_inference(const Loss& loss, const FitOptions& options,
                     const InferenceOptions& inference);

#define BATCHGRAD_WITH_STORAGE(T)                                                              \
  extern template Inference infer(Context&, const Samples<T>&, const Loss&, const FitOptions&, \
                                  const FitResult&, const InferenceOptions&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
