#pragma once

#include <batchgrad/loss_gradient.hpp>

#include <string>
#include <vector>

#include "loss_gradient_bound.hpp"
#include "random_numbers.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {

/// Which optional parts a data set has.
enum class Parts { bare, all };

/// A seeded data set with parameter sets, on rows that are padded, and what an evaluation gives.
template <class T>
class LossGradientCase {
 public:
  LossGradientCase(index_t samples, index_t features, index_t sets, Parts parts,
                   Intercept intercept, index_t padding = 0)
      : intercept_(intercept), sets_(sets) {
    RandomNumbers random(static_cast<std::uint64_t>(samples * 31 + features));
    const index_t stride = features + padding;
    features_ = random.vector<T>(samples * stride, -2, 2);
    target_ = random.vector<T>(samples, 0, 1);  // in the domain of every loss
    samples_.features = {features_.data(), samples, features, stride};
    samples_.target = target_;
    if (parts == Parts::all) add_optional_parts(random);
    // Last, so that the same problem with more sets begins with the same numbers.
    parameters_ = random.vector<T>(sets * parameter_count(features), -1, 1);
  }
  LossGradientCase(const LossGradientCase&) = delete;
  LossGradientCase& operator=(const LossGradientCase&) = delete;

  /// objective, derivative_rms and gradient of each set; NaN where nothing was written.
  [[nodiscard]] std::vector<double> evaluate(Context& context, const Loss& loss) const {
    const index_t count = parameter_count(samples_.feature_count());
    const index_t width = count + 2;
    std::vector<double> result(static_cast<std::size_t>(sets_ * width), std::nan(""));
    std::vector<double> objective(static_cast<std::size_t>(sets_), std::nan(""));
    std::vector<double> rms = objective;
    loss_gradient<T>(context, samples_, loss, parameters(),
                     {objective, {result.data() + 2, sets_, count, width}, rms}, intercept_);
    for (std::size_t s = 0; s < objective.size(); ++s) {
      result[s * static_cast<std::size_t>(width)] = objective[s];
      result[s * static_cast<std::size_t>(width) + 1] = rms[s];
    }
    return result;
  }

  /// The result on `context` lies within the derived bound of the reference backend's.
  void expect_parity(Context& context, const Loss& loss) const {
    auto reference = Context::on("reference");
    const auto expected = evaluate(reference, loss);
    const auto actual = evaluate(context, loss);
    const auto bounds = loss_gradient_bounds(samples_, loss, parameters(), intercept_);
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
      ASSERT_TRUE(is_within(actual[i], expected[i], bounds[i])) << "entry " << i;
  }

  [[nodiscard]] const Samples<T>& samples() const { return samples_; }

 private:
  void add_optional_parts(RandomNumbers& random) {
    weight_ = random.vector<T>(samples_.count(), 0, 3);
    offset_ = random.vector<T>(samples_.count(), -1, 1);
    centre_ = random.vector<T>(samples_.feature_count(), -1, 1);
    samples_.weight = weight_;
    samples_.offset = offset_;
    samples_.centre = centre_;
  }
  [[nodiscard]] index_t parameter_count(index_t features) const {
    return features + (intercept_ == Intercept::fitted ? 1 : 0);
  }
  [[nodiscard]] MatrixView<const T> parameters() const {
    return {parameters_.data(), sets_, parameter_count(samples_.feature_count())};
  }

  Intercept intercept_;
  index_t sets_;
  std::vector<T> features_;
  std::vector<T> target_;
  std::vector<T> weight_;
  std::vector<T> offset_;
  std::vector<T> centre_;
  std::vector<T> parameters_;
  Samples<T> samples_;
};

}  // namespace batchgrad::test
