#pragma once

#include <batchgrad/core/view.hpp>

#include <string>
#include <string_view>

namespace batchgrad::detail {

/// A file that appears complete or not at all. What is written goes to a temporary file in the
/// same directory; commit() checks it through write, fsync and close and renames it. Without
/// commit() the destructor removes the temporary and an older file of the name stays as it was.
/// "-" is standard output. Standard output, pipes and devices are written directly, with the same
/// checks. Symbolic links are followed.
/// Errors of every call: FileError naming the file and the system's reason.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Buffered: an error may show at a later call, at the latest at commit().
  void write(std::string_view text);
  /// Whether the beginning can be written anew: not on standard output, pipes and devices.
  [[nodiscard]] bool is_rewritable() const { return !temporary_.empty(); }
  /// Puts `text` in place of as many bytes at the beginning, which were written.
  void rewrite_beginning(std::string_view text);
  /// Nothing can be written after it.
  void commit();

 private:
  void open_temporary();
  void write_through(std::string_view text);
  void flush();
  void discard() noexcept;
  [[noreturn]] void fail(const char* action) const;

  std::string path_;
  std::string temporary_;  // empty: written directly
  std::string buffer_;
  int descriptor_ = -1;
  bool owns_descriptor_ = false;
  bool committed_ = false;
};

}  // namespace batchgrad::detail
