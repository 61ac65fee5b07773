#include <batchgrad/loss/softmax.hpp>

#include <vector>

#include "reference/reference_backend.hpp"

namespace batchgrad::reference {
namespace {

template <class T>
class ReferenceLossSums final : public LossSums<T> {
 public:
  explicit ReferenceLossSums(const Samples<T>& samples) : samples_(samples) {}

  void evaluate(const ParameterSets<T>& sets, MatrixView<double> sums) override {
    add_samples(
        samples_.count(), [](index_t m) { return m; }, sets, sums);
  }

  void evaluate_rows(VectorView<const index_t> rows, const ParameterSets<T>& sets,
                     MatrixView<double> sums) override {
    add_samples(
        rows.size(), [&](index_t i) { return rows[i]; }, sets, sums);
  }

 private:
  template <class Row>
  void add_samples(index_t count, const Row& row, const ParameterSets<T>& sets,
                   MatrixView<double> sums) const {
    for (index_t r = 0; r < sets.rows(); ++r)
      for (double& sum : sums.row(r)) sum = 0;
    for (index_t s = 0; s < sets.count(); ++s)
      for (index_t i = 0; i < count; ++i) {
        if (sets.classes > 0)
          add_sample_of_classes({sets.classes}, sets, s, row(i), sums);
        else
          sets.losses[s].visit(
              [&](const auto& loss) { add_sample(loss, sets, s, row(i), sums.row(s)); });
      }
  }

  template <class L>
  void add_sample(const L& loss, const ParameterSets<T>& sets, index_t s, index_t m,
                  VectorView<double> sums) const {
    const index_t features = samples_.feature_count();
    double* extra = sums.data() + features;
    const double prediction = predict(sets, s, m);
    const double target = samples_.target[m];
    const double weight = weight_of(m);
    const double value = weight * loss.value(prediction, target);
    if (sets.holds_out(s, samples_, m)) {
      extra[LossSumColumns::held_out_loss] += value;
      return;
    }
    const double derivative = loss.derivative(prediction, target);
    for (index_t j = 0; j < features; ++j) sums[j] += weight * derivative * feature(m, j);
    extra[LossSumColumns::slope] += weight * derivative;
    extra[LossSumColumns::loss] += value;
    extra[LossSumColumns::square] += weight * derivative * derivative;
  }

  void add_sample_of_classes(const SoftmaxLoss& loss, const ParameterSets<T>& sets, index_t s,
                             index_t m, MatrixView<double> sums) const {
    const index_t features = samples_.feature_count();
    const index_t first = s * sets.classes;
    const auto target = static_cast<index_t>(samples_.target[m]);
    const double weight = weight_of(m);
    std::vector<double> prediction;
    for (index_t c = 0; c < sets.classes; ++c) prediction.push_back(predict(sets, first + c, m));
    const double value = weight * loss.value<double>(prediction.data(), target);
    if (sets.holds_out(s, samples_, m)) {
      sums(first, features + LossSumColumns::held_out_loss) += value;
      return;
    }
    sums(first, features + LossSumColumns::loss) += value;
    for (index_t c = 0; c < sets.classes; ++c) {
      const double derivative = loss.derivative<double>(prediction.data(), c, target);
      const auto row = sums.row(first + c);
      for (index_t j = 0; j < features; ++j) row[j] += weight * derivative * feature(m, j);
      row[features + LossSumColumns::slope] += weight * derivative;
      row[features + LossSumColumns::square] += weight * derivative * derivative;
    }
  }

  double predict(const ParameterSets<T>& sets, index_t row, index_t m) const {
    double prediction = sets.intercepts[row];
    if (!samples_.offset.empty()) prediction += samples_.offset[m];
    for (index_t j = 0; j < samples_.feature_count(); ++j)
      prediction += feature(m, j) * sets.coefficients(row, j);
    return prediction;
  }

  double weight_of(index_t m) const { return samples_.weight.empty() ? 1.0 : samples_.weight[m]; }

  double feature(index_t m, index_t j) const {
    const double centre = samples_.centre.empty() ? 0.0 : samples_.centre[j];
    return static_cast<double>(samples_.features(m, j)) - centre;
  }

  Samples<T> samples_;
};

}  // namespace

#define BATCHGRAD_WITH_STORAGE(T)                                                       \
  std::unique_ptr<LossSums<T>> ReferenceBackend::loss_sums(const Samples<T>& samples) { \
    return std::make_unique<ReferenceLossSums<T>>(samples);                             \
  }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::reference
