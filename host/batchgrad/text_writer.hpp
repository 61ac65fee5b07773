#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace batchgrad {

/// Writes a text file piece by piece. Regular files appear under their name only at commit(),
/// complete and on the disk; a writer destroyed before leaves no trace. "-" is standard output;
/// it, pipes and devices are written as they are.
/// Errors of every call: FileError naming the file and the system's reason.
class TextWriter {
 public:
  explicit TextWriter(const std::string& path);
  ~TextWriter();
  TextWriter(TextWriter&&) noexcept;
  TextWriter& operator=(TextWriter&&) noexcept;

  /// Buffered: an error may show at a later call, at the latest at commit().
  void write(std::string_view text);
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Writes a whole text: TextWriter, write, commit.
void write_text(const std::string& path, std::string_view text);

}  // namespace batchgrad
