#pragma once

#include <batchgrad/fit.hpp>
#include <batchgrad/inference.hpp>

#include <optional>
#include <string>
#include <vector>

#include "class_report.hpp"
#include "common.hpp"
#include "fit_options.hpp"
#include "term_table.hpp"

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
  std::vector<std::string> classes{};                 ///< of a softmax
  std::optional<Inference> inference{};               ///< with --errors
  std::optional<CrossValidation> cross_validation{};  ///< with --cv

  /// The intercept first where there is one, then the coefficients in the order
  /// of the features.
  [[nodiscard]] std::vector<TermRow> terms() const;
  [[nodiscard]] ClassTerms class_terms() const {
    return {classes, features, arguments.no_intercept ? Intercept::none : Intercept::fitted};
  }
  /// The penalty of the fit reported.
  [[nodiscard]] double l2() const {
    return cross_validation ? arguments.l2_path.l2[cross_validation->best] : arguments.l2;
  }
};

/// Prints the report on standard output.
void print_fit(const FitReport& report, Format format);

/// Adds to a fit's JSON what batches and a holdout made of it, and what was drawn at random.
void add_batch_results(const BatchArguments& arguments, const FitResult& result, Json& fit);

/// Whether all that a fit reports is a number.
[[nodiscard]] bool all_finite(const FitResult& result);

/// What to say of each column that is a combination of others.
[[nodiscard]] std::vector<std::string> dependency_warnings(const std::vector<std::string>& features,
                                                           const FitResult& result);

/// Why a fit stopped, for people.
[[nodiscard]] std::string stop_explanation(Stop stop);

void write_history(const std::string& path, const std::vector<Iteration>& history);

}  // namespace batchgrad::cli
