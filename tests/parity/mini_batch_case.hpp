#pragma once

#include <batchgrad/loss_gradient.hpp>

#include <array>
#include <vector>

#include "columns_copy.hpp"
#include "random_numbers.hpp"

namespace batchgrad::test {

/// A data set, a mini-batch of it, and the batch's samples as a data set of their own.
template <class T>
class MiniBatchCase {
 public:
  MiniBatchCase(index_t samples, index_t features, index_t batch)
      : features_(features), parameters_(static_cast<std::size_t>(sets * (features + 1))) {
    RandomNumbers random(static_cast<std::uint64_t>(samples * 31 + batch));
    whole_ = fill(samples, random);
    for (auto& parameter : parameters_) parameter = random.vector<computing_t<T>>(1, -1, 1)[0];
    for (index_t i = 0; i < batch; ++i) rows_.push_back((i * 7919 + 5) % samples);
    for (const index_t row : rows_) {
      part_.x.insert(part_.x.end(), whole_.x.begin() + row * features,
                     whole_.x.begin() + (row + 1) * features);
      const auto at = static_cast<std::size_t>(row);
      part_.y.push_back(whole_.y[at]);
      part_.weight.push_back(whole_.weight[at]);
      part_.offset.push_back(whole_.offset[at]);
      part_.fold.push_back(whole_.fold[at]);
    }
  }
  MiniBatchCase(const MiniBatchCase&) = delete;
  MiniBatchCase& operator=(const MiniBatchCase&) = delete;

  /// Objective, gradient, derivative_rms and held-out loss of each set, over the batch.
  [[nodiscard]] std::vector<double> of_rows(Context& context, Layout layout = Layout::rows) const {
    Samples<T> whole = samples(whole_);
    const ColumnsCopy<T> columns(whole.features);
    if (layout == Layout::columns) whole.features = columns.view();
    LossEvaluator<T> evaluator(context, whole, HuberLoss{0.5});
    return evaluate([&](auto&&... arguments) { evaluator.evaluate_rows(rows_, arguments...); });
  }
  /// The same over a data set that has no other samples.
  [[nodiscard]] std::vector<double> of_copy(Context& context) const {
    LossEvaluator<T> evaluator(context, samples(part_), HuberLoss{0.5});
    return evaluate(evaluator);
  }

 private:
  static constexpr index_t sets = 3;

  struct Values {
    std::vector<T> x;
    std::vector<computing_t<T>> y;
    std::vector<computing_t<T>> weight;
    std::vector<computing_t<T>> offset;
    std::vector<fold_t> fold;
  };

  Values fill(index_t count, RandomNumbers& random) const {
    Values values{random.vector<T>(count * features_, -2, 2),
                  random.vector<computing_t<T>>(count, 0, 1),
                  random.vector<computing_t<T>>(count, 0, 3),
                  random.vector<computing_t<T>>(count, -1, 1),
                  {}};
    for (index_t m = 0; m < count; ++m) values.fold.push_back(static_cast<fold_t>(m % 2));
    return values;
  }

  [[nodiscard]] Samples<T> samples(const Values& values) const {
    const auto count = static_cast<index_t>(values.y.size());
    return {{values.x.data(), count, features_},
            values.y,
            values.weight,
            values.offset,
            {},
            values.fold};
  }

  template <class Evaluate>
  [[nodiscard]] std::vector<double> evaluate(Evaluate&& evaluate) const {
    const index_t count = features_ + 1;
    const index_t width = count + 3;
    std::vector<double> result(static_cast<std::size_t>(sets * width), std::nan(""));
    std::array<double, sets> objective{};
    std::array<double, sets> rms{};
    std::array<double, sets> held_out_loss{};
    const std::array<double, sets> l2{0, 0.5, 0};
    const std::array<fold_t, sets> held_out{no_fold, 0, 1};
    evaluate(MatrixView<const computing_t<T>>(parameters_.data(), sets, count),
             LossGradient{objective, {result.data(), sets, count, width}, rms, held_out_loss},
             SetOptions{.l2 = l2, .held_out = held_out});
    for (index_t s = 0; s < sets; ++s) {
      double* row = result.data() + s * width + count;
      const auto at = static_cast<std::size_t>(s);
      row[0] = objective[at];
      row[1] = rms[at];
      row[2] = held_out[at] == no_fold ? 0 : held_out_loss[at];
    }
    return result;
  }

  index_t features_;
  std::vector<computing_t<T>> parameters_;
  std::vector<index_t> rows_;
  Values whole_;
  Values part_;
};

}  // namespace batchgrad::test
