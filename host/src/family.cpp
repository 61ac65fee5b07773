#include "family.hpp"

#include <batchgrad/core/limits.hpp>

#include <cmath>
#include <numbers>

namespace batchgrad::detail {
namespace {

bool is_whole(double x) { return std::fabs(x - std::round(x)) <= 1e-7; }

}  // namespace

Family family_of(const Loss& loss) {
  const std::string_view name = loss_name(loss);
  if (name == "squared") return Family::gaussian;
  if (name == "logistic") return Family::binomial;
  if (name == "poisson") return Family::poisson;
  if (name == "gamma") return Family::gamma;
  return Family::none;
}

void FamilySums::add(double prediction, double target, double weight) {
  if (!(weight > 0)) return;
  ++count_;
  weights_ += weight;
  log_weights_ += std::log(weight);
  switch (family_) {
    case Family::gaussian:
      add_deviance(SquaredLoss{}, prediction, target, weight);
      break;
    case Family::binomial:
      add_binomial(prediction, target, weight);
      break;
    case Family::poisson:
      add_poisson(prediction, target, weight);
      break;
    case Family::gamma:
      add_gamma(prediction, target, weight);
      break;
    case Family::none:
      break;
  }
}

template <class L>
void FamilySums::add_deviance(const L& loss, double prediction, double target, double weight) {
  deviance_ += 2 * weight * (loss.value(prediction, target) - saturated_value(loss, target));
}

void FamilySums::add_binomial(double prediction, double target, double weight) {
  const double loss = LogisticLoss{}.value(prediction, target);
  add_deviance(LogisticLoss{}, prediction, target, weight);
  const double successes = weight * target;
  if (!is_whole(weight) || !is_whole(successes)) {
    likelihood_ = quiet_nan;
    return;
  }
  const double failures = weight - successes;
  likelihood_ -= weight * loss;
  if (successes > 0.5 && failures > 0.5)
    likelihood_ += std::lgamma(weight + 1) - std::lgamma(successes + 1) - std::lgamma(failures + 1);
}

void FamilySums::add_poisson(double prediction, double target, double weight) {
  add_deviance(PoissonLoss{}, prediction, target, weight);
  const double loss = PoissonLoss{}.value(prediction, target);
  likelihood_ -= is_whole(target) ? weight * (loss + std::lgamma(target + 1)) : quiet_nan;
}

void FamilySums::add_gamma(double prediction, double target, double weight) {
  add_deviance(GammaLoss{}, prediction, target, weight);
  const double ratio = target / predicted_mean(GammaLoss{}, prediction);
  pearson_ += weight * (ratio - 1) * (ratio - 1);
  likelihood_ -= weight * GammaLoss{}.value(prediction, target);
  log_targets_ += weight * std::log(target);
}

double FamilySums::dispersion(index_t freedom) const {
  const auto divisor = static_cast<double>(freedom);
  if (family_ == Family::gaussian) return deviance_ / divisor;
  return family_ == Family::gamma ? pearson_ / divisor : 1.0;
}

double FamilySums::log_likelihood() const {
  const auto samples = static_cast<double>(count_);
  switch (family_) {
    case Family::gaussian:
      return 0.5 * (log_weights_ - samples * (std::log(2 * std::numbers::pi) + 1 -
                                              std::log(samples) + std::log(deviance_)));
    case Family::gamma: {
      const double shape = weights_ / deviance_;
      return weights_ * (shape * std::log(shape) - std::lgamma(shape)) + shape * likelihood_ +
             (shape - 1) * log_targets_;
    }
    case Family::binomial:
    case Family::poisson:
      return likelihood_;
    case Family::none:
      break;
  }
  return quiet_nan;
}

}  // namespace batchgrad::detail
