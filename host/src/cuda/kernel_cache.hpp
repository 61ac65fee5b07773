#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace batchgrad::cuda {

/// Compiled kernels on disk, so that only the first run of an expression waits for the compiler.
/// A cache is a convenience: whatever is wrong with it (no folder, no room, a damaged file, another
/// process at work in it) counts as "not there" and never as an error. Files appear complete or not
/// at all; the folder may be removed at any time.
class KernelCache {
 public:
  /// In `directory`; where that is empty nothing is ever there.
  explicit KernelCache(std::string directory) : directory_(std::move(directory)) {}

  /// $BATCHGRAD_CACHE (set and empty: no cache), else batchgrad in $XDG_CACHE_HOME or ~/.cache.
  static std::string default_directory();

  /// The image stored under the key, whole: its length and content are checked.
  [[nodiscard]] std::optional<std::string> find(const std::string& key) const;
  void store(const std::string& key, std::string_view image) const;

 private:
  [[nodiscard]] std::string path(const std::string& key) const;

  std::string directory_;
};

}  // namespace batchgrad::cuda
