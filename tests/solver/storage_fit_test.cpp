// Everything that is fitted, with features stored in 16 bits: the fit is that of the numbers that
// are stored, as double storage finds it.
#include <batchgrad/cross_validation.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/fit_sets.hpp>
#include <batchgrad/inference.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "same_fit.hpp"
#include "small_data.hpp"

namespace batchgrad::test {
namespace {

/// 90 samples of three features that lie away from 0; the same numbers in T and in double.
template <class T>
class StorageFit : public testing::Test {
 protected:
  StorageFit() {
    Sequence sequence;
    for (index_t m = 0; m < rows; ++m) {
      double prediction = 0.5;
      for (index_t j = 0; j < features; ++j) {
        x_.push_back(T(sequence.next() + 0.5 * static_cast<double>(j)));
        wide_.push_back(static_cast<double>(x_.back()));
        prediction += (1.0 - static_cast<double>(j)) * wide_.back();
      }
      const double noise = sequence.next();
      y_.push_back(static_cast<float>(prediction + 0.5 * noise));
      label_.push_back(prediction + 2 * noise > 0 ? 1.0F : 0.0F);
      class_.push_back(static_cast<float>((m + (prediction > 0 ? 1 : 0)) % 3));
      weight_.push_back(static_cast<float>(1 + m % 2));
    }
  }

  [[nodiscard]] Samples<T> stored(const std::vector<float>& target) const {
    return {{x_.data(), rows, features}, target, weight_, {}, {}, {}};
  }
  /// Valid until the next call.
  [[nodiscard]] Samples<double> widened(const std::vector<float>& target) {
    wide_target_.assign(target.begin(), target.end());
    wide_weight_.assign(weight_.begin(), weight_.end());
    return {{wide_.data(), rows, features}, wide_target_, wide_weight_, {}, {}, {}};
  }

  /// The gradient vanishes to 1e-6 of its scale, and the Hessian is not far from 1 on its.
  static void expect_same(const FitResult& found, const FitResult& truth) {
    constexpr double near = 1e-4;
    ASSERT_TRUE(found.converged()) << stop_name(found.stop);
    ASSERT_EQ(found.coefficients.size(), truth.coefficients.size());
    for (std::size_t j = 0; j < truth.coefficients.size(); ++j)
      EXPECT_NEAR(found.coefficients[j], truth.coefficients[j], near) << j;
    EXPECT_NEAR(found.intercept, truth.intercept, near);
    EXPECT_NEAR(found.objective, truth.objective, 1e-5 * truth.objective);
  }

  static constexpr index_t rows = 90;
  static constexpr index_t features = 3;
  std::vector<T> x_;
  std::vector<float> y_;
  std::vector<float> label_;
  std::vector<float> class_;
  std::vector<float> weight_;
  std::vector<double> wide_;
  std::vector<double> wide_target_;
  std::vector<double> wide_weight_;
  Context context_ = Context::on("cpu");
};
using SixteenBits = testing::Types<Bfloat16, Float16>;
TYPED_TEST_SUITE(StorageFit, SixteenBits, );

TYPED_TEST(StorageFit, BySolversOfEveryKind) {
  for (const Solver& solver : std::vector<Solver>{Gram{}, Newton{}, Lbfgs{}, GradientDescent{}}) {
    SCOPED_TRACE(solver_name(solver));
    FitOptions options;
    options.solver = solver;
    options.max_iterations = 5'000;
    this->expect_same(fit(this->context_, this->stored(this->y_), Loss(SquaredLoss{}), options),
                      fit(this->context_, this->widened(this->y_), Loss(SquaredLoss{}), options));
    if (std::holds_alternative<Gram>(solver)) continue;
    this->expect_same(
        fit(this->context_, this->stored(this->label_), Loss(LogisticLoss{}), options),
        fit(this->context_, this->widened(this->label_), Loss(LogisticLoss{}), options));
  }
}

TYPED_TEST(StorageFit, WithPenaltiesWithoutInterceptAndUnstandardised) {
  FitOptions options;
  options.solver = Proximal{};
  options.l1 = 0.05;
  options.l2 = 0.1;
  options.intercept = Intercept::none;
  options.standardise = Standardise::no;
  this->expect_same(fit(this->context_, this->stored(this->y_), Loss(SquaredLoss{}), options),
                    fit(this->context_, this->widened(this->y_), Loss(SquaredLoss{}), options));
}

TYPED_TEST(StorageFit, InExtendedPrecisionFromTheNumbersStored) {
  FitOptions options;
  options.solver = Gram{.precision = Precision::extended};
  const auto found = fit(this->context_, this->stored(this->y_), Loss(SquaredLoss{}), options);
  EXPECT_EQ(found.precision, Precision::extended);
  this->expect_same(found,
                    fit(this->context_, this->widened(this->y_), Loss(SquaredLoss{}), options));
}

TYPED_TEST(StorageFit, NamesAColumnThatIsStoredTwice) {
  for (index_t m = 0; m < this->rows; ++m) {
    const auto row = static_cast<std::size_t>(m * this->features);
    this->x_[row + 2] = this->x_[row];
  }
  FitOptions options;
  options.solver = Gram{};
  const auto found = fit(this->context_, this->stored(this->y_), Loss(SquaredLoss{}), options);
  ASSERT_EQ(found.dependencies.size(), 1U);
  EXPECT_EQ(found.dependencies[0].feature, 2);
}

TYPED_TEST(StorageFit, OfClasses) {
  FitOptions options;
  options.l2 = 0.01;
  this->expect_same(fit(this->context_, this->stored(this->class_), SoftmaxLoss{3}, options),
                    fit(this->context_, this->widened(this->class_), SoftmaxLoss{3}, options));
}

TYPED_TEST(StorageFit, ByBatchesAndWithSamplesHeldOut) {
  FitOptions options;
  options.solver = Adam{.learning_rate = 0.05};
  options.batch_size = 16;
  options.max_epochs = 3;
  options.holdout = 0.2;
  const auto found = fit(this->context_, this->stored(this->y_), Loss(SquaredLoss{}), options);
  const auto truth = fit(this->context_, this->widened(this->y_), Loss(SquaredLoss{}), options);
  for (std::size_t j = 0; j < truth.coefficients.size(); ++j)
    EXPECT_NEAR(found.coefficients[j], truth.coefficients[j], 1e-4);
  EXPECT_NEAR(found.held_out_loss, truth.held_out_loss, 1e-5);
}

TYPED_TEST(StorageFit, OfManySetsAndTheirCrossValidation) {
  std::vector<FitSet> sets(2);
  sets[1].options.l2 = 1;
  const auto found = fit_sets(this->context_, this->stored(this->y_), sets);
  const auto truth = fit_sets(this->context_, this->widened(this->y_), sets);
  for (std::size_t s = 0; s < sets.size(); ++s) this->expect_same(found[s], truth[s]);
  const auto chosen = cross_validate(this->context_, this->stored(this->y_), sets, {.folds = 5});
  const auto best = cross_validate(this->context_, this->widened(this->y_), sets, {.folds = 5});
  EXPECT_EQ(chosen.best, best.best);
  for (std::size_t s = 0; s < sets.size(); ++s)
    EXPECT_NEAR(chosen.scores[s].loss, best.scores[s].loss, 1e-4 * best.scores[s].loss);
}

TYPED_TEST(StorageFit, OfManySetsByBatchesAsAlone) {
  FitSet set{SquaredLoss{}, {.solver = Adam{.learning_rate = 0.05}, .batch_size = 16}};
  set.options.max_epochs = 3;
  set.options.holdout = 0.2;
  const auto found = fit_sets(this->context_, this->stored(this->y_), {set, set});
  const auto alone = fit(this->context_, this->stored(this->y_), set.loss, set.options);
  for (const FitResult& each : found) test::expect_same_fit(each, alone);
}

TYPED_TEST(StorageFit, WithStandardErrors) {
  FitOptions options;
  options.solver = Newton{};
  const Loss loss = LogisticLoss{};
  const auto of = [&](const auto& samples, Covariance covariance) {
    return infer(this->context_, samples, loss, options,
                 fit(this->context_, samples, loss, options), {.covariance = covariance});
  };
  for (const Covariance covariance : {Covariance::expected, Covariance::sandwich}) {
    const Inference found = of(this->stored(this->label_), covariance);
    const Inference truth = of(this->widened(this->label_), covariance);
    for (std::size_t j = 0; j < truth.coefficients.size(); ++j)
      EXPECT_NEAR(found.coefficients[j].std_error, truth.coefficients[j].std_error,
                  1e-3 * truth.coefficients[j].std_error);
    EXPECT_NEAR(*found.deviance, *truth.deviance, 1e-4 * *truth.deviance);
  }
}

TYPED_TEST(StorageFit, PredictsAsIfItWereDouble) {
  const std::vector<double> coefficients{0.1, -2, 3};
  std::vector<double> found(static_cast<std::size_t>(this->rows), std::nan(""));
  std::vector<double> truth = found;
  predict<TypeParam>({this->x_.data(), this->rows, 3}, coefficients, 0.5, {}, found);
  predict<double>({this->wide_.data(), this->rows, 3}, coefficients, 0.5, {}, truth);
  EXPECT_EQ(found, truth);
}

TYPED_TEST(StorageFit, RefusesAFeatureThatIsInfinite) {
  this->x_[7] = TypeParam(1e300);
  try {
    (void)fit(this->context_, this->stored(this->y_), Loss(SquaredLoss{}));
    ADD_FAILURE() << "accepted";
  } catch (const std::exception& error) {
    EXPECT_NE(std::string(error.what()).find("feature 1 of sample 2 is inf"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace batchgrad::test
