// Fits of public data sets against the estimates of R's lm and glm, on every device. The scale of
// what matters is the standard error of each coefficient: 1e-4 of it cannot be seen in any use.
#include <batchgrad/context.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/inference.hpp>

#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "devices.hpp"
#include "reference_cases.hpp"
#include "tolerance.hpp"

namespace batchgrad::test {
namespace {

/// |coefficient - reference| in standard errors, the largest.
double worst_error(const ReferenceCase& reference_case, const Reference& published,
                   const std::vector<std::string>& names, const FitResult& found) {
  const auto& reference = published.coefficients;
  EXPECT_EQ(reference.size(), names.size() + 1);
  double worst = 0;
  const auto compare = [&](const std::string& term, double coefficient) {
    const auto expected = reference.find(term);
    ASSERT_NE(expected, reference.end()) << term;
    const auto [estimate, standard_error] = expected->second;
    const double error = std::fabs(coefficient - estimate) / standard_error;
    EXPECT_LE(error, 1e-4) << term << ": " << coefficient << ", reference " << estimate;
    worst = error <= worst ? worst : error;
  };
  for (std::size_t j = 0; j < names.size(); ++j) {
    const auto term = reference_case.terms.find(names[j]);
    compare(term == reference_case.terms.end() ? names[j] : term->second, found.coefficients[j]);
  }
  compare("(Intercept)", found.intercept);
  return worst;
}

/// The largest relative error of a standard error.
double worst_standard_error(const ReferenceCase& reference_case, const Reference& published,
                            const std::vector<std::string>& names, const Inference& found) {
  double worst = 0;
  const auto compare = [&](const std::string& term, const TermInference& inferred) {
    const double expected = published.coefficients.at(term).standard_error;
    const double error = std::fabs(inferred.std_error / expected - 1);
    EXPECT_LE(error, 1e-4) << term << ": " << inferred.std_error << ", reference " << expected;
    worst = error <= worst ? worst : error;
  };
  for (std::size_t j = 0; j < names.size(); ++j) {
    const auto term = reference_case.terms.find(names[j]);
    compare(term == reference_case.terms.end() ? names[j] : term->second, found.coefficients[j]);
  }
  compare("(Intercept)", *found.intercept);
  return worst;
}

/// 2 sum v (loss - its least value), of the coefficients found.
double deviance(const Dataset<double>& data, const Loss& loss, const FitResult& found) {
  std::vector<double> predictions(static_cast<std::size_t>(data.count()));
  predict<double>(data.features(), found.coefficients, found.intercept, data.offset(), predictions);
  long double sum = 0;
  std::visit(
      [&](const auto& l) {
        for (index_t m = 0; m < data.count(); ++m) {
          const double target = data.target()[m];
          const double weight = data.weight().empty() ? 1.0 : data.weight()[m];
          const double value = l.value(predictions[static_cast<std::size_t>(m)], target);
          sum += static_cast<long double>(weight) * (value - saturated_value(l, target));
        }
      },
      loss);
  return static_cast<double>(2 * sum);
}

Dataset<double> read(const ReferenceCase& reference_case) {
  return reference_case.read(data_folder + "/" + reference_case.file);
}

class ReferenceFit : public testing::TestWithParam<ReferenceCase> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(data_folder + "/" + GetParam().file))
      GTEST_SKIP() << "no data in " << data_folder;
  }

  void compare_on(Context context) {
    const Dataset<double> data = read(GetParam());
    const auto begin = std::chrono::steady_clock::now();
    const FitResult found = fit(context, data.samples(), GetParam().loss);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(found.stop, Stop::gradient) << stop_name(found.stop);
    const Reference reference = read_reference(GetParam().name);
    const double worst = worst_error(GetParam(), reference, data.feature_names(), found);
    const double found_deviance = deviance(data, GetParam().loss, found);
    EXPECT_TRUE(is_within(found_deviance, reference.deviance, 1e-9 * reference.deviance));
    RecordProperty("worst_error", std::to_string(worst));
    std::printf(
        "%s on %s: %td iterations, %td evaluations, %.3f s, worst error %.1e of the "
        "standard error\n",
        GetParam().name.c_str(), std::string(context.device()).c_str(), found.iterations,
        found.evaluations, seconds.count(), worst);
  }
};

INSTANTIATE_TEST_SUITE_P(DataSets, ReferenceFit,
                         testing::Values(housing(), diamonds(), diamonds_gamma(), flights(),
                                         randhie(), claim_counts(), claim_amounts(), claims(),
                                         skin(), lgb_binary()),
                         [](const auto& instance) {
                           std::string name;
                           bool is_first_of_word = true;
                           for (const char c : instance.param.name) {
                             const auto byte = static_cast<unsigned char>(c);
                             if (c != '_')
                               name += static_cast<char>(is_first_of_word ? std::toupper(byte) : c);
                             is_first_of_word = c == '_';
                           }
                           return name;
                         });

TEST_P(ReferenceFit, AgreesOnTheReference) { compare_on(Context::on("reference")); }

TEST_P(ReferenceFit, AgreesOnTheCpu) { compare_on(Context::on("cpu")); }

TEST_P(ReferenceFit, AgreesOnCuda) {
  std::optional<Context> context = parity_context("cuda");
  if (!context) GTEST_SKIP() << "no CUDA device";
  compare_on(std::move(*context));
}

TEST_P(ReferenceFit, HasTheErrorsAndTheDevianceOfTheReference) {
  const Dataset<double> data = read(GetParam());
  Context context = Context::on("cpu");
  const ChosenSolver chosen = choose_solver(GetParam().loss, data.feature_count());
  for (const Solver& solver : {Solver(Lbfgs{}), chosen.solver}) {
    SCOPED_TRACE(solver_name(solver));
    FitOptions options;
    options.solver = solver;
    const FitResult found = fit(context, data.samples(), GetParam().loss, options);
    EXPECT_TRUE(found.converged()) << stop_name(found.stop);
    const Reference reference = read_reference(GetParam().name);
    worst_error(GetParam(), reference, data.feature_names(), found);
    const Inference inference = infer(context, data.samples(), GetParam().loss, options, found);
    const double worst =
        worst_standard_error(GetParam(), reference, data.feature_names(), inference);
    const auto expect_near = [](double value, double expected, double relative) {
      EXPECT_TRUE(is_within(value, expected, relative * std::fabs(expected)));
    };
    expect_near(inference.deviance.value(), reference.deviance, 1e-9);
    expect_near(inference.log_likelihood.value(), reference.log_likelihood, 1e-9);
    expect_near(inference.dispersion, reference.dispersion, 1e-6);
    EXPECT_EQ(static_cast<double>(inference.residual_degrees_of_freedom), reference.freedom);
    std::printf("%s by %s: standard errors within %.1e, deviance within %.1e\n",
                GetParam().name.c_str(), std::string(solver_name(solver)).c_str(), worst,
                std::fabs(inference.deviance.value() / reference.deviance - 1));
  }
}

TEST_P(ReferenceFit, HasTheSameBitsForOneAndTwoThreads) {
  const Dataset<double> data = read(GetParam());
  Context one = Context::on("cpu", {.threads = 1});
  Context two = Context::on("cpu", {.threads = 2});
  const FitResult first = fit(one, data.samples(), GetParam().loss);
  const FitResult second = fit(two, data.samples(), GetParam().loss);
  EXPECT_EQ(first.coefficients, second.coefficients);
  EXPECT_EQ(first.intercept, second.intercept);
  EXPECT_EQ(first.objective, second.objective);
  EXPECT_EQ(first.evaluations, second.evaluations);
}

}  // namespace
}  // namespace batchgrad::test
