#include "data/weight_file.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <string_view>

#include "data/byte_source.hpp"
#include "data/csv_field.hpp"

namespace batchgrad::detail {

namespace {

std::string read_all(ByteSource& source) {
  constexpr index_t step = index_t{1} << 20;
  std::string text;
  for (;;) {
    const std::size_t before = text.size();
    text.resize(before + step);
    const index_t got = source.read(text.data() + before, step);
    text.resize(before + static_cast<std::size_t>(got));
    if (got < step) return text;
  }
}

/// The text of a cell, without blanks and the end of a line of DOS.
std::string_view cell_text(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::vector<double> read_weight_file(const std::string& path) {
  ByteSource source(path);
  const std::string text = read_all(source);
  std::vector<double> weights;
  index_t line = 0;
  index_t blank_line = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view cell = cell_text(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
    ++line;
    if (cell.empty()) {
      if (blank_line == 0) blank_line = line;
      continue;
    }
    if (blank_line > 0) {
      throw DataError({source.name(), blank_line, 0},
                      "a blank line between weights (each row of the data has one) write it");
    }
    const auto weight = parse_number(cell);
    if (weight && std::isfinite(*weight) && *weight >= 0) {
      weights.push_back(*weight);
      continue;
    }
    throw DataError({source.name(), line, 0},
                    fmt::format("{} is no weight (a weight file has one finite number, 0 or more, "
                                "on each line and no header) correct it",
                                quote_for_message(cell)));
  }
  return weights;
}

}  // namespace batchgrad::detail
