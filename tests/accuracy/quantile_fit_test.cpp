// Quantile regression of food expenditure on income, Engel's 235 households, the data of Koenker
// and Bassett (1982). A line that minimises the loss goes through two of the points, so the exact
// minimum is the least over all pairs of them: found by evaluating each of the 27,495 lines.
//   tau   objective            intercept           income                points
//   0.5   37.36155882473551    81.4822474169361    0.5601805512094196    76, 220
//   0.9   14.433973238418082   67.35087208012965   0.6862994803719055    109, 167
// R's quantreg prints the same lines: 81.48225 and 0.56018, 67.35087 and 0.68630.
#include <batchgrad/context.hpp>
#include <batchgrad/dataset.hpp>
#include <batchgrad/fit.hpp>

#include <filesystem>
#include <gtest/gtest.h>
#include <string>

#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

struct Engel {
  double tau;
  double objective;
  double intercept;
  double income;
};

class QuantileFit : public testing::TestWithParam<Engel> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(path_)) GTEST_SKIP() << "no " << path_;
    DatasetOptions options;
    options.target = "foodexp";
    options.features = {"income"};
    data_ = read_dataset<double>(path_, options);
  }

  std::string path_ = std::string(BATCHGRAD_SHARED_DATA) + "/regression/engel.csv";
  Dataset<double> data_;
};

INSTANTIATE_TEST_SUITE_P(
    Engel, QuantileFit,
    testing::Values(Engel{0.5, 37.36155882473551, 81.4822474169361, 0.5601805512094196},
                    Engel{0.9, 14.433973238418082, 67.35087208012965, 0.6862994803719055}),
    [](const auto& instance) { return instance.param.tau < 0.7 ? "Median" : "UpperTenth"; });

TEST_P(QuantileFit, StaysAtTheExactMinimum) {
  const Engel& engel = GetParam();
  for (const char* device : {"reference", "cpu"}) {
    Context context = Context::on(device);
    FitOptions options;
    options.start = {engel.income, engel.intercept};
    const FitResult found = fit(context, data_.samples(), QuantileLoss{engel.tau}, options);
    EXPECT_TRUE(is_within(found.objective, engel.objective, 1e-13 * engel.objective)) << device;
  }
}

TEST_P(QuantileFit, ComesCloseToTheExactMinimum) {
  const Engel& engel = GetParam();
  for (const char* device : {"reference", "cpu"}) {
    Context context = Context::on(device);
    const FitResult found = fit(context, data_.samples(), QuantileLoss{engel.tau});
    EXPECT_GE(found.objective, engel.objective * (1 - 1e-13)) << device;
    EXPECT_LE(found.objective, engel.objective * (1 + 1e-4)) << device;
    EXPECT_TRUE(is_within(found.coefficients[0], engel.income, 0.005)) << device;
    EXPECT_TRUE(found.stop == Stop::no_progress || found.converged()) << stop_name(found.stop);
  }
}

}  // namespace
}  // namespace batchgrad::test
