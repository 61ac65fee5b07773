#pragma once

#include <batchgrad/loss_gradient.hpp>

#include <vector>

#include "gathered_samples.hpp"
#include "loss_gradient_bound.hpp"
#include "loss_gradient_case.hpp"
#include "random_numbers.hpp"
#include "softmax_bound.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {

struct SoftmaxShape {
  index_t samples;
  index_t features;
  index_t classes;
  index_t sets = 1;
  Parts parts = Parts::all;
  Intercept intercept = Intercept::fitted;
  index_t padding = 0;  ///< of the rows of X and of the parameter sets
};

/// A seeded data set of classes with parameter sets, and what an evaluation gives.
template <class T>
class SoftmaxCase {
 public:
  using Computing = computing_t<T>;

  explicit SoftmaxCase(const SoftmaxShape& shape) : shape_(shape) {
    RandomNumbers random(static_cast<std::uint64_t>(shape.samples * 31 + shape.features));
    const index_t stride = shape.features + shape.padding;
    features_ = random.vector<T>(shape.samples * stride, -2, 2);
    samples_.features = {features_.data(), shape.samples, shape.features, stride};
    for (index_t m = 0; m < shape.samples; ++m)
      target_.push_back(static_cast<Computing>((m * 7919 + 3) % shape.classes));
    samples_.target = target_;
    if (shape.parts == Parts::all) add_optional_parts(random);
    parameters_ = random.vector<Computing>(shape.sets * (parameter_count() + shape.padding), -1, 1);
  }
  SoftmaxCase(const SoftmaxCase&) = delete;
  SoftmaxCase& operator=(const SoftmaxCase&) = delete;

  /// As LossGradientCase's.
  void store_by_columns(index_t padding) {
    columns_.emplace(samples_.features, padding);
    samples_.features = columns_->view();
  }

  /// objective, derivative_rms, the loss held out (0 where nothing is) and gradient of each set;
  /// NaN where nothing was written.
  [[nodiscard]] std::vector<double> evaluate(Context& context) const {
    LossEvaluator<T> evaluator(context, samples_, loss(), shape_.intercept);
    return evaluate_with([&](const auto&... all) { evaluator(all...); });
  }
  [[nodiscard]] std::vector<double> evaluate_rows(Context& context,
                                                  const std::vector<index_t>& rows) const {
    LossEvaluator<T> evaluator(context, samples_, loss(), shape_.intercept);
    return evaluate_with([&](const auto&... all) { evaluator.evaluate_rows(rows, all...); });
  }
  /// Of the same rows as a data set of their own.
  [[nodiscard]] std::vector<double> evaluate_copy(Context& context,
                                                  const std::vector<index_t>& rows) const {
    detail::GatheredSamples<T> copy;
    LossEvaluator<T> evaluator(context, copy.gather(samples_, rows), loss(), shape_.intercept);
    return evaluate_with([&](const auto&... all) { evaluator(all...); });
  }

  /// The result on `context` lies within the derived bound of the reference backend's.
  void expect_parity(Context& context) const {
    SCOPED_TRACE(testing::Message()
                 << shape_.samples << "x" << shape_.features << ", classes " << shape_.classes
                 << ", sets " << shape_.sets << ", " << sizeof(T) << " bytes");
    auto reference = Context::on("reference");
    const auto expected = evaluate(reference);
    const auto actual = evaluate(context);
    std::vector<double> bounds;
    for (index_t s = 0; s < shape_.sets; ++s)
      SoftmaxBound<T>(samples_, shape_.classes, parameters().row(s),
                      held_out_.empty() ? no_fold : held_out_[static_cast<std::size_t>(s)],
                      products_on<T>(context, shape_.sets * shape_.classes))
          .append(bounds);
    ASSERT_EQ(actual.size(), expected.size());
    ASSERT_EQ(actual.size(), bounds.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
      ASSERT_TRUE(is_within(actual[i], expected[i], bounds[i])) << "entry " << i;
  }

 private:
  [[nodiscard]] SoftmaxLoss loss() const { return {shape_.classes}; }
  [[nodiscard]] index_t parameter_count() const {
    return shape_.classes * (shape_.features + (shape_.intercept == Intercept::fitted ? 1 : 0));
  }
  [[nodiscard]] MatrixView<const Computing> parameters() const {
    return {parameters_.data(), shape_.sets, parameter_count(), parameter_count() + shape_.padding};
  }

  void add_optional_parts(RandomNumbers& random) {
    weight_ = random.vector<Computing>(shape_.samples, 0, 3);
    centre_ = random.vector<Computing>(shape_.features, -1, 1);
    samples_.weight = weight_;
    samples_.centre = centre_;
    if (shape_.samples < 2) return;  // there must be something left to see
    for (index_t m = 0; m < shape_.samples; ++m) fold_.push_back(static_cast<fold_t>(m * 7 % 3));
    samples_.fold = fold_;
    for (index_t s = 0; s < shape_.sets; ++s) held_out_.push_back(static_cast<fold_t>(s % 3) - 1);
  }

  template <class Evaluate>
  [[nodiscard]] std::vector<double> evaluate_with(const Evaluate& evaluate) const {
    const auto sets = static_cast<std::size_t>(shape_.sets);
    const index_t width = parameter_count() + 3;
    std::vector<double> result(sets * static_cast<std::size_t>(width), std::nan(""));
    std::vector<double> objective(sets, std::nan(""));
    std::vector<double> rms = objective;
    std::vector<double> held_out_loss = objective;
    evaluate(parameters(),
             LossGradient{objective,
                          {result.data() + 3, shape_.sets, parameter_count(), width},
                          rms,
                          held_out_loss},
             SetOptions{.held_out = held_out_});
    for (std::size_t s = 0; s < sets; ++s) {
      double* row = result.data() + s * static_cast<std::size_t>(width);
      row[0] = objective[s];
      row[1] = rms[s];
      row[2] = held_out_.empty() || held_out_[s] == no_fold ? 0.0 : held_out_loss[s];
    }
    return result;
  }

  SoftmaxShape shape_;
  std::vector<T> features_;
  std::optional<ColumnsCopy<T>> columns_;
  std::vector<Computing> target_;
  std::vector<Computing> weight_;
  std::vector<Computing> centre_;
  std::vector<fold_t> fold_;
  std::vector<fold_t> held_out_;
  std::vector<Computing> parameters_;
  Samples<T> samples_;
};

}  // namespace batchgrad::test
