#include "paths.hpp"

#include <batchgrad/error.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

#include "common.hpp"

namespace batchgrad::cli {
namespace {

namespace fs = std::filesystem;

bool is_file_name(const std::string& path) { return !path.empty() && path != "-"; }

/// Devices and pipes may well be named twice; only one file can be overwritten by another.
bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code ignored;
  if (fs::exists(a, ignored) && fs::exists(b, ignored))
    return fs::is_regular_file(a, ignored) && fs::equivalent(a, b, ignored);
  // Only absolute paths: of a relative one without a file nothing is known to resolve.
  return fs::weakly_canonical(fs::absolute(a, ignored), ignored) ==
         fs::weakly_canonical(fs::absolute(b, ignored), ignored);
}

void check_writable(const NamedPath& output) {
  if (output.path.ends_with(".gz"))
    throw UsageError(
        fmt::format("{} {} asks for gzip (which is read, but not written) leave .gz out, or pipe "
                    "standard output through gzip",
                    output.option, output.path));
  std::error_code ignored;
  if (fs::is_directory(output.path, ignored))
    throw FileError(fmt::format("cannot write {} (it is a directory) name a file for {}",
                                output.path, output.option));
  if (fs::exists(output.path, ignored) && !fs::is_regular_file(output.path, ignored)) return;
  const fs::path parent = fs::path(output.path).parent_path();
  const std::string directory = parent.empty() ? "." : parent.string();
  if (::access(directory.c_str(), W_OK | X_OK) != 0)
    throw FileError(fmt::format("cannot write {} (directory {}: {}) choose another place for {}",
                                output.path, directory, std::strerror(errno), output.option));
}

}  // namespace

void check_outputs(const std::vector<NamedPath>& inputs, const std::vector<NamedPath>& outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const NamedPath& output = outputs[i];
    if (output.path.empty()) continue;
    for (std::size_t j = 0; j < i; ++j)
      if (outputs[j].path == "-" && output.path == "-")
        throw UsageError(
            fmt::format("{} and {} both are standard output", outputs[j].option, output.option));
    if (output.path == "-") continue;
    for (const NamedPath& input : inputs)
      if (is_file_name(input.path) && is_same_file(input.path, output.path))
        throw UsageError(
            fmt::format("{} and {} are the same file, {} (it would be overwritten) "
                        "choose another name",
                        input.option, output.option, output.path));
    for (std::size_t j = 0; j < i; ++j)
      if (is_file_name(outputs[j].path) && is_same_file(outputs[j].path, output.path))
        throw UsageError(fmt::format("{} and {} are the same file, {} choose another name for one",
                                     outputs[j].option, output.option, output.path));
    check_writable(output);
  }
}

void refuse_standard_output(const NamedPath& output, const char* why) {
  if (output.path == "-")
    throw UsageError(
        fmt::format("{} cannot be standard output ({}) name a file", output.option, why));
}

bool ends_with_npy(const std::string& path) {
  return path.size() >= 4 && path.compare(path.size() - 4, 4, ".npy") == 0;
}

}  // namespace batchgrad::cli
