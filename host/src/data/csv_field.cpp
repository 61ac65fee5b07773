#include "data/csv_field.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include "characters.hpp"

namespace batchgrad::detail {

namespace {

const char* skip_line_end(const char* at) { return at[0] == '\r' && at[1] == '\n' ? at + 1 : at; }

RawField read_quoted(const char* begin, const char* end, char delimiter) {
  RawField field;
  field.is_quoted = true;
  const char* at = begin + 1;
  for (;;) {
    at = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
    if (at == nullptr) {
      field.fault = RawField::Fault::unclosed_quote;
      field.next = end;
      return field;
    }
    if (at[1] != '"') break;
    field.has_doubled_quotes = true;
    at += 2;
  }
  field.text = {begin + 1, static_cast<std::size_t>(at - begin - 1)};
  field.next = skip_line_end(at + 1);
  if (*field.next != delimiter && *field.next != '\n') {
    field.fault = RawField::Fault::text_after_quote;
  }
  return field;
}

// How far a text reads as a number: the length of its longest beginning that is one.
std::size_t number_length(std::string_view text) {
  double ignored = 0;
  const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
  const auto result = fast_float::from_chars(begin, text.data() + text.size(), ignored);
  return result.ec == std::errc() ? static_cast<std::size_t>(result.ptr - text.data()) : 0;
}

bool has_comma_between_digits(std::string_view text) {
  bool found = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_sign = i == 0 && (text[i] == '-' || text[i] == '+');
    if (text[i] == ',' && i > 0 && is_digit(text[i - 1]) && i + 1 < text.size()) {
      found = true;
    } else if (!is_digit(text[i]) && text[i] != '.' && text[i] != 'e' && text[i] != 'E' &&
               text[i] != '-' && text[i] != '+' && !is_sign) {
      return false;
    }
  }
  return found;
}

}  // namespace

std::string RawField::value() const {
  if (!has_doubled_quotes) return std::string(text);
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    plain += text[i];
    if (text[i] == '"') ++i;
  }
  return plain;
}

RawField read_field(const char* begin, const char* end, char delimiter) {
  if (*begin == '"') return read_quoted(begin, end, delimiter);
  RawField field;
  const char* at = begin;
  while (*at != delimiter && *at != '\n') ++at;
  field.next = at;
  const char* text_end = *at == '\n' && at > begin && at[-1] == '\r' ? at - 1 : at;
  field.text = trimmed({begin, static_cast<std::size_t>(text_end - begin)});
  return field;
}

std::optional<double> parse_number(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  double value = 0;
  const auto result = fast_float::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string quote_for_message(std::string_view text) {
  constexpr std::size_t shown = 40;
  std::string quoted = "'";
  for (const char c : text.substr(0, shown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  quoted += text.size() > shown ? "...'" : "'";
  return quoted;
}

std::string explain_cell(const RawField& field, const std::string& column, char delimiter) {
  const std::string_view text = trimmed(field.text);
  const std::string cell = fmt::format("{} in column '{}'", quote_for_message(text), column);
  const std::string or_ignore = fmt::format("or leave the column out with --ignore {}", column);
  if (const auto number = parse_number(text)) {
    const bool is_word = std::none_of(text.begin(), text.end(), is_digit);
    if (is_word) {
      return fmt::format(
          "{} is not finite (nor is what is computed from it) leave such rows out with "
          "--na-strings {} --na drop, {}",
          cell, text, or_ignore);
    }
    return fmt::format("{} is out of range (the largest double is about 1.8e308) rescale it, {}",
                       cell, or_ignore);
  }
  if (has_comma_between_digits(text) && (delimiter != ',' || field.is_quoted)) {
    return fmt::format(
        "{} is not a number (it has a decimal comma, or commas between its digits) write numbers "
        "with a decimal point and nothing between the digits",
        cell);
  }
  const std::size_t length = number_length(text);
  if (length > 0 && length + 1 <= text.size() && (text[length] == 'e' || text[length] == 'E')) {
    return fmt::format("{} is not a number (its exponent has no digits) correct it, {}", cell,
                       or_ignore);
  }
  if (length > 0) {
    return fmt::format("{} is not a number (only {} of it is one) correct it, {}", cell,
                       quote_for_message(text.substr(0, length)), or_ignore);
  }
  return fmt::format(
      "{} is not a number (text is none as it is) leave the column out with --ignore {}, or, in a "
      "fit, turn its levels into features with --categorical {}",
      cell, column, column);
}

}  // namespace batchgrad::detail
