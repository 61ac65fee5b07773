#pragma once

#include <batchgrad/minimize.hpp>

#include <string>
#include <vector>

#include "common.hpp"

namespace batchgrad::cli {

/// All that the output of `minimize` shows.
struct MinimizeReport {
  const MinimizeResult& result;
  std::vector<std::string> variables;
  std::string function;
  std::string solver;
  std::string method;
  std::string device;
  bool many = false;  ///< whether starts were drawn: then each of them is reported
};

/// Writes the report; "-" is standard output.
void write_minimum(const std::string& path, const MinimizeReport& report, Format format);

/// Why a search stopped, for people.
[[nodiscard]] std::string minimize_stop_explanation(Stop stop);

/// Refuses variables with the name of another column of the csv output.
void check_result_columns(const std::vector<std::string>& variables);

}  // namespace batchgrad::cli
