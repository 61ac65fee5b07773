#include "data/csv_header.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <unordered_map>

#include "characters.hpp"
#include "data/csv_field.hpp"

namespace batchgrad::detail {

namespace {

struct NamedField {
  RawField raw;
  index_t offset = 0;
};

// `record` ends with a line feed.
std::vector<NamedField> split(const std::string& record, char delimiter, const std::string& file) {
  std::vector<NamedField> fields;
  const char* end = record.data() + record.size() - 1;
  for (const char* at = record.data();; at = fields.back().raw.next + 1) {
    fields.push_back({read_field(at, end, delimiter), at - record.data()});
    const RawField& raw = fields.back().raw;
    const Position here{file, 1, fields.back().offset + 1};
    if (raw.fault == RawField::Fault::unclosed_quote) {
      throw DataError(here,
                      "the quote that opens here is never closed (the file ends inside the "
                      "cell) close it, or double the quotes inside quoted text");
    }
    if (raw.fault == RawField::Fault::text_after_quote) {
      throw DataError(here,
                      "text follows the closing quote (a quoted cell ends at its quote) "
                      "double the quotes inside quoted text");
    }
    if (raw.text.find('\0') != std::string_view::npos) {
      throw DataError(here,
                      "NUL byte in the first line (text has none: the file is damaged, "
                      "binary or UTF-16) write it as UTF-8 text");
    }
    if (!raw.is_quoted && raw.text.find('\r') != std::string_view::npos) {
      throw DataError(here,
                      "a carriage return inside the first line (lines end with a line feed, "
                      "with or without one before it) convert the line ends");
    }
    if (*raw.next != delimiter || raw.next >= end) return fields;
  }
}

void refuse_numbers(const std::vector<NamedField>& fields, const std::string& file) {
  bool any = false;
  for (const auto& field : fields) {
    if (field.raw.text.empty()) continue;
    // "inf" and "nan" are numbers to the parser and names to everyone else.
    const bool has_digit = std::any_of(field.raw.text.begin(), field.raw.text.end(), is_digit);
    if (!has_digit || !parse_number(field.raw.text)) return;
    any = true;
  }
  if (!any) return;
  throw DataError({file, 1, 1}, fmt::format("the first line holds only numbers, as {} (it should "
                                            "name the columns) use --header no if it is data",
                                            quote_for_message(fields.front().raw.text)));
}

}  // namespace

char detect_delimiter(std::string_view text) {
  constexpr std::array<char, 4> candidates = {',', '\t', ';', '|'};
  std::array<index_t, 4> counts = {};
  index_t decimal_commas = 0;
  bool in_quotes = false;
  for (std::size_t i = 0; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '"') in_quotes = !in_quotes;
    if (in_quotes) continue;
    if (text[i] == ',' && i > 0 && is_digit(text[i - 1]) && i + 1 < text.size() &&
        is_digit(text[i + 1])) {
      ++decimal_commas;
      continue;
    }
    const auto* found = std::find(candidates.begin(), candidates.end(), text[i]);
    if (found != candidates.end()) ++counts[static_cast<std::size_t>(found - candidates.begin())];
  }
  if (*std::max_element(counts.begin() + 1, counts.end()) == 0) counts[0] += decimal_commas;
  const auto* most = std::max_element(counts.begin(), counts.end());
  return candidates[static_cast<std::size_t>(most - counts.begin())];
}

void check_delimiter(char delimiter) {
  const auto byte = static_cast<unsigned char>(delimiter);
  const bool in_numbers =
      std::isalnum(byte) || delimiter == '.' || delimiter == '+' || delimiter == '-';
  if (!in_numbers && delimiter != '"' && delimiter != '\n' && delimiter != '\r') return;
  throw InvalidArgument(
      fmt::format("--delimiter {} cannot be used (numbers, quotes and line ends "
                  "contain it) choose another, as , or ; or a tab",
                  quote_for_message({&delimiter, 1})));
}

std::vector<std::string> read_names(const std::string& record, char delimiter, Header header,
                                    const std::string& file) {
  std::string line = record;
  if (line.empty() || line.back() != '\n') line += '\n';
  if (line == "\n" || line == "\r\n") {
    throw DataError({file, 1, 1}, header == Header::present
                                      ? "the first line is blank (it should name the columns) "
                                        "remove it"
                                      : "the first line is blank (it should be the first row) "
                                        "remove it");
  }
  const std::vector<NamedField> fields = split(line, delimiter, file);
  if (header == Header::present) refuse_numbers(fields, file);
  std::vector<std::string> names;
  std::unordered_map<std::string, std::size_t> places;
  for (const auto& field : fields) {
    const std::string name = header == Header::present ? field.raw.value() : std::string();
    names.push_back(name.empty() ? fmt::format("c{}", names.size() + 1) : name);
    const auto [first, is_new] = places.emplace(names.back(), names.size());
    if (is_new) continue;
    throw DataError({file, 1, field.offset + 1},
                    fmt::format("the name '{}' occurs twice, in columns {} and {} (it would not "
                                "say which one is meant) rename one of them",
                                names.back(), first->second, names.size()));
  }
  return names;
}

}  // namespace batchgrad::detail
