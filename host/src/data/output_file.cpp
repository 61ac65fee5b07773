#include "data/output_file.hpp"

#include <batchgrad/error.hpp>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace batchgrad::detail {

namespace {

constexpr std::size_t buffer_capacity = std::size_t{1} << 18;

std::string directory_of(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

// Renaming onto a symbolic link would replace the link, not the file it stands for.
std::string resolve_link(const std::string& path) {
  std::error_code failure;
  const auto target = std::filesystem::weakly_canonical(path, failure);
  return failure ? path : target.string();
}

}  // namespace

OutputFile::OutputFile(const std::string& path) : path_(path == "-" ? "stdout" : path) {
  if (path.empty())
    throw FileError("the name of an output is empty (it names no file) give one, or - for stdout");
  buffer_.reserve(buffer_capacity);
  if (path == "-") {
    descriptor_ = STDOUT_FILENO;
    return;
  }
  struct stat status = {};
  const bool exists = ::stat(path.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail("open");
    owns_descriptor_ = true;
    return;
  }
  // Renaming needs only the directory's permission; a file that is read-only is so on purpose.
  if (exists && ::access(path.c_str(), W_OK) != 0) fail("write");
  path_ = std::filesystem::is_symlink(path) ? resolve_link(path) : path;
  open_temporary();
  if (exists) (void)::fchmod(descriptor_, status.st_mode & 07777);
}

OutputFile::~OutputFile() { discard(); }

void OutputFile::open_temporary() {
  static std::atomic<unsigned> serial = 0;
  do {
    temporary_ = fmt::format("{}.tmp-{}-{}", path_, ::getpid(), serial++);
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) {
    temporary_.clear();
    fail("create");
  }
  owns_descriptor_ = true;
}

void OutputFile::write(std::string_view text) {
  if (committed_) throw FileError(fmt::format("cannot write {} (it is complete)", path_));
  if (buffer_.size() + text.size() > buffer_capacity) flush();
  if (text.size() > buffer_capacity) {
    write_through(text);
  } else {
    buffer_ += text;
  }
}

void OutputFile::rewrite_beginning(std::string_view text) {
  flush();
  const off_t end = ::lseek(descriptor_, 0, SEEK_CUR);
  if (::lseek(descriptor_, 0, SEEK_SET) != 0) fail("rewrite");
  write_through(text);
  if (::lseek(descriptor_, end, SEEK_SET) != end) fail("rewrite");
}

void OutputFile::flush() {
  write_through(buffer_);
  buffer_.clear();
}

void OutputFile::write_through(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      fail("write");
    }
  }
}

void OutputFile::commit() {
  if (committed_) return;
  flush();
  // Pipes and terminals have nothing to synchronise and answer EINVAL or ENOTSUP.
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != ENOTSUP && errno != EROFS) {
    fail("write");
  }
  if (owns_descriptor_) {
    owns_descriptor_ = false;
    if (::close(descriptor_) != 0) fail("close");
  }
  if (!temporary_.empty()) {
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("rename");
    temporary_.clear();
    // The file is whole either way; this makes its name survive a power cut, where supported.
    const int directory = ::open(directory_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
      (void)::fsync(directory);
      ::close(directory);
    }
  }
  committed_ = true;
}

void OutputFile::discard() noexcept {
  if (owns_descriptor_) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::fail(const char* action) const {
  const int reason = errno;
  throw FileError(
      fmt::format("cannot {} {} ({}) check the path, its permissions and the space left", action,
                  path_, std::strerror(reason)));
}

}  // namespace batchgrad::detail
