#pragma once

#include <batchgrad/loss.hpp>

namespace batchgrad::detail {

/// The distribution of the target whose negative log-likelihood a loss is, but for a factor and for
/// terms without the prediction.
enum class Family {
  gaussian,  ///< squared
  binomial,  ///< logistic
  poisson,   ///< poisson, log link
  gamma,     ///< gamma, log link
  none       ///< the other losses
};
[[nodiscard]] Family family_of(const Loss& loss);

/// Whether the dispersion is estimated rather than 1.
[[nodiscard]] constexpr bool has_dispersion(Family family) {
  return family == Family::gaussian || family == Family::gamma;
}

/// Sums over samples from which deviance, dispersion and log-likelihood come.
class FamilySums {
 public:
  explicit FamilySums(Family family) : family_(family) {}

  /// Adds a sample; one of weight 0 counts for nothing, as in R.
  void add(double prediction, double target, double weight);

  /// Samples that weigh anything.
  [[nodiscard]] index_t count() const { return count_; }

  /// 2 sum_m v_m (loss_m - its least value), which is sum_m v_m d(y_m, mu_m):
  ///   gaussian  (y - eta)^2
  ///   binomial  2 (y log(y / mu) + (1 - y) log((1 - y) / (1 - mu)))
  ///   poisson   2 (y log(y / mu) - (y - mu))
  ///   gamma     2 (-log(y / mu) + (y - mu) / mu)
  [[nodiscard]] double deviance() const { return deviance_; }

  /// gaussian: deviance / freedom; gamma: sum_m v_m ((y - mu) / mu)^2 / freedom; else 1.
  [[nodiscard]] double dispersion(index_t freedom) const;

  /// As R's logLik of lm and glm: weights are prior weights, of the binomial the numbers of trials,
  /// and gamma's dispersion in it is deviance / sum_m v_m. Not a number where there is none: of the
  /// binomial where v or v y is not whole, of poisson where y is not.
  [[nodiscard]] double log_likelihood() const;

 private:
  template <class L>
  void add_deviance(const L& loss, double prediction, double target, double weight);
  void add_binomial(double prediction, double target, double weight);
  void add_poisson(double prediction, double target, double weight);
  void add_gamma(double prediction, double target, double weight);

  Family family_;
  index_t count_ = 0;
  double deviance_ = 0;
  double pearson_ = 0;
  double likelihood_ = 0;  // what does not depend on the dispersion
  double log_weights_ = 0;
  double log_targets_ = 0;
  double weights_ = 0;
};

}  // namespace batchgrad::detail
