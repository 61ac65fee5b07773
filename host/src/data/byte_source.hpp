#pragma once

#include <batchgrad/core/view.hpp>

#include <memory>
#include <string>
#include <vector>

struct z_stream_s;

namespace batchgrad::detail {

/// The bytes of a file, unpacked where its first bytes are those of gzip. "-" is standard input.
/// Errors of every call: FileError naming the file and the reason.
class ByteSource {
 public:
  explicit ByteSource(const std::string& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// What messages call the file.
  [[nodiscard]] const std::string& name() const { return name_; }

  /// How many bytes there are in all, where that is known; else 0.
  [[nodiscard]] index_t text_size() const { return stream_ ? 0 : file_size_; }

  /// Reads `capacity` bytes, fewer only at the end.
  index_t read(char* into, index_t capacity);

 private:
  index_t read_file(char* into, index_t capacity);
  index_t inflate(char* into, index_t capacity);
  bool start_next_member();
  void refill();

  struct EndStream {
    void operator()(z_stream_s* stream) const;
  };

  std::string name_;
  int descriptor_ = -1;
  bool owns_descriptor_ = false;
  index_t file_size_ = 0;
  std::vector<char> packed_;  // read ahead: the first bytes of a plain file, or packed input
  index_t packed_begin_ = 0;
  index_t packed_end_ = 0;
  bool in_member_ = true;
  std::unique_ptr<z_stream_s, EndStream> stream_;  // null: the file is not packed
};

}  // namespace batchgrad::detail
