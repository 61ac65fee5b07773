#pragma once

#include <string>
#include <vector>

namespace batchgrad::cli {

/// A file that an option names: {"-o", "model.json"}. Empty paths are options not given.
struct NamedPath {
  std::string option;
  std::string path;
};

/// Before hours of work: refuses outputs that are a directory or in one that cannot be written
/// (FileError), and outputs that are one of the inputs or each other (UsageError).
void check_outputs(const std::vector<NamedPath>& inputs, const std::vector<NamedPath>& outputs);

/// Refuses "-" for outputs beside a result that goes to standard output.
void refuse_standard_output(const NamedPath& output, const char* why);

[[nodiscard]] bool ends_with_npy(const std::string& path);

}  // namespace batchgrad::cli
