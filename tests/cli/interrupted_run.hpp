#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {

/// `batchgrad ARGUMENTS` without end, stopped by a signal: what it wrote to `file` until then has
/// `part` in it. The signal may come before it has begun, so the wait grows until it has.
inline void expect_saved_on(int signal, const std::vector<std::string>& arguments,
                            const TemporaryDirectory& directory, const std::string& file,
                            const std::string& part) {
  std::vector<std::string> all = {BATCHGRAD_CLI_PATH};
  all.insert(all.end(), arguments.begin(), arguments.end());
  for (const char* more :
       {"--solver", "gradient-descent", "--learning-rate", "1e-12", "--tolerance", "0",
        "--max-iterations", "1000000000000", "--format", "json"})
    all.emplace_back(more);
  ProcessResult result;
  for (int wait = 250; wait <= 16000 && directory.read(file).empty(); wait *= 2) {
    Process process(all);
    std::this_thread::sleep_for(std::chrono::milliseconds(wait));
    process.send(signal);
    result = process.wait();
  }
  EXPECT_EQ(result.exit_code, 128 + signal) << result.errors;
  EXPECT_EQ(json_of(result)["stop"], "interrupted");
  EXPECT_TRUE(contains(directory.read(file), part));
}

}  // namespace batchgrad::test
