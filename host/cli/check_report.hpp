#pragma once

#include <batchgrad/derivative_check.hpp>

#include <string>
#include <vector>

namespace batchgrad::cli {

/// What check prints.
struct CheckSummary {
  const Expression& f;
  const CheckOptions& options;
  const CheckReport& report;
  std::vector<std::string> labels;  ///< of the derivatives of one result

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string json() const;

 private:
  [[nodiscard]] std::string label(const Disagreement& disagreement) const;
};

}  // namespace batchgrad::cli
