#pragma once

#include <batchgrad/fit.hpp>

#include <string>
#include <vector>

#include "json_text.hpp"

namespace batchgrad::cli {

// The coefficients of a softmax model, those of each class like those of a model of one prediction.

/// How they are named.
struct ClassTerms {
  const std::vector<std::string>& classes;
  const std::vector<std::string>& features;
  Intercept intercept;
};

/// {"class": {"term": estimate, ...}, ...}
[[nodiscard]] Json class_coefficients_json(const ClassTerms& terms, const FitResult& result);

/// A line "class  term  estimate" for each, below a heading.
[[nodiscard]] std::string class_coefficients_text(const ClassTerms& terms, const FitResult& result);

/// The same as CSV, on standard output.
void write_class_coefficients_csv(const ClassTerms& terms, const FitResult& result);

/// All of them in one row, and "class:term" for each.
[[nodiscard]] std::vector<double> class_coefficients(const ClassTerms& terms,
                                                     const FitResult& result);
[[nodiscard]] std::vector<std::string> class_term_names(const ClassTerms& terms);

}  // namespace batchgrad::cli
