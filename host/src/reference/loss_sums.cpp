#include "reference/reference_backend.hpp"

namespace batchgrad::reference {
namespace {

template <class T>
class ReferenceLossSums final : public LossSums<T> {
 public:
  ReferenceLossSums(const Samples<T>& samples, const Loss& loss) : samples_(samples), loss_(loss) {}

  void evaluate(MatrixView<const T> coefficients, VectorView<const T> intercepts,
                MatrixView<double> sums) override {
    for (index_t s = 0; s < coefficients.rows(); ++s)
      std::visit(
          [&](const auto& loss) {
            evaluate_set(loss, coefficients.row(s), intercepts[s], sums.row(s));
          },
          loss_);
  }

 private:
  template <class L>
  void evaluate_set(const L& loss, VectorView<const T> coefficients, double intercept,
                    VectorView<double> sums) const {
    const index_t features = samples_.feature_count();
    for (double& sum : sums) sum = 0;
    for (index_t m = 0; m < samples_.count(); ++m) {
      double prediction = intercept + (samples_.offset.empty() ? 0.0 : samples_.offset[m]);
      for (index_t j = 0; j < features; ++j) prediction += feature(m, j) * coefficients[j];
      const double target = samples_.target[m];
      const double weight = samples_.weight.empty() ? 1.0 : samples_.weight[m];
      const double derivative = loss.derivative(prediction, target);
      for (index_t j = 0; j < features; ++j) sums[j] += weight * derivative * feature(m, j);
      sums[features] += weight * derivative;
      sums[features + 1] += weight * loss.value(prediction, target);
      sums[features + 2] += weight * derivative * derivative;
    }
  }

  double feature(index_t m, index_t j) const {
    const double centre = samples_.centre.empty() ? 0.0 : samples_.centre[j];
    return static_cast<double>(samples_.features(m, j)) - centre;
  }

  Samples<T> samples_;
  Loss loss_;
};

}  // namespace

std::unique_ptr<LossSums<float>> ReferenceBackend::loss_sums(const Samples<float>& samples,
                                                             const Loss& loss) {
  return std::make_unique<ReferenceLossSums<float>>(samples, loss);
}
std::unique_ptr<LossSums<double>> ReferenceBackend::loss_sums(const Samples<double>& samples,
                                                              const Loss& loss) {
  return std::make_unique<ReferenceLossSums<double>>(samples, loss);
}

}  // namespace batchgrad::reference
