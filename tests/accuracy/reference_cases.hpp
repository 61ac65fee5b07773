#pragma once

#include <batchgrad/dataset.hpp>
#include <batchgrad/loss.hpp>

#include <cmath>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

// The fits of r_reference_fits.csv: their data sets as the formulas say, and R's results.

namespace batchgrad::test {

inline const std::string data_folder = BATCHGRAD_SHARED_DATA;

struct Coefficient {
  double estimate = 0;
  double standard_error = 0;
};

struct Reference {
  std::map<std::string, Coefficient> coefficients;  ///< by the term
  double deviance = 0;
  double log_likelihood = 0;
  double dispersion = 0;
  double freedom = 0;
};

inline Reference read_reference(const std::string& fit_name) {
  ReadOptions read;
  read.categorical = {"fit", "term"};
  const Table table = read_table(
      data_folder + "/reference/r_reference_fits.csv", read,
      {{"fit", "term", "estimate", "std_error", "deviance", "loglik", "dispersion", "n", "p"}, {}});
  const std::vector<std::string>& fits = table.columns()[0].levels;
  const std::vector<std::string>& terms = table.columns()[1].levels;
  Reference result;
  for (index_t row = 0; row < table.rows(); ++row) {
    if (fits[static_cast<std::size_t>(table(row, 0))] != fit_name) continue;
    result.coefficients[terms[static_cast<std::size_t>(table(row, 1))]] = {table(row, 2),
                                                                           table(row, 3)};
    result.deviance = table(row, 4);
    result.log_likelihood = table(row, 5);
    result.dispersion = table(row, 6);
    result.freedom = table(row, 7) - table(row, 8);
  }
  return result;
}

struct ReferenceCase {
  std::string name;
  std::string file;
  Loss loss;
  std::function<Dataset<double>(const std::string& path)> read;
  std::map<std::string, std::string> terms{};  ///< the reference's term of a column that differs
};

inline std::ostream& operator<<(std::ostream& out, const ReferenceCase& a_case) {
  return out << a_case.name;
}

/// Reads the columns that have a role; `positive` is the label that counts as 1, if any.
inline auto reader(DatasetOptions options, std::string positive = "") {
  return [options = std::move(options), positive = std::move(positive)](const std::string& path) {
    auto data = read_dataset<double>(path, options);
    if (!positive.empty()) encode_binary_target(data, positive);
    return data;
  };
}

inline ReferenceCase housing() {
  DatasetOptions options;
  options.target = "median_house_value";
  options.ignore = {"ocean_proximity"};
  options.read.missing = Missing::drop;
  return {"housing_lm", "regression/housing.csv", SquaredLoss{}, reader(options)};
}

inline ReferenceCase diamonds() {
  DatasetOptions options;
  options.target = "price";
  options.features = {"carat", "depth", "table", "x", "y", "z"};
  return {"diamonds_lm", "regression/diamonds.csv", SquaredLoss{}, reader(options)};
}

inline ReferenceCase diamonds_gamma() {
  DatasetOptions options;
  options.target = "price";
  options.features = {"carat", "depth", "table"};
  return {"diamonds_gamma_log", "regression/diamonds.csv", GammaLoss{}, reader(options)};
}

inline ReferenceCase flights() {
  DatasetOptions options;
  options.target = "delay";
  return {"flights_lm", "regression/flights200k.csv.gz", SquaredLoss{}, reader(options)};
}

inline ReferenceCase randhie() {
  DatasetOptions options;
  options.target = "mdvis";
  return {"randhie_poisson", "counts/randhie.csv", PoissonLoss{}, reader(options)};
}

inline const std::vector<std::string> claim_features{"ageph", "bm", "power", "agec"};

/// Claims a year of exposure: the formula's offset is log(expo), a column that the file has not.
inline ReferenceCase claim_counts() {
  const auto read = [](const std::string& path) {
    std::vector<std::string> columns = claim_features;
    columns.insert(columns.end(), {"expo", "nclaims"});
    const Table table = read_table(path, {}, {columns, {}});
    std::vector<double> features;
    std::vector<double> offset;
    for (index_t row = 0; row < table.rows(); ++row) {
      for (index_t j = 0; j < 4; ++j) features.push_back(table(row, j));
      offset.push_back(std::log(table(row, 4)));
    }
    return Dataset<double>(claim_features, std::move(features), table.column("nclaims"), {},
                           std::move(offset));
  };
  return {"bemtpl97_poisson", "counts/beMTPL97.csv.gz", PoissonLoss{}, read};
}

/// The mean amount of a claim, in the rows that have one, weighed by the number of claims.
inline ReferenceCase claim_amounts() {
  const auto read = [](const std::string& path) {
    std::vector<std::string> columns = claim_features;
    columns.insert(columns.end(), {"nclaims", "average"});
    ReadOptions options;
    options.missing = Missing::drop;  // rows without a claim have no average
    const Table table = read_table(path, options, {columns, {}});
    std::vector<double> features;
    std::vector<double> target;
    std::vector<double> weight;
    for (index_t row = 0; row < table.rows(); ++row) {
      if (!(table(row, 4) > 0 && table(row, 5) > 0)) continue;
      for (index_t j = 0; j < 4; ++j) features.push_back(table(row, j));
      weight.push_back(table(row, 4));
      target.push_back(table(row, 5));
    }
    return Dataset<double>(claim_features, std::move(features), std::move(target),
                           std::move(weight));
  };
  return {"bemtpl97_gamma", "counts/beMTPL97.csv.gz", GammaLoss{}, read};
}

inline ReferenceCase claims() {
  DatasetOptions options;
  options.target = "claim";
  options.features = claim_features;
  options.features.emplace_back("expo");
  return {"bemtpl97_logistic", "counts/beMTPL97.csv.gz", LogisticLoss{}, reader(options)};
}

inline ReferenceCase skin() {
  DatasetOptions options;
  options.target = "c4";
  options.read.header = Header::absent;
  options.read.delimiter = '\t';
  return {"skin_logistic",
          "classification/skin.txt",
          LogisticLoss{},
          reader(options, "1"),
          {{"c1", "B"}, {"c2", "G"}, {"c3", "R"}}};
}

inline ReferenceCase lgb_binary() {
  DatasetOptions options;
  options.target = "c1";
  options.read.header = Header::absent;
  options.read.delimiter = '\t';
  std::map<std::string, std::string> terms;
  for (int j = 2; j <= 29; ++j) terms["c" + std::to_string(j)] = "V" + std::to_string(j);
  return {"lgb_binary_logistic", "classification/lgb_binary.train.tsv", LogisticLoss{},
          reader(options, "1"), terms};
}

}  // namespace batchgrad::test
