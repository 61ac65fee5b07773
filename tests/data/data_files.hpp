#pragma once

#include <batchgrad/error.hpp>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <string_view>
#include <unistd.h>

namespace batchgrad::test {

/// A file in the temporary directory that is gone when the test ends.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content, const std::string& suffix = ".csv") {
    static std::atomic<int> serial = 0;
    path_ =
        (std::filesystem::temp_directory_path() /
         ("batchgrad_test_" + std::to_string(::getpid()) + "_" + std::to_string(serial++) + suffix))
            .string();
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The text of the Error that `action` throws, the file's path in it written as FILE.
template <class Action>
std::string error_of(const TemporaryFile& file, Action action) {
  try {
    action();
  } catch (const Error& error) {
    std::string text = error.what();
    for (auto at = text.find(file.path()); at != std::string::npos; at = text.find(file.path())) {
      text.replace(at, file.path().size(), "FILE");
    }
    return text;
  }
  return "no error";
}

/// A real data set beside the repository; the test is skipped where there is none.
#define BATCHGRAD_NEEDS_SHARED(variable, relative)                                    \
  const std::string variable = std::string(BATCHGRAD_SHARED_DATA) + "/" + (relative); \
  if (!std::filesystem::exists(variable)) GTEST_SKIP() << variable << " is not here"

}  // namespace batchgrad::test
