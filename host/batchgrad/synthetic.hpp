#pragma once

#include <batchgrad/core/view.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace batchgrad {

/// How the target of made-up data depends on its linear prediction eta = x . w + b.
enum class SyntheticModel {
  linear,    ///< y = eta
  logistic,  ///< y is 1 with probability 1 / (1 + exp(-eta)), else 0
  poisson,   ///< y is a count of mean exp(eta)
};

/// Errors: InvalidArgument for another name; it lists what exists.
[[nodiscard]] SyntheticModel parse_synthetic_model(std::string_view name);
[[nodiscard]] std::string_view synthetic_model_name(SyntheticModel model);

struct SyntheticOptions {
  SyntheticModel model = SyntheticModel::linear;
  index_t features = 1;
  std::uint64_t seed = 1;
  double noise = 1;  ///< standard deviation of normal noise added to eta; for poisson at most 2
};

/// Made-up regression data with a known truth, for tests and measurements. Features are
/// independent standard normal numbers. The coefficients are normal numbers too, scaled so that
/// x . w has a standard deviation of about sqrt(D) for linear, 2 for logistic and 1/2 for poisson.
///
/// A value depends on (model, features, seed, its sample, its column) and nothing else: every
/// sample can be made alone, in any order, on any thread. The same bits come out on every
/// platform: Philox4x32-10 counters, the normal quantile function on top, no libm.
class Synthetic {
 public:
  /// Errors: InvalidArgument for features < 1, noise < 0 or not finite, or above 2 for poisson
  ///   (counts grow with exp of it).
  explicit Synthetic(const SyntheticOptions& options);

  [[nodiscard]] const std::vector<double>& coefficients() const { return coefficients_; }
  [[nodiscard]] double intercept() const { return intercept_; }
  /// x1 .. xD, y
  [[nodiscard]] std::vector<std::string> column_names() const;

  /// Makes the samples [first, first + rows.rows()).
  /// Shapes: rows n x (D + 1), the target last.
  /// Errors: InvalidArgument where `rows` has another number of columns.
  /// Cost: about 20 ns a value. May be called from several threads at once.
  void make(index_t first, MatrixView<double> rows) const;

 private:
  [[nodiscard]] double target(index_t sample, VectorView<const double> features) const;

  SyntheticOptions options_;
  std::vector<double> coefficients_;
  double intercept_ = 0;
};

}  // namespace batchgrad
