#pragma once

#include <string>
#include <vector>

#include "common.hpp"

namespace batchgrad::cli {

/// A column of what predict writes.
struct OutputColumn {
  std::string name;            ///< in the CSV header
  std::vector<double> values;  ///< a number a row; where there are texts, the place of the row's
  std::vector<std::string> texts{};
  std::string group;     ///< the key in JSON: of an array, or of an object of arrays
  std::string member{};  ///< the key in that object; empty: an array

  [[nodiscard]] bool is_text() const { return !texts.empty(); }
};

/// Writes columns of one length: .npy by the name, else CSV with a header, as text the same with
/// neither header nor commas, or JSON. A signal ends it and nothing is left behind.
/// Errors: UsageError for two columns of one name, and for text in a .npy file.
void write_predictions(const std::string& path, const std::vector<OutputColumn>& columns,
                       const CommonOptions& common);

}  // namespace batchgrad::cli
