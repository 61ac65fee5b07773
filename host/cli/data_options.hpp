#pragma once

#include <batchgrad/table.hpp>

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common.hpp"

namespace batchgrad::cli {

/// How the commands that read data read it. What is not given comes from the model, or is the
/// default of ReadOptions.
struct DataOptions {
  std::optional<FileFormat> format;
  std::optional<char> delimiter;
  std::optional<Header> header;
  std::optional<Missing> missing;
  std::vector<std::string> missing_texts;  ///< empty: not given
  std::vector<std::string> categorical;
};

/// Which of them a command has: predict takes the rest from the model, points have no levels.
enum class DataCommand { fit, predict, points };

void add_data_options(CLI::App& app, DataOptions& options, DataCommand command);

[[nodiscard]] ReadOptions read_options(const DataOptions& options, const CommonOptions& common);

}  // namespace batchgrad::cli
