#pragma once

#include <batchgrad/cross_validation.hpp>

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "common.hpp"
#include "json_text.hpp"

namespace batchgrad::cli {

/// Several values of l2, as given.
struct PathArguments {
  std::vector<double> l2;
  std::optional<index_t> folds;
};

void add_path_options(CLI::App& command, PathArguments& arguments);

/// "a,b,c", or "FROM:TO:COUNT", from one end to the other in equal ratios.
[[nodiscard]] std::vector<double> parse_path(const std::string& text);

/// "10 folds: l2 = 0.01 of 8 values, loss 0.5 +- 0.02"
[[nodiscard]] std::string cross_validation_text(const PathArguments& arguments,
                                                const CrossValidation& found);
[[nodiscard]] Json cross_validation_json(const PathArguments& arguments,
                                         const CrossValidation& found);

}  // namespace batchgrad::cli
