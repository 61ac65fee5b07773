#include "arguments.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <string_view>

namespace batchgrad::cli {
namespace {

template <class Number>
bool parse_all(std::string_view text, Number& value) {
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

double parse_number(const std::string& text) {
  double value = 0;
  if (!parse_all(text, value))
    throw InvalidArgument(fmt::format("'{}' is not a number that a double can hold", text));
  if (!std::isfinite(value)) throw InvalidArgument(fmt::format("'{}' is not finite", text));
  return value;
}

double NumberBetween::operator()(const std::string& text) const {
  const double value = parse_number(text);
  const bool above = lower_end == End::open ? value > lower : value >= lower;
  const bool below = upper_end == End::open ? value < upper : value <= upper;
  if (above && below) return value;
  const std::string range = fmt::format(
      "{} {}{}", lower_end == End::open ? "above" : "at least", lower,
      std::isinf(upper)
          ? ""
          : fmt::format(" and {} {}", upper_end == End::open ? "below" : "at most", upper));
  throw InvalidArgument(fmt::format("{} is out of range (it must be {})", text, range));
}

index_t CountBetween::operator()(const std::string& text) const {
  index_t value = 0;
  if (!parse_all(text, value)) {
    double number = 0;
    if (!parse_all(text, number) || number != std::floor(number) || std::fabs(number) > 0x1p53)
      throw InvalidArgument(fmt::format("'{}' is not a whole number", text));
    value = static_cast<index_t>(number);
  }
  if (value < lower || value > upper)
    throw InvalidArgument(
        fmt::format("{} is out of range (it must be from {} to {})", text, lower, upper));
  return value;
}

std::uint64_t parse_seed(const std::string& text) {
  std::uint64_t seed = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, seed);
  if (error != std::errc() || end != last)
    throw InvalidArgument(fmt::format("'{}' is not a whole number from 0 to 2^64 - 1", text));
  return seed;
}

char parse_delimiter(const std::string& text) {
  static constexpr std::array<std::pair<std::string_view, char>, 6> names = {{{"comma", ','},
                                                                              {"tab", '\t'},
                                                                              {"\\t", '\t'},
                                                                              {"semicolon", ';'},
                                                                              {"bar", '|'},
                                                                              {"space", ' '}}};
  for (const auto& [name, byte] : names)
    if (text == name) return byte;
  // Letters and signs are parts of numbers such as 1e-5.
  const bool separates = text.size() == 1 &&
                         std::isalnum(static_cast<unsigned char>(text[0])) == 0 &&
                         std::string_view("\"\n\r+-.").find(text[0]) == std::string_view::npos;
  if (!separates)
    throw InvalidArgument(
        fmt::format("'{}' cannot separate cells (a delimiter is one byte that occurs in neither "
                    "numbers nor quotes) write it as ';' or by name: comma, tab, semicolon, bar, "
                    "space",
                    text));
  return text[0];
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> elements(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' && quoted && i + 1 < text.size() && text[i + 1] == '"') {
      elements.back() += text[++i];
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == ',' && !quoted) {
      elements.emplace_back();
    } else {
      elements.back() += text[i];
    }
  }
  if (quoted) throw InvalidArgument(fmt::format("'{}' has a quote that is not closed", text));
  return elements;
}

std::vector<std::string> split_lists(const std::vector<std::string>& texts) {
  std::vector<std::string> elements;
  for (const std::string& text : texts)
    for (std::string& element : split_list(text)) elements.push_back(std::move(element));
  return elements;
}

std::string trim_spaces(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string::npos ? ""
                                    : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::pair<std::string, double>> parse_assignments(const std::string& text) {
  std::vector<std::pair<std::string, double>> result;
  for (const std::string& element : split_list(text)) {
    const auto equals = element.rfind('=');
    std::string name = trim_spaces(element.substr(0, equals));
    if (equals == std::string::npos || name.empty())
      throw InvalidArgument(fmt::format("'{}' does not say NAME=NUMBER", element));
    const auto same = [&](const auto& pair) { return pair.first == name; };
    if (std::any_of(result.begin(), result.end(), same))
      throw InvalidArgument(fmt::format("'{}' is there twice", name));
    result.emplace_back(std::move(name), parse_number(trim_spaces(element.substr(equals + 1))));
  }
  return result;
}

std::string hyphenated(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

CLI::Option* add_list(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                      const std::string& help) {
  return app
      .add_option_function<std::vector<std::string>>(
          name,
          [&values, name](const std::vector<std::string>& texts) {
            try {
              values = split_lists(texts);
            } catch (const InvalidArgument& error) {
              throw CLI::ValidationError(name, error.what());
            }
          },
          help)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

}  // namespace batchgrad::cli
