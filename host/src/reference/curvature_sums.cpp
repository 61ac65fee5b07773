#include "reference/reference_backend.hpp"

namespace batchgrad::reference {
namespace {

template <class T>
class ReferenceCurvatureSums final : public CurvatureSums<T> {
 public:
  ReferenceCurvatureSums(const Samples<T>& samples, const Loss& loss)
      : samples_(samples), loss_(loss) {}

  void evaluate(Curvature curvature, VectorView<const computing_t<T>> coefficients,
                computing_t<T> intercept, MatrixView<double> sums) override {
    for (index_t i = 0; i < sums.rows(); ++i)
      for (double& sum : sums.row(i)) sum = 0;
    for (index_t m = 0; m < samples_.count(); ++m) {
      double prediction = intercept + (samples_.offset.empty() ? 0.0 : samples_.offset[m]);
      for (index_t j = 0; j < coefficients.size(); ++j) prediction += entry(m, j) * coefficients[j];
      const double weight = samples_.weight.empty() ? 1.0 : samples_.weight[m];
      const double target = samples_.target[m];
      const double factor = std::visit(
          [&](const auto& loss) {
            return curvature_factor(loss, curvature, weight, prediction, target);
          },
          loss_);
      for (index_t i = 0; i < sums.rows(); ++i)
        for (index_t j = 0; j < sums.columns(); ++j)
          sums(i, j) += factor * entry(m, i) * entry(m, j);
    }
  }

 private:
  /// Entry j of z_m.
  double entry(index_t m, index_t j) const {
    if (j == samples_.feature_count()) return 1;
    const double centre = samples_.centre.empty() ? 0.0 : samples_.centre[j];
    return static_cast<double>(samples_.features(m, j)) - centre;
  }

  Samples<T> samples_;
  Loss loss_;
};

}  // namespace

#define BATCHGRAD_WITH_STORAGE(T)                                                               \
  std::unique_ptr<CurvatureSums<T>> ReferenceBackend::curvature_sums(const Samples<T>& samples, \
                                                                     const Loss& loss) {        \
    return std::make_unique<ReferenceCurvatureSums<T>>(samples, loss);                          \
  }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::reference
