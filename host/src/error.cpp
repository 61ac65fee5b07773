#include <batchgrad/error.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace batchgrad {

namespace {

/// One character of a text as it is shown, and how many bytes of the text it takes.
struct Glyph {
  std::string shown;
  std::size_t bytes = 1;
};

// The bytes of a UTF-8 character; 0 where none starts.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t size = byte(0) < 0x80                       ? 1
                           : byte(0) >= 0xc2 && byte(0) < 0xe0  ? 2
                           : byte(0) >= 0xe0 && byte(0) < 0xf0  ? 3
                           : byte(0) >= 0xf0 && byte(0) <= 0xf4 ? 4
                                                                : 0;
  if (size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
  }
  return size;
}

// Nothing that could steer a terminal is shown as it is: control bytes, also the two-byte ones.
Glyph first_glyph(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  const std::size_t size = character_size(text);
  if (byte == '\t') return {" ", 1};
  if (byte < 0x20 || byte == 0x7f || size == 0 ||
      (byte == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0)) {
    return {fmt::format("\\x{:02x}", byte), 1};
  }
  return {std::string(text.substr(0, size)), size};
}

// The line of the place, or as much of it as fits, with a caret below.
std::string show_place(std::string_view text, std::size_t offset) {
  constexpr std::size_t most_before = 50;
  constexpr std::size_t most_after = 30;
  const std::size_t line_break =
      offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t begin = line_break == std::string_view::npos ? 0 : line_break + 1;
  const std::size_t end = std::min(text.find('\n', offset), text.size());
  std::size_t first = begin;
  if (offset - begin > most_before) {
    first = offset - most_before;
    while (first < offset && (static_cast<unsigned char>(text[first]) & 0xc0U) == 0x80) ++first;
  }
  std::string line = first > begin ? "..." : "";
  std::size_t column = line.size();
  std::size_t at = first;
  for (std::size_t after = 0; at < end && after < most_after;) {
    const Glyph glyph = first_glyph(text.substr(at, end - at));
    // A character is one column, what stands for a byte as many as its letters.
    if (at < offset) column += glyph.shown[0] == '\\' && glyph.bytes == 1 ? glyph.shown.size() : 1;
    if (at >= offset) ++after;
    line += glyph.shown;
    at += glyph.bytes;
  }
  if (at < end) line += "...";
  return fmt::format("  {}\n  {:>{}}", line, '^', column + 1);
}

}  // namespace

ParseError::ParseError(std::string_view text, index_t offset, const std::string& problem)
    : Error(fmt::format("{}\n{}", problem, show_place(text, static_cast<std::size_t>(offset)))),
      offset_(offset) {}

std::string Position::text() const {
  if (line == 0) return file;
  return column == 0 ? fmt::format("{}:{}", file, line)
                     : fmt::format("{}:{}:{}", file, line, column);
}

DataError::DataError(const Position& position, const std::string& problem)
    : Error(fmt::format("{}: {}", position.text(), problem)), position_(position) {}

}  // namespace batchgrad
