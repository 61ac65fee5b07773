#pragma once

#include <batchgrad/regression/samples.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "solver/double_double.hpp"

namespace batchgrad::test {

/// One of NIST's Statistical Reference Datasets for linear regression
/// (www.itl.nist.gov/div898/strd): data, certified coefficients to 15 digits, certified residual
/// standard deviation. Polynomials have their powers as features, each rounded to double, with what
/// was cut off in `low`.
struct NistProblem {
  index_t features = 0;
  Intercept intercept = Intercept::fitted;
  std::vector<double> x;
  std::vector<double> low;
  std::vector<double> y;
  std::vector<double> certified;  ///< the intercept first where there is one
  double residual_deviation = 0;

  [[nodiscard]] index_t count() const { return static_cast<index_t>(y.size()); }
  [[nodiscard]] Samples<double> samples() const {
    return {{x.data(), count(), features}, y, {}, {}, {}};
  }
  [[nodiscard]] MatrixView<const double> low_view() const {
    return {low.data(), count(), features};
  }
};

inline std::vector<double> numbers_in(const std::string& line) {
  std::istringstream stream(line);
  std::vector<double> numbers;
  for (double number = 0; stream >> number;) numbers.push_back(number);
  return numbers;
}

/// `degree` is that of the polynomial in the only predictor; 1 for the others.
inline NistProblem read_nist_problem(const std::string& path, int degree) {
  NistProblem problem;
  std::ifstream file(path);
  bool in_data = false;
  bool in_residual = false;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "Data:")
      in_data = line.find('y') != std::string::npos && line.find("Var") == line.npos;
    if (word == "Residual" && problem.residual_deviation == 0) in_residual = true;
    if (in_residual && word == "Standard") {
      words >> word >> problem.residual_deviation;
      in_residual = false;
    }
    if (word.size() > 1 && word[0] == 'B' &&
        std::isdigit(static_cast<unsigned char>(word[1])) != 0) {
      double value = 0;
      if (words >> value) {
        if (problem.certified.empty() && word == "B1") problem.intercept = Intercept::none;
        problem.certified.push_back(value);
      }
    }
    if (!in_data || word == "Data:") continue;
    const std::vector<double> row = numbers_in(line);
    if (row.size() < 2) continue;
    problem.y.push_back(row[0]);
    for (std::size_t j = 1; j < row.size(); ++j) {
      detail::DoubleDouble power(1);
      for (int k = 1; k <= degree; ++k) {
        power = power * detail::DoubleDouble(row[j]);
        problem.x.push_back(power.high);
        problem.low.push_back(power.low);
      }
    }
    problem.features = static_cast<index_t>(row.size() - 1) * degree;
  }
  return problem;
}

/// Correct digits: -log10 of the relative error, at most the 15 that are certified.
inline double log_relative_error(double value, double certified) {
  const double size = certified == 0 ? 1 : std::fabs(certified);
  const double error = std::fabs(value - certified) / size;
  if (!(error <= 1)) return 0;
  return error == 0 ? 15 : std::min(15.0, -std::log10(error));
}

}  // namespace batchgrad::test
