#include "data/npy_header.hpp"

#include <batchgrad/error.hpp>

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <string_view>
#include <vector>

#include "data/csv_field.hpp"

namespace batchgrad::detail {

namespace {

constexpr index_t header_limit = 64 * 1024;

struct NamedType {
  std::string_view name;
  NpyType type;
  index_t size;
};

constexpr std::array<NamedType, 12> types = {{
    {"<f8", NpyType::f8, 8},
    {"<f4", NpyType::f4, 4},
    {"<i8", NpyType::i8, 8},
    {"<i4", NpyType::i4, 4},
    {"<i2", NpyType::i2, 2},
    {"|i1", NpyType::i1, 1},
    {"<u8", NpyType::u8, 8},
    {"<u4", NpyType::u4, 4},
    {"<u2", NpyType::u2, 2},
    {"|u1", NpyType::u1, 1},
    {"<i1", NpyType::i1, 1},
    {"<u1", NpyType::u1, 1},
}};

/// Reads the one Python dictionary that npy headers are: strings, True, False, a tuple of sizes.
/// Knows nothing else, evaluates nothing.
class HeaderParser {
 public:
  HeaderParser(const std::string& text, const std::string& file) : text_(text), file_(file) {}

  NpyHeader parse() {
    expect('{');
    bool has_type = false;
    bool has_order = false;
    bool has_shape = false;
    while (!accept('}')) {
      const std::string_view key = string();
      expect(':');
      if (key == "descr" && !has_type) {
        has_type = true;
        type();
      } else if (key == "fortran_order" && !has_order) {
        has_order = true;
        header_.is_column_major = boolean();
      } else if (key == "shape" && !has_shape) {
        has_shape = true;
        shape();
      } else {
        malformed();
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_spaces();
    if (!has_type || !has_order || !has_shape || at_ != text_.size()) malformed();
    return header_;
  }

 private:
  [[noreturn]] void malformed() const {
    throw DataError({file_}, fmt::format("the .npy header is malformed (at its byte {}) write the "
                                         "file again",
                                         at_ + 1));
  }

  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }

  bool accept(char wanted) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) malformed();
  }

  std::string_view string() {
    skip_spaces();
    if (at_ == text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) malformed();
    const char quote = text_[at_++];
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string::npos) malformed();
    const std::string_view content = std::string_view(text_).substr(at_, end - at_);
    at_ = end + 1;
    return content;
  }

  bool boolean() {
    skip_spaces();
    for (const std::string_view word : {"True", "False"}) {
      if (!std::string_view(text_).substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return word == "True";
    }
    malformed();
  }

  void type() {
    skip_spaces();
    if (at_ < text_.size() && text_[at_] == '[') {
      throw DataError({file_},
                      "the .npy array has named fields (arrays of one number type are "
                      "read) save its fields as columns of a plain array");
    }
    const std::string_view name = string();
    for (const auto& known : types) {
      if (known.name != name) continue;
      header_.type = known.type;
      header_.item_size = known.size;
      return;
    }
    const bool is_object = name.find('O') != std::string_view::npos;
    const char* why = is_object               ? "Python objects are never loaded"
                      : name.starts_with('>') ? "big-endian"
                                              : "little-endian f8, f4, i1-i8 and u1-u8 are read";
    throw DataError({file_}, fmt::format("the .npy array is of type {} ({}) save it with "
                                         "astype('<f8')",
                                         quote_for_message(name), why));
  }

  void shape() {
    std::vector<index_t> sizes;
    expect('(');
    while (!accept(')')) {
      index_t size = -1;
      skip_spaces();
      const char* begin = text_.data() + at_;
      const auto result = std::from_chars(begin, text_.data() + text_.size(), size);
      if (result.ec != std::errc() || size < 0) malformed();
      at_ += static_cast<std::size_t>(result.ptr - begin);
      sizes.push_back(size);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    if (sizes.empty() || sizes.size() > 2) {
      throw DataError({file_}, fmt::format("the .npy array has {} dimensions (rows, or rows and "
                                           "columns, are read) reshape it to two",
                                           sizes.size()));
    }
    header_.rows = sizes[0];
    header_.columns = sizes.size() == 2 ? sizes[1] : 1;
  }

  const std::string& text_;
  const std::string& file_;
  std::size_t at_ = 0;
  NpyHeader header_;
};

void read_exactly(ByteSource& source, char* into, index_t size) {
  if (source.read(into, size) == size) return;
  throw DataError({source.name()},
                  "the .npy header is cut off (the file ends inside it) fetch or "
                  "copy the file again");
}

}  // namespace

NpyHeader read_npy_header(ByteSource& source) {
  std::array<unsigned char, 2> version = {};
  read_exactly(source, reinterpret_cast<char*>(version.data()), 2);
  if (version[0] < 1 || version[0] > 3 || version[1] != 0) {
    throw DataError({source.name()}, fmt::format("the .npy file has format version {}.{} (1.0, 2.0 "
                                                 "and 3.0 are read) write it with a NumPy of now",
                                                 version[0], version[1]));
  }
  std::array<unsigned char, 4> length = {};
  const index_t length_size = version[0] == 1 ? 2 : 4;
  read_exactly(source, reinterpret_cast<char*>(length.data()), length_size);
  index_t size = 0;
  for (std::size_t i = 4; i-- > 0;) size = size * 256 + length[i];
  if (size > header_limit) {
    throw DataError({source.name()}, fmt::format("the .npy header claims {} bytes (more than {}) "
                                                 "write the file again",
                                                 size, header_limit));
  }
  std::string text(static_cast<std::size_t>(size), ' ');
  read_exactly(source, text.data(), size);
  NpyHeader header = HeaderParser(text, source.name()).parse();
  constexpr index_t magic_and_version = 8;
  header.size = magic_and_version + length_size + size;
  return header;
}

}  // namespace batchgrad::detail
