#pragma once

#include <batchgrad/fit.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common.hpp"
#include "fit_options.hpp"

namespace batchgrad::cli {

/// All that a fit's output shows.
struct FitReport {
  const FitArguments& arguments;
  const FitResult& result;
  std::vector<std::string> features;
  index_t samples = 0;
  index_t dropped_rows = 0;
  std::optional<BinaryLabels> labels;
  std::string device;
  ChosenSolver solver;

  /// The intercept first where there is one, then the coefficients in the order of the features.
  [[nodiscard]] std::vector<std::pair<std::string, double>> terms() const;
};

/// Prints the report on standard output.
void print_fit(const FitReport& report, Format format);

/// Why a fit stopped, for people.
[[nodiscard]] std::string stop_explanation(Stop stop);

void write_history(const std::string& path, const std::vector<Iteration>& history);

}  // namespace batchgrad::cli
