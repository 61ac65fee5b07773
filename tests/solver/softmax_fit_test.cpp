// Fits of models over classes: closed forms, the logistic fit of two classes, what is refused.
#include <batchgrad/classes.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <string>
#include <vector>

#include "small_data.hpp"
#include "tolerance.hpp"

namespace batchgrad {
namespace {

using test::Sequence;
using test::SmallData;

/// Classes that overlap, features of different sizes and locations.
template <class T = double>
SmallData<T> classes_data(index_t rows, index_t features, index_t classes) {
  SmallData<T> data = test::linear_data<T>(rows, features, 0.0);
  Sequence sequence;
  for (index_t m = 0; m < rows; ++m) {
    const double part = (sequence.next() + 1) / 2;
    const double last = data.x[static_cast<std::size_t>(m * features)] * 5 + 0.5;  // in 0 .. 1
    const double mixed = 0.6 * part + 0.4 * last;
    data.y[static_cast<std::size_t>(m)] =
        static_cast<T>(std::floor(mixed * static_cast<double>(classes) * 0.9999));
  }
  return data;
}

class SoftmaxFit : public ::testing::TestWithParam<const char*> {
 protected:
  template <class T>
  FitResult run(const SmallData<T>& data, index_t classes, const FitOptions& options = {}) {
    return fit(context_, data.samples(), SoftmaxLoss{classes}, options);
  }
  std::string error_of(const SmallData<>& data, index_t classes, const FitOptions& options = {}) {
    try {
      (void)run(data, classes, options);
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "no error";
  }

  Context context_ = Context::on(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Devices, SoftmaxFit, testing::Values("reference", "cpu"),
                         [](const auto& device) { return device.param; });

TEST_P(SoftmaxFit, OfInterceptsAloneIsTheSharesOfTheClasses) {
  // Weights 2, 3, 5: probabilities are 0.2, 0.3, 0.5 and the loss is their entropy.
  const SmallData<> data{0, {}, {0, 1, 1, 2}, {2, 1, 2, 5}, {}};
  const FitResult found = run(data, 3);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_TRUE(found.coefficients.empty());
  ASSERT_EQ(found.intercepts.size(), 3U);
  const double mean = (std::log(2.0) + std::log(3.0) + std::log(5.0)) / 3;
  EXPECT_NEAR(found.intercepts[0], std::log(2.0) - mean, 1e-8);
  EXPECT_NEAR(found.intercepts[1], std::log(3.0) - mean, 1e-8);
  EXPECT_NEAR(found.intercepts[2], std::log(5.0) - mean, 1e-8);
  const double entropy = -(0.2 * std::log(0.2) + 0.3 * std::log(0.3) + 0.5 * std::log(0.5));
  EXPECT_NEAR(found.objective, entropy, 1e-14);
}

TEST_P(SoftmaxFit, OfTwoClassesIsTheLogisticFitOfHalfThePenalty) {
  const SmallData<> data = classes_data(200, 3, 2);
  for (const double l2 : {0.0, 0.02})
    for (const Standardise standardise : {Standardise::yes, Standardise::no}) {
      SCOPED_TRACE(testing::Message() << "l2 " << l2);
      FitOptions options;
      options.standardise = standardise;
      options.l2 = l2;
      options.tolerance = 1e-10;
      const FitResult pair = run(data, 2, options);
      options.l2 = l2 / 2;
      const FitResult single = fit(context_, data.samples(), LogisticLoss{}, options);
      EXPECT_EQ(pair.stop, Stop::gradient);
      EXPECT_EQ(single.stop, Stop::gradient);
      // The gradients are within 1e-10, the curvatures above 1e-2 per unit of a feature's spread.
      for (std::size_t j = 0; j < 3; ++j) {
        const double scale = std::pow(10.0, static_cast<double>(j) - 1);
        EXPECT_NEAR((pair.coefficients[3 + j] - pair.coefficients[j]) * scale,
                    single.coefficients[j] * scale, 1e-7);
        EXPECT_NEAR((pair.coefficients[3 + j] + pair.coefficients[j]) * scale, 0, 1e-9);
      }
      EXPECT_NEAR(pair.intercepts[1] - pair.intercepts[0], single.intercept, 1e-6);
      EXPECT_NEAR(pair.objective, single.objective, 1e-12);
    }
}

TEST_P(SoftmaxFit, StaysWhereTheClassesSumToZero) {
  const FitResult found = run(classes_data(300, 4, 5), 5);
  EXPECT_EQ(found.stop, Stop::gradient);
  ASSERT_EQ(found.coefficients.size(), 20U);
  for (std::size_t j = 0; j < 4; ++j) {
    double sum = 0;
    double size = 0;
    for (std::size_t c = 0; c < 5; ++c) {
      sum += found.coefficients[4 * c + j];
      size = std::fmax(size, std::fabs(found.coefficients[4 * c + j]));
    }
    EXPECT_LE(std::fabs(sum), 1e-10 * size);
  }
  EXPECT_NEAR(std::accumulate(found.intercepts.begin(), found.intercepts.end(), 0.0), 0, 1e-9);
}

TEST_P(SoftmaxFit, FindsTheSameFromEitherCoordinatesAndSolver) {
  const SmallData<> data = classes_data(300, 2, 3);
  FitOptions options;
  options.l2 = 0.01;
  const FitResult expected = run(data, 3, options);
  EXPECT_EQ(expected.stop, Stop::gradient);
  const auto expect_same = [&](const FitResult& found) {
    EXPECT_TRUE(found.converged());
    EXPECT_NEAR(found.objective, expected.objective, 1e-10);
    for (std::size_t i = 0; i < expected.coefficients.size(); ++i)
      EXPECT_NEAR(found.coefficients[i], expected.coefficients[i], 1e-3);
  };
  options.standardise = Standardise::no;
  expect_same(run(data, 3, options));
  options.standardise = Standardise::yes;
  options.solver = GradientDescent{};
  options.max_iterations = 20'000;
  options.tolerance = 1e-6;
  expect_same(run(data, 3, options));
  options.solver = Adam{0.05};
  expect_same(run(data, 3, options));
}

TEST_P(SoftmaxFit, StartsWhereItIsTold) {
  const SmallData<> data = classes_data(50, 2, 3);
  FitOptions options;
  options.start = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  options.max_iterations = 0;
  const FitResult found = run(data, 3, options);
  const std::vector<double> coefficients{1, 2, 4, 5, 7, 8};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(found.coefficients[i], coefficients[i], 1e-12);
  for (std::size_t c = 0; c < 3; ++c)
    EXPECT_NEAR(found.intercepts[c], static_cast<double>(3 * c + 3), 1e-11);
}

TEST_P(SoftmaxFit, KeepsTheCoefficientsOfAConstantFeatureAtZero) {
  const SmallData<> data{2, {0, 0.1, 1, 0.1, 2, 0.1, 1.5, 0.1, 0.5, 0.1}, {0, 1, 2, 1, 2}, {}, {}};
  FitOptions options;
  options.l2 = 0.1;
  const FitResult found = run(data, 3, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_EQ(found.coefficients[2 * c + 1], 0);
    EXPECT_NE(found.coefficients[2 * c], 0);
  }
}

TEST_P(SoftmaxFit, WithoutAnInterceptHasZerosForIt) {
  FitOptions options;
  options.intercept = Intercept::none;
  const FitResult found = run(classes_data(100, 3, 3), 3, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_EQ(found.coefficients.size(), 9U);
  EXPECT_EQ(found.intercepts, (std::vector<double>{0, 0, 0}));
}

TEST_P(SoftmaxFit, ConvergesInFloatStorage) {
  const FitResult wide = run(classes_data<double>(300, 3, 4), 4);
  const FitResult narrow = run(classes_data<float>(300, 3, 4), 4);
  EXPECT_EQ(narrow.stop, Stop::gradient);
  EXPECT_NEAR(narrow.objective, wide.objective, 1e-5);
}

TEST_P(SoftmaxFit, WithoutPenaltyFollowsSeparatedClassesUntilTheLossVanishes) {
  const SmallData<> data{1, {0, 1, 2, 10, 11, 12, 20, 21, 22}, {0, 0, 0, 1, 1, 1, 2, 2, 2}, {}, {}};
  const FitResult found = run(data, 3);
  EXPECT_LT(found.objective, 1e-3);
  FitOptions options;
  options.l2 = 1e-3;
  EXPECT_EQ(run(data, 3, options).stop, Stop::gradient);
}

TEST_P(SoftmaxFit, RefusesWhatIsNoClass) {
  const SmallData<> data{1, {1, 2, 3}, {0, 1, 2}, {}, {}};
  EXPECT_EQ(error_of(data, 3, {.max_iterations = 1}), "no error");
  EXPECT_NE(error_of(data, 2).find("target 2 is 2"), std::string::npos);
  EXPECT_NE(error_of({1, {1, 2}, {0, -1}, {}, {}}, 2).find("target 1 is -1"), std::string::npos);
  EXPECT_NE(error_of({1, {1, 2}, {0.5, 1}, {}, {}}, 2).find("target 0 is 0.5"), std::string::npos);
  EXPECT_NE(error_of({1, {1, 2}, {0, std::nan("")}, {}, {}}, 2).find("target 1 is nan"),
            std::string::npos);
  EXPECT_NE(error_of(data, 1).find("classes is 1"), std::string::npos);
  EXPECT_NE(error_of(data, 4097).find("classes is 4097"), std::string::npos);
  EXPECT_NE(error_of({1, {1, 2}, {0, 1}, {}, {1, 1}}, 2).find("offset"), std::string::npos);
  EXPECT_NE(error_of(data, 3, {.start = {1, 2}}).find("the model has 6 parameters"),
            std::string::npos);
}

TEST(PredictClasses, GivesProbabilitiesAndTheFirstOfTheMostProbable) {
  const std::vector<double> x{0, 1, 2};
  const std::vector<double> coefficients{0, 1, 1};
  const std::vector<double> intercepts{0, 0, std::log(2.0)};
  std::vector<double> probabilities(9, std::nan(""));
  std::vector<index_t> classes(3, -1);
  const MatrixView<const double> w(coefficients.data(), 3, 1);
  predict_probabilities<double>({x.data(), 3, 1}, w, intercepts, {probabilities.data(), 3, 3});
  predict_classes<double>({x.data(), 3, 1}, w, intercepts, classes);
  for (std::size_t m = 0; m < 3; ++m) {
    const double e = std::exp(x[m]);
    EXPECT_NEAR(probabilities[3 * m], 1 / (1 + 3 * e), 1e-15);
    EXPECT_NEAR(probabilities[3 * m + 1], e / (1 + 3 * e), 1e-15);
    EXPECT_NEAR(probabilities[3 * m + 2], 2 * e / (1 + 3 * e), 1e-15);
    EXPECT_EQ(classes[m], 2);
  }
  const std::vector<double> even{0, 0, 0};
  predict_classes<double>({x.data(), 3, 1}, {even.data(), 3, 1}, even, classes);
  EXPECT_EQ(classes, (std::vector<index_t>{0, 0, 0}));
  EXPECT_THROW(predict_classes<double>({x.data(), 3, 1}, w, even, {classes.data(), 2}),
               InvalidArgument);
  EXPECT_THROW(predict_classes<double>({x.data(), 3, 1}, w, {even.data(), 2}, classes),
               InvalidArgument);
  EXPECT_THROW(predict_classes<double>({x.data(), 1, 3}, w, even, {classes.data(), 1}),
               InvalidArgument);
}

}  // namespace
}  // namespace batchgrad
