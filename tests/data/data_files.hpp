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
#include <vector>
#include <zlib.h>

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

/// The bytes of a gzip file that holds `text`.
inline std::string gzip(const std::string& text) {
  std::string packed(compressBound(text.size()) + 64, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// A .npy file: its header with this dictionary, and its data.
inline std::string npy(const std::string& dictionary, const std::string& data, char version = 1) {
  std::string file = "\x93NUMPY";
  file += version;
  file += '\0';
  std::string header = dictionary;
  header.resize((header.size() / 64 + 1) * 64, ' ');
  header.back() = '\n';
  file += static_cast<char>(header.size() & 0xff);
  file += static_cast<char>(header.size() >> 8);
  if (version > 1) file += std::string(2, '\0');
  return file + header + data;
}

template <class T>
std::string bytes_of(const std::vector<T>& items) {
  return {reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)};
}

/// The dictionary that NumPy writes.
inline std::string header(const std::string& type, const std::string& shape,
                          const std::string& order = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
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
