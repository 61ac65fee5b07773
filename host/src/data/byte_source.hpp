#pragma once

#include <batchgrad/core/view.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct z_stream_s;

namespace batchgrad::detail {

/// The bytes of a file, unpacked where its first bytes are those of gzip. "-" is standard input.
/// Errors of every call: FileError naming the file and the reason.
class ByteSource {
 public:
  /// `while_waiting`: see ReadOptions.
  explicit ByteSource(const std::string& path, std::function<void()> while_waiting = {});
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// What messages call the file.
  [[nodiscard]] const std::string& name() const { return name_; }

  /// How many bytes there are in all, where that is known; else 0.
  [[nodiscard]] index_t text_size() const { return stream_ ? 0 : file_size_; }

  /// Reads `capacity` bytes, fewer only at the end.
  index_t read(char* into, index_t capacity);
  /// Whether bytes can be read at any place: in files that are not packed.
  [[nodiscard]] bool has_random_access() const {
    return is_regular_ && owns_descriptor_ && !stream_;
  }
  /// Reads bytes from `offset` on, fewer only at the end; read() goes on where it was.
  index_t read_at(index_t offset, char* into, index_t capacity);
  /// Whether reading may take long: what comes from pipes and terminals is waited for.
  [[nodiscard]] bool may_wait() const { return !is_regular_; }
  /// From now on reading a pipe ends early, also for a thread that waits in it.
  void stop() { stopped_ = true; }

 private:
  void wait_for_input();
  template <class ReadSome>
  index_t read_fully(index_t capacity, ReadSome read_some) const;
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
  bool is_regular_ = false;
  index_t file_size_ = 0;
  std::function<void()> while_waiting_;
  std::atomic<bool> stopped_ = false;
  std::vector<char> packed_;  // read ahead: the first bytes of a plain file, or packed input
  index_t packed_begin_ = 0;
  index_t packed_end_ = 0;
  bool in_member_ = true;
  std::unique_ptr<z_stream_s, EndStream> stream_;  // null: the file is not packed
};

}  // namespace batchgrad::detail
