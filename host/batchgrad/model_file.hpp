#pragma once

#include <batchgrad/dataset.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/loss.hpp>

#include <optional>
#include <string>
#include <vector>

namespace batchgrad {

/// Where a model comes from: what its fit reported. Predicting needs none of it.
struct FitSummary {
  index_t samples = 0;
  index_t dropped_rows = 0;
  index_t iterations = 0;
  index_t evaluations = 0;
  double objective = 0;
  double gradient_norm = 0;
  Stop stop = Stop::max_iterations;
  std::string solver;
  std::string device;
};

/// A fitted linear model with all that predicting from a file needs.
struct Model {
  Loss loss;
  std::optional<double> intercept;   ///< none: the model was fitted without one
  std::vector<double> coefficients;  ///< of rules.feature_names(), in that order
  /// Of a softmax model the targets that are its C classes; none: `loss` is the loss. Such a model
  /// has C x D coefficients, a row a class, and C intercepts or none in place of `intercept`.
  std::vector<std::string> classes{};
  std::vector<double> intercepts{};
  ColumnRules rules;
  Header header = Header::present;     ///< whether the file it was fitted on had one
  std::optional<BinaryLabels> labels;  ///< the targets that were counted as 0 and 1
  FitSummary fit;
};

/// Writes a model as JSON (format "batchgrad-model", version 1). The file appears complete or not
/// at all. Numbers are the shortest texts that read back to the same bits.
/// Errors: InvalidArgument where read_model would refuse the file: a coefficient that is not
///   finite, two features or classes of one name, names that are not UTF-8, an expression that
///   breaks the syntax; FileError as TextWriter's.
void write_model(const std::string& path, const Model& model);

/// Reads what write_model wrote and checks all of it: an equal model, to the bit, or an error.
/// Errors: FileError where the file cannot be read; DataError naming the file and, as a JSON
///   pointer, the place of what is wrong: a syntax error, another format or version, a key that is
///   missing, unknown or there twice, a value of another type or out of range.
[[nodiscard]] Model read_model(const std::string& path);

}  // namespace batchgrad
