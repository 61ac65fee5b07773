#pragma once

#include <batchgrad/core/view.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace batchgrad::detail {

/// One cell as it stands in the text, for everything but the plain number.
struct RawField {
  enum class Fault { none, unclosed_quote, text_after_quote };
  std::string_view text;       ///< without quotes and, where it has none, the spaces around it
  const char* next = nullptr;  ///< the delimiter or line feed that ends it
  bool is_quoted = false;
  bool has_doubled_quotes = false;
  Fault fault = Fault::none;

  /// The text with doubled quotes made single.
  [[nodiscard]] std::string value() const;
};

/// Reads the field at `begin`. The byte at `end` is a line feed.
RawField read_field(const char* begin, const char* end, char delimiter);

/// The number that is the whole of a text, or nothing; a leading '+' is accepted. May be infinite
/// or not a number.
std::optional<double> parse_number(std::string_view text);

/// Why a cell of a column of numbers is none, and what to do: the text of the error.
std::string explain_cell(const RawField& field, const std::string& column, char delimiter);

/// For messages: at most 40 bytes, control characters as \xNN, between single quotes.
std::string quote_for_message(std::string_view text);

}  // namespace batchgrad::detail
