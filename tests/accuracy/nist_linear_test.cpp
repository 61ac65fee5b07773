// NIST's linear problems. What is asked of the default mode is what R's lm (version 4, QR) reaches,
// less half a digit; of the extended mode 12 digits.
#include <batchgrad/context.hpp>
#include <batchgrad/fit.hpp>

#include <cstdio>
#include <filesystem>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

#include "nist_problem.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

const std::string folder = std::string(BATCHGRAD_SHARED_DATA) + "/nist/linear/";

struct NistCase {
  std::string name;
  int degree;
  double digits;  ///< of the worst coefficient by default
};

std::ostream& operator<<(std::ostream& out, const NistCase& nist) { return out << nist.name; }

class NistLinear : public testing::TestWithParam<NistCase> {
 protected:
  void SetUp() override {
    const std::string path = folder + GetParam().name + ".dat";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
    problem_ = read_nist_problem(path, GetParam().degree);
    ASSERT_EQ(static_cast<index_t>(problem_.certified.size()),
              problem_.features + (problem_.intercept == Intercept::fitted ? 1 : 0));
  }

  FitResult fit_by(const Solver& solver, const char* device = "cpu") const {
    Context context = Context::on(device);
    FitOptions options;
    options.solver = solver;
    options.intercept = problem_.intercept;
    return fit(context, problem_.samples(), SquaredLoss{}, options);
  }

  double worst_digits(const FitResult& result) const {
    std::vector<double> found;
    if (problem_.intercept == Intercept::fitted) found.push_back(result.intercept);
    found.insert(found.end(), result.coefficients.begin(), result.coefficients.end());
    double worst = 15;
    for (std::size_t j = 0; j < found.size(); ++j)
      worst = std::min(worst, log_relative_error(found[j], problem_.certified[j]));
    return worst;
  }

  /// Digits of sqrt(residual sum of squares / degrees of freedom). Where the fit is exact the
  /// deviation is rounding, and counts against the size of the targets.
  double deviation_digits(const FitResult& result) const {
    const auto freedom =
        static_cast<double>(problem_.count() - static_cast<index_t>(problem_.certified.size()));
    const double deviation =
        std::sqrt(2 * result.objective * static_cast<double>(problem_.count()) / freedom);
    if (problem_.residual_deviation > 0)
      return log_relative_error(deviation, problem_.residual_deviation);
    double largest = 0;
    for (const double target : problem_.y) largest = std::max(largest, std::fabs(target));
    return log_relative_error(deviation / largest, 0);
  }

  void report(const char* mode, const FitResult& result) const {
    std::printf("%s, %s: %.1f digits, residual deviation %.1f digits, %s, gradient norm %.1e%s\n",
                GetParam().name.c_str(), mode, worst_digits(result), deviation_digits(result),
                std::string(stop_name(result.stop)).c_str(), result.gradient_norm,
                result.precision == Precision::extended ? ", extended" : "");
  }

  NistProblem problem_;
};

INSTANTIATE_TEST_SUITE_P(Problems, NistLinear,
                         testing::Values(NistCase{"Norris", 1, 11.4}, NistCase{"NoInt1", 1, 14.2},
                                         NistCase{"NoInt2", 1, 14.5}, NistCase{"Longley", 1, 12.5},
                                         NistCase{"Wampler1", 5, 8.7},
                                         NistCase{"Wampler2", 5, 12.7},
                                         NistCase{"Wampler3", 5, 8.9}, NistCase{"Filip", 10, 7}),
                         [](const auto& instance) { return instance.param.name; });

TEST_P(NistLinear, HasTheDigitsOfLmByDefault) {
  for (const char* device : {"reference", "cpu"}) {
    const FitResult result = fit_by(Gram{}, device);
    report(device, result);
    EXPECT_TRUE(result.converged()) << stop_name(result.stop);
    EXPECT_TRUE(result.dependencies.empty());
    EXPECT_GE(worst_digits(result), GetParam().digits);
    EXPECT_GE(deviation_digits(result), 8);
  }
}

TEST_P(NistLinear, HasTwelveDigitsInExtendedPrecision) {
  const FitResult result = fit_by(Gram{Precision::extended, problem_.low_view()});
  report("extended", result);
  EXPECT_TRUE(result.converged()) << stop_name(result.stop);
  EXPECT_EQ(result.precision, Precision::extended);
  EXPECT_TRUE(result.dependencies.empty());
  EXPECT_GE(worst_digits(result), 12);
}

TEST_P(NistLinear, IsNeverSilentlyWrongInDouble) {
  const FitResult standard = fit_by(Gram{Precision::standard, {}});
  report("standard", standard);
  EXPECT_EQ(standard.precision, Precision::standard);
  EXPECT_TRUE(!standard.converged() || !standard.dependencies.empty() ||
              worst_digits(standard) >= 7);
  const FitResult newton = fit_by(Newton{});
  report("newton", newton);
  EXPECT_TRUE(!newton.converged() || !newton.dependencies.empty() || worst_digits(newton) >= 6);
}

}  // namespace
}  // namespace batchgrad::test
