#pragma once

#include <batchgrad/core/limits.hpp>
#include <batchgrad/core/view.hpp>
#include <batchgrad/error.hpp>

#include <CLI/App.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace batchgrad::cli {

// Parsers of option values. They throw InvalidArgument, which add_parsed turns into a usage error
// that names the option. Numbers are read whole and strictly, unlike strtod and strtol.

/// A finite number of any sign.
double parse_number(const std::string& text);

/// A number from `lower` to `upper`; an open end is itself refused.
struct NumberBetween {
  enum class End { closed, open };
  double lower;
  double upper;
  End lower_end = End::closed;
  End upper_end = End::closed;
  double operator()(const std::string& text) const;
};
inline constexpr NumberBetween positive{0, infinity, NumberBetween::End::open};
inline constexpr NumberBetween not_negative{0, infinity};

/// A whole number from `lower` to `upper`, also written as 1e6.
struct CountBetween {
  index_t lower;
  index_t upper;
  index_t operator()(const std::string& text) const;
};

/// The key of random numbers: a whole number from 0 to 2^64 - 1.
std::uint64_t parse_seed(const std::string& text);

/// A byte that separates cells: itself, or comma, tab, semicolon, bar, space, \t.
char parse_delimiter(const std::string& text);

/// The elements of a comma-separated list. Quotes keep commas together, two in a row stand for
/// one: 'a,"b,c"' has the elements a and b,c.
std::vector<std::string> split_list(const std::string& text);
/// The same of an option that may be repeated.
std::vector<std::string> split_lists(const std::vector<std::string>& texts);

std::string trim_spaces(const std::string& text);

/// "name=1,other=2.5" as pairs; the last '=' of an element separates, spaces around names and
/// numbers do not count.
std::vector<std::pair<std::string, double>> parse_assignments(const std::string& text);

/// A name as the program spells it: underscores are hyphens.
std::string hyphenated(std::string name);

/// An option whose value is `parse(text)`.
template <class Value, class Parse>
CLI::Option* add_parsed(CLI::App& app, const std::string& name, Value& value, Parse parse,
                        const std::string& help) {
  return app.add_option_function<std::string>(
      name,
      [&value, parse, name](const std::string& text) {
        try {
          value = parse(text);
        } catch (const InvalidArgument& error) {
          throw CLI::ValidationError(name, error.what());
        }
      },
      help);
}

/// An option that may be repeated, each time with a comma-separated list.
CLI::Option* add_list(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                      const std::string& help);

}  // namespace batchgrad::cli
