#pragma once

#include <string>

#include "fit_report.hpp"
#include "json_text.hpp"

namespace batchgrad::cli {

// The coefficients of a softmax model, those of each class like those of a model of one prediction.

/// {"class": {"term": estimate, ...}, ...}
[[nodiscard]] Json class_coefficients_json(const FitReport& report);

/// A line "class  term  estimate" for each, below a heading.
[[nodiscard]] std::string class_coefficients_text(const FitReport& report);

/// The same as CSV, on standard output.
void write_class_coefficients_csv(const FitReport& report);

}  // namespace batchgrad::cli
