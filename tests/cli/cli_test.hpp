#pragma once

#include <gtest/gtest.h>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "run_process.hpp"

namespace batchgrad::test {

using Json = nlohmann::ordered_json;

/// Runs `batchgrad ARGUMENTS`, as built.
inline ProcessResult batchgrad(const std::vector<std::string>& arguments,
                               const ProcessStreams& streams = {}) {
  std::vector<std::string> all{BATCHGRAD_CLI_PATH};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return run_process(all, streams);
}

/// The JSON that a run printed; a failure where it printed none.
inline Json json_of(const ProcessResult& result) {
  Json document = Json::parse(result.output, nullptr, false);
  if (document.is_discarded()) {
    ADD_FAILURE() << "not JSON: '" << result.output << "', stderr: '" << result.errors << "'";
    return Json::object();
  }
  return document;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The number that each line below the header starts with.
inline std::vector<double> first_numbers(const std::string& csv) {
  std::vector<double> values;
  for (auto start = csv.find('\n') + 1; start < csv.size(); start = csv.find('\n', start) + 1)
    values.push_back(std::stod(csv.substr(start)));
  return values;
}

/// A failed run: its exit code, nothing on stdout, one message with `part` in it on stderr.
inline void expect_failure(const ProcessResult& result, int exit_code, const std::string& part) {
  EXPECT_EQ(result.exit_code, exit_code) << result.errors;
  EXPECT_EQ(result.output, "");
  EXPECT_TRUE(contains(result.errors, part)) << "stderr: " << result.errors;
  EXPECT_EQ(result.errors.rfind("batchgrad: error: ", 0), 0U) << result.errors;
  EXPECT_EQ(result.errors.find("error: "), result.errors.rfind("error: ")) << result.errors;
}

/// y = 1 + 2 a - b, exactly.
inline constexpr const char* exact_csv =
    "a,b,y\n0,0,1\n1,0,3\n0,1,0\n1,1,2\n2,1,4\n3,5,2\n-1,4,-5\n";

class Cli : public ::testing::Test {
 protected:
  TemporaryDirectory directory_;
};

}  // namespace batchgrad::test
