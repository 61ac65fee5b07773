#pragma once

#include <batchgrad/inference.hpp>

#include <optional>
#include <string>
#include <vector>

#include "json_text.hpp"

namespace batchgrad::cli {

/// One line of a fit's table.
struct TermRow {
  std::string name;
  double estimate = 0;
  std::optional<TermInference> inference;  ///< with --errors
};

/// `text`, followed by spaces up to `width` columns of a terminal.
[[nodiscard]] std::string padded(const std::string& text, std::size_t width);
/// Bytes that start a character of UTF-8: close enough to the columns it takes on a terminal.
[[nodiscard]] std::size_t display_width(const std::string& text);

/// Aligned columns for people; those of the inference where the rows have one.
[[nodiscard]] std::string term_table(const std::vector<TermRow>& rows);

/// The same as CSV on standard output. What a dependent column lacks is empty.
void write_term_csv(const std::vector<TermRow>& rows);

/// Adds "standard_errors", "statistics", "p_values", "lower" and "upper", each
/// an object by term, null for a dependent column, and what the inference says
/// of the whole fit.
void add_inference(const std::vector<TermRow>& rows, const Inference& inference,
                   const InferenceOptions& options, Json& root);

/// Deviance, log-likelihood, dispersion and degrees of freedom, by their
/// labels.
[[nodiscard]] std::vector<std::pair<const char*, std::string>> inference_lines(
    const Inference& inference, const InferenceOptions& options);

}  // namespace batchgrad::cli
