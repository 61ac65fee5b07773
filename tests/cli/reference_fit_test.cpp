#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

struct Term {
  double estimate;
  double standard_error;
};

/// The terms of one fit in r_reference_fits.csv, the intercept first.
std::vector<Term> reference_terms(const std::string& fit) {
  std::ifstream file(std::string(BATCHGRAD_SHARED_DATA) + "/reference/r_reference_fits.csv");
  std::vector<Term> terms;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    // The family may hold commas in brackets; none of the fits used here has one.
    if (cells.size() > 8 && cells[0] == fit)
      terms.push_back({std::stod(cells[7]), std::stod(cells[8])});
  }
  return terms;
}

struct ReferenceFit {
  const char* name;
  const char* file;
  std::vector<std::string> options;
};

const std::vector<ReferenceFit>& reference_fits() {
  static const std::vector<ReferenceFit> fits = {
      {"housing_lm",
       "regression/housing.csv",
       {"--target", "median_house_value", "--ignore", "ocean_proximity", "--na", "drop"}},
      {"diamonds_lm",
       "regression/diamonds.csv",
       {"--target", "price", "--features", "carat,depth,table,x,y,z"}},
      {"flights_lm",
       "regression/flights200k.csv.gz",
       {"--target", "delay", "--features", "distance,time"}},
      {"skin_logistic",
       "classification/skin.txt",
       {"--target", "c4", "--header", "no", "--loss", "logistic", "--positive", "1"}},
      {"diamonds_gamma_log",
       "regression/diamonds.csv",
       {"--target", "price", "--features", "carat,depth,table", "--loss", "gamma"}},
      {"randhie_poisson", "counts/randhie.csv", {"--target", "mdvis", "--loss", "poisson"}},
      {"bemtpl97_logistic",
       "counts/beMTPL97.csv.gz",
       {"--target", "claim", "--features", "ageph,bm,power,agec,expo", "--loss", "logistic"}},
      {"lgb_binary_logistic",
       "classification/lgb_binary.train.tsv",
       {"--target", "c1", "--header", "no", "--loss", "logistic"}},
  };
  return fits;
}

class CliReferenceFit : public ::testing::TestWithParam<std::tuple<ReferenceFit, const char*>> {};

TEST_P(CliReferenceFit, AgreesToATenThousandthOfAStandardError) {
  const auto& [fit, device] = GetParam();
  const std::string file = std::string(BATCHGRAD_SHARED_DATA) + "/" + fit.file;
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is not here";
  std::vector<std::string> arguments = {"fit", file, "--format", "json", "--device", device};
  arguments.insert(arguments.end(), fit.options.begin(), fit.options.end());
  const ProcessResult result = batchgrad(arguments);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const Json document = json_of(result);
  const std::vector<Term> terms = reference_terms(fit.name);
  ASSERT_EQ(document["coefficients"].size(), terms.size());
  std::size_t place = 0;
  for (const auto& [name, value] : document["coefficients"].items()) {
    EXPECT_NEAR(value.get<double>(), terms[place].estimate, 1e-4 * terms[place].standard_error)
        << name;
    ++place;
  }
}

INSTANTIATE_TEST_SUITE_P(Fits, CliReferenceFit,
                         ::testing::Combine(::testing::ValuesIn(reference_fits()),
                                            ::testing::Values("cpu", "reference")),
                         [](const auto& instance) {
                           std::string name = std::get<0>(instance.param).name;
                           name += '_';
                           return name + std::get<1>(instance.param);
                         });

}  // namespace
}  // namespace batchgrad::test
