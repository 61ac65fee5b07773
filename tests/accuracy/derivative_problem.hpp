#pragma once

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace batchgrad::test {

/// A line of derivative_problems.tsv, which derivative_problems.py completes and explains.
struct DerivativeProblem {
  std::string id;
  std::string expression;
  std::vector<std::string> variables;
  std::vector<double> x;
  double value;
  std::vector<double> gradient;
  /// How far off each component may be when every operation rounds by one part of its result.
  std::vector<double> rounding;
};

template <class T>
std::vector<T> words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<T> result;
  for (std::string word; stream >> word;) {
    if constexpr (std::is_same_v<T, double>)
      result.push_back(std::strtod(word.c_str(), nullptr));  // overflow is infinity
    else
      result.push_back(word);
  }
  return result;
}

inline std::vector<DerivativeProblem> read_derivative_problems(const std::string& path) {
  std::ifstream file(path);
  std::vector<DerivativeProblem> problems;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream stream(line);
    std::string cells[7];
    for (std::string& cell : cells) std::getline(stream, cell, '\t');
    problems.push_back({cells[0], cells[1], words<std::string>(cells[2]), words<double>(cells[3]),
                        words<double>(cells[4]).at(0), words<double>(cells[5]),
                        words<double>(cells[6])});
  }
  return problems;
}

}  // namespace batchgrad::test
