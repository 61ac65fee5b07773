#include "data/byte_source.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <zlib.h>

namespace batchgrad::detail {

namespace {

constexpr index_t packed_capacity = 256 * 1024;
constexpr int gzip_window = 15 + 16;  // zlib's code for "gzip wrapper, largest window"

bool is_gzip(const char* bytes, index_t size) {
  return size >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

}  // namespace

void ByteSource::EndStream::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

ByteSource::ByteSource(const std::string& path, std::function<void()> while_waiting)
    : name_(path == "-" ? "stdin" : path), while_waiting_(std::move(while_waiting)) {
  if (path == "-") {
    descriptor_ = STDIN_FILENO;
  } else {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) {
      throw FileError(fmt::format("cannot open {} ({}) check the path and its permissions", path,
                                  std::strerror(errno)));
    }
    owns_descriptor_ = true;
    // Advice only: where it is not taken, reading is right all the same.
    (void)::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  struct stat status = {};
  is_regular_ = ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
  if (is_regular_) file_size_ = status.st_size;
  try {
    packed_.resize(packed_capacity);
    refill();
    if (!is_gzip(packed_.data(), packed_end_)) return;
    auto stream = std::make_unique<z_stream>();
    if (inflateInit2(stream.get(), gzip_window) != Z_OK) throw FileError("cannot start zlib");
    stream_.reset(stream.release());
  } catch (...) {
    if (owns_descriptor_) ::close(descriptor_);
    throw;
  }
}

ByteSource::~ByteSource() {
  if (owns_descriptor_) ::close(descriptor_);
}

index_t ByteSource::read(char* into, index_t capacity) {
  if (stream_) return inflate(into, capacity);
  index_t taken = std::min(capacity, packed_end_ - packed_begin_);
  std::memcpy(into, packed_.data() + packed_begin_, static_cast<std::size_t>(taken));
  packed_begin_ += taken;
  return taken + read_file(into + taken, capacity - taken);
}

index_t ByteSource::read_file(char* into, index_t capacity) {
  return read_fully(capacity, [&](index_t done, std::size_t wanted) {
    if (!is_regular_) wait_for_input();
    return stopped_ ? 0 : ::read(descriptor_, into + done, wanted);
  });
}

index_t ByteSource::read_at(index_t offset, char* into, index_t capacity) {
  return read_fully(capacity, [&](index_t done, std::size_t wanted) {
    return ::pread(descriptor_, into + done, wanted, offset + done);
  });
}

// Calls `read_some(done, wanted)` until `capacity` bytes are there or the file ends.
template <class ReadSome>
index_t ByteSource::read_fully(index_t capacity, ReadSome read_some) const {
  index_t size = 0;
  while (size < capacity) {
    const ssize_t got = read_some(size, static_cast<std::size_t>(capacity - size));
    if (got == 0) break;
    if (got > 0) {
      size += got;
    } else if (errno != EINTR) {
      throw FileError(fmt::format("cannot read {} ({}) check the file and its disk", name_,
                                  std::strerror(errno)));
    }
  }
  return size;
}

// A pipe may be silent for long; meanwhile whoever wants to end the reading must be heard.
void ByteSource::wait_for_input() {
  constexpr int interval = 100;  // milliseconds
  pollfd request{descriptor_, POLLIN, 0};
  while (!stopped_ && ::poll(&request, 1, interval) <= 0) {
    if (while_waiting_) while_waiting_();
  }
}

void ByteSource::refill() {
  packed_begin_ = 0;
  packed_end_ = read_file(packed_.data(), static_cast<index_t>(packed_.size()));
}

index_t ByteSource::inflate(char* into, index_t capacity) {
  index_t size = 0;
  while (size < capacity) {
    if (!in_member_ && !start_next_member()) break;
    if (packed_begin_ == packed_end_) refill();
    if (packed_end_ == 0) {
      throw FileError(
          fmt::format("{} ends early (its gzip data are cut off) fetch or copy it again", name_));
    }
    stream_->next_in = reinterpret_cast<Bytef*>(packed_.data() + packed_begin_);
    stream_->avail_in = static_cast<uInt>(packed_end_ - packed_begin_);
    // zlib counts in 32 bits, so a large request is served in steps.
    const index_t step = std::min<index_t>(capacity - size, 1 << 30);
    stream_->next_out = reinterpret_cast<Bytef*>(into + size);
    stream_->avail_out = static_cast<uInt>(step);
    const int status = ::inflate(stream_.get(), Z_NO_FLUSH);
    packed_begin_ = packed_end_ - static_cast<index_t>(stream_->avail_in);
    size += step - static_cast<index_t>(stream_->avail_out);
    if (status == Z_STREAM_END) {
      in_member_ = false;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      throw FileError(fmt::format("{} cannot be unpacked (gzip: {}) fetch or copy it again", name_,
                                  stream_->msg ? stream_->msg : "damaged data"));
    }
  }
  return size;
}

// A gzip file may be several put end to end (as `cat a.gz b.gz` makes them), and zeros may pad it.
bool ByteSource::start_next_member() {
  for (;;) {
    if (packed_begin_ == packed_end_) refill();
    if (packed_end_ == 0) return false;
    if (packed_[static_cast<std::size_t>(packed_begin_)] != 0) break;
    ++packed_begin_;
  }
  if (packed_[static_cast<std::size_t>(packed_begin_)] != '\x1f') {
    throw FileError(
        fmt::format("{} has other bytes behind its gzip data (it is damaged, or was appended to) "
                    "fetch or copy it again",
                    name_));
  }
  inflateReset(stream_.get());
  in_member_ = true;
  return true;
}

}  // namespace batchgrad::detail
