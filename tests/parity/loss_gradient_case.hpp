#pragma once

#include <batchgrad/loss_gradient.hpp>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "columns_copy.hpp"
#include "loss_gradient_bound.hpp"
#include "loss_targets.hpp"
#include "random_numbers.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {

/// Which optional parts a data set has; with held_out as with all, but that its first set does not
/// see a fold.
enum class Parts { bare, weight, centre, all, held_out };

/// A seeded data set with parameter sets, on rows that are padded, and what an evaluation gives.
template <class T>
class LossGradientCase {
 public:
  using Computing = computing_t<T>;

  LossGradientCase(index_t samples, index_t features, index_t sets, Parts parts,
                   Intercept intercept, index_t padding = 0)
      : intercept_(intercept), sets_(sets) {
    RandomNumbers random(static_cast<std::uint64_t>(samples * 31 + features));
    const index_t stride = features + padding;
    features_ = random.vector<T>(samples * stride, -2, 2);
    positions_ = random.vector<Computing>(samples, 0, 1);
    samples_.features = {features_.data(), samples, features, stride};
    if (parts != Parts::bare) add_optional_parts(random, parts);
    // Last, so that the same problem with more sets begins with the same numbers.
    // Predictions stay below 80 in size: the exponential of 88 is too large for float.
    const double size = features > 900 ? 30 / std::sqrt(static_cast<double>(features)) : 1.0;
    parameters_ = random.vector<Computing>(sets * parameter_count(features), -size, size);
  }
  LossGradientCase(const LossGradientCase&) = delete;
  LossGradientCase& operator=(const LossGradientCase&) = delete;

  /// From now on X lies by columns, with some numbers behind each that nobody may read.
  void store_by_columns(index_t padding) {
    columns_.emplace(samples_.features, padding);
    samples_.features = columns_->view();
  }

  /// objective, derivative_rms, the loss held out (0 where nothing is) and gradient of each set;
  /// NaN where nothing was written.
  [[nodiscard]] std::vector<double> evaluate(Context& context, const Loss& loss) const {
    const index_t count = parameter_count(samples_.feature_count());
    const index_t width = count + 3;
    std::vector<double> result(static_cast<std::size_t>(sets_ * width), std::nan(""));
    std::vector<double> objective(static_cast<std::size_t>(sets_), std::nan(""));
    std::vector<double> rms = objective;
    std::vector<double> held_out_loss = objective;
    const std::vector<Computing> target = target_of(loss);
    loss_gradient<T>(context, samples_with(target), loss, parameters(),
                     {objective, {result.data() + 3, sets_, count, width}, rms, held_out_loss},
                     intercept_, {.held_out = held_out_});
    for (std::size_t s = 0; s < objective.size(); ++s) {
      double* row = result.data() + s * static_cast<std::size_t>(width);
      row[0] = objective[s];
      row[1] = rms[s];
      row[2] = held_out_.empty() || held_out_[s] == no_fold ? 0.0 : held_out_loss[s];
    }
    return result;
  }

  /// The result on `context` lies within the derived bound of the reference backend's.
  void expect_parity(Context& context, const Loss& loss) const {
    auto reference = Context::on("reference");
    const auto expected = evaluate(reference, loss);
    const auto actual = evaluate(context, loss);
    const auto bounds = this->bounds(loss, products_on<T>(context, sets_));
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
      ASSERT_TRUE(is_within(actual[i], expected[i], bounds[i])) << "entry " << i;
  }

  /// How far each entry that evaluate() returns may differ between backends.
  [[nodiscard]] std::vector<double> bounds(const Loss& loss,
                                           Products products = Products::plain) const {
    const std::vector<Computing> target = target_of(loss);
    return loss_gradient_bounds(samples_with(target), loss, parameters(), intercept_, held_out_,
                                products);
  }

  /// Without a target, which depends on the loss.
  [[nodiscard]] const Samples<T>& samples() const { return samples_; }
  [[nodiscard]] MatrixView<const Computing> parameters() const {
    return {parameters_.data(), sets_, parameter_count(samples_.feature_count())};
  }

  /// A target in the domain of the loss for each sample.
  [[nodiscard]] std::vector<Computing> target_of(const Loss& loss) const {
    std::vector<Computing> target;
    for (const Computing position : positions_)
      target.push_back(static_cast<Computing>(target_inside(target_domain(loss), position)));
    return target;
  }
  [[nodiscard]] Samples<T> samples_with(const std::vector<Computing>& target) const {
    Samples<T> samples = samples_;
    samples.target = target;
    return samples;
  }

 private:
  void add_optional_parts(RandomNumbers& random, Parts parts) {
    weight_ = random.vector<Computing>(samples_.count(), 0, 3);
    offset_ = random.vector<Computing>(samples_.count(), -1, 1);
    centre_ = random.vector<Computing>(samples_.feature_count(), -1, 1);
    if (parts != Parts::centre) samples_.weight = weight_;
    if (parts != Parts::weight) samples_.centre = centre_;
    if (parts == Parts::weight || parts == Parts::centre) return;
    samples_.offset = offset_;
    if (samples_.count() < 2) return;  // there must be something left to see
    for (index_t m = 0; m < samples_.count(); ++m) fold_.push_back(static_cast<fold_t>(m * 7 % 3));
    samples_.fold = fold_;
    // The first set alone sees everything, so that one set is the first of many.
    const index_t first = parts == Parts::held_out ? 1 : 0;
    for (index_t s = 0; s < sets_; ++s)
      held_out_.push_back(static_cast<fold_t>((s + first) % 3) - 1);
  }
  [[nodiscard]] index_t parameter_count(index_t features) const {
    return features + (intercept_ == Intercept::fitted ? 1 : 0);
  }

  Intercept intercept_;
  index_t sets_;
  std::vector<T> features_;
  std::optional<ColumnsCopy<T>> columns_;
  std::vector<Computing> positions_;  // of the targets in their domain, from 0 to 1
  std::vector<Computing> weight_;
  std::vector<Computing> offset_;
  std::vector<Computing> centre_;
  std::vector<fold_t> fold_;
  std::vector<fold_t> held_out_;
  std::vector<Computing> parameters_;
  Samples<T> samples_;
};

}  // namespace batchgrad::test
