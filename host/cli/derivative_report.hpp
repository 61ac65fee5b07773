#pragma once

#include <string>

#include "derivative_rows.hpp"

namespace batchgrad::cli {

/// The derivatives at one point.
struct PointReport {
  const Expression& f;
  const DerivativeOptions& options;
  Details details;
  VectorView<const double> point;
  VectorView<const double> numbers;  ///< a row, as DerivativeRows makes them

  /// For people.
  [[nodiscard]] std::string text() const;
  /// {"value": .., "gradient": {"x": .., ..}} and with details the same of "error", "status",
  /// "step", "left", "right"; arrays of these where f has several results.
  [[nodiscard]] std::string json() const;
};

}  // namespace batchgrad::cli
