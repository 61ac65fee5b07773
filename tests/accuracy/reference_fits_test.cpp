// Fits of public data sets against the estimates of R's lm and glm, on every device. The scale of
// what matters is the standard error of each coefficient: 1e-4 of it cannot be seen in any use.
#include <batchgrad/context.hpp>
#include <batchgrad/dataset.hpp>
#include <batchgrad/fit.hpp>

#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "devices.hpp"

namespace batchgrad {
namespace {

const std::string data_folder = BATCHGRAD_SHARED_DATA;

struct Reference {
  double estimate = 0;
  double standard_error = 0;
};

/// The coefficients of one fit by the name of their column.
std::map<std::string, Reference> read_reference(const std::string& fit_name) {
  ReadOptions read;
  read.categorical = {"fit", "term"};
  const Table table = read_table(data_folder + "/reference/r_reference_fits.csv", read,
                                 {{"fit", "term", "estimate", "std_error"}, {}});
  const std::vector<std::string>& fits = table.columns()[0].levels;
  const std::vector<std::string>& terms = table.columns()[1].levels;
  std::map<std::string, Reference> result;
  for (index_t row = 0; row < table.rows(); ++row)
    if (fits[static_cast<std::size_t>(table(row, 0))] == fit_name)
      result[terms[static_cast<std::size_t>(table(row, 1))]] = {table(row, 2), table(row, 3)};
  return result;
}

struct ReferenceCase {
  std::string name;
  std::string file;
  DatasetOptions options;
  Loss loss;
  std::string positive;                        ///< logistic: the label that counts as 1
  std::map<std::string, std::string> terms{};  ///< the reference's term of a column that differs
};

std::ostream& operator<<(std::ostream& out, const ReferenceCase& a_case) {
  return out << a_case.name;
}

ReferenceCase housing() {
  DatasetOptions options;
  options.target = "median_house_value";
  options.ignore = {"ocean_proximity"};
  options.read.missing = Missing::drop;
  return {"housing_lm", "regression/housing.csv", options, SquaredLoss{}, "", {}};
}

ReferenceCase diamonds() {
  DatasetOptions options;
  options.target = "price";
  options.features = {"carat", "depth", "table", "x", "y", "z"};
  return {"diamonds_lm", "regression/diamonds.csv", options, SquaredLoss{}, "", {}};
}

ReferenceCase flights() {
  DatasetOptions options;
  options.target = "delay";
  return {"flights_lm", "regression/flights200k.csv.gz", options, SquaredLoss{}, "", {}};
}

ReferenceCase skin() {
  DatasetOptions options;
  options.target = "c4";
  options.read.header = Header::absent;
  options.read.delimiter = '\t';
  return {"skin_logistic",
          "classification/skin.txt",
          options,
          LogisticLoss{},
          "1",
          {{"c1", "B"}, {"c2", "G"}, {"c3", "R"}}};
}

ReferenceCase lgb_binary() {
  DatasetOptions options;
  options.target = "c1";
  options.read.header = Header::absent;
  options.read.delimiter = '\t';
  std::map<std::string, std::string> terms;
  for (int j = 2; j <= 29; ++j) terms["c" + std::to_string(j)] = "V" + std::to_string(j);
  return {"lgb_binary_logistic",
          "classification/lgb_binary.train.tsv",
          options,
          LogisticLoss{},
          "1",
          terms};
}

/// |coefficient - reference| in standard errors, the largest.
double worst_error(const ReferenceCase& reference_case, const std::vector<std::string>& names,
                   const FitResult& found) {
  const auto reference = read_reference(reference_case.name);
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

Dataset<double> read(const ReferenceCase& reference_case) {
  auto data = read_dataset<double>(data_folder + "/" + reference_case.file, reference_case.options);
  if (!reference_case.positive.empty()) encode_binary_target(data, reference_case.positive);
  return data;
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
    const double worst = worst_error(GetParam(), data.feature_names(), found);
    RecordProperty("worst_error", std::to_string(worst));
    std::printf(
        "%s on %s: %td iterations, %td evaluations, %.3f s, worst error %.1e of the "
        "standard error\n",
        GetParam().name.c_str(), std::string(context.device()).c_str(), found.iterations,
        found.evaluations, seconds.count(), worst);
  }
};

INSTANTIATE_TEST_SUITE_P(DataSets, ReferenceFit,
                         testing::Values(housing(), diamonds(), flights(), skin(), lgb_binary()),
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
  std::optional<Context> context = test::parity_context("cuda");
  if (!context) GTEST_SKIP() << "no CUDA device";
  compare_on(std::move(*context));
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
}  // namespace batchgrad
