#include "expression/lexer.hpp"

#include <batchgrad/error.hpp>

#include <array>
#include <cmath>
#include <fast_float/fast_float.h>
#include <fmt/format.h>
#include <utility>

#include "characters.hpp"

namespace batchgrad::detail {

namespace {

// Of ASCII, whatever the locale.
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

constexpr std::array<std::string_view, 5> long_symbols = {"**", "<=", ">=", "==", "!="};
constexpr std::string_view short_symbols = "+-*/^<>=(),;[]";

using Advice = std::pair<std::string_view, const char*>;

// What people write, and what they mean.
constexpr std::array<Advice, 22> foreign = {{
    {"&&", "there is no '&&' (conditions are numbers, 1 or 0) write a*b for 'a and b'"},
    {"||", "there is no '||' (conditions are numbers, 1 or 0) write max(a, b) for 'a or b'"},
    {"&", "there is no '&' (conditions are numbers, 1 or 0) write a*b for 'a and b'"},
    {"|", "there is no '|' (bars have many meanings) write abs(x), or max(a, b) for 'a or b'"},
    {"!", "there is no '!' (it has many meanings) write 1 - a for 'not a', != for 'not equal'"},
    {"%", "there is no '%' (remainders are not built in) write x - y*floor(x/y)"},
    {"?", "there is no '?' (choices are a function) write if(condition, a, b)"},
    {":", "there is no ':' (definitions are 'name = value;') write =, or if(condition, a, b)"},
    {"{", "there are no braces (only parentheses group) write ( and )"},
    {"}", "there are no braces (only parentheses group) write ( and )"},
    {"#", "there are no comments (an expression is all formula) leave them out"},
    {"\xe2\x88\x92", "this is a typographic minus sign (numbers need the one of ASCII) write -"},
    {"\xe2\x80\x93", "this is a dash (differences need the minus of ASCII) write -"},
    {"\xc3\x97", "this is a multiplication sign (products are written in ASCII) write *"},
    {"\xc2\xb7", "this is a middle dot (products are written in ASCII) write *"},
    {"\xc3\xb7", "this is a division sign (quotients are written in ASCII) write /"},
    {"\xc2\xb2", "this is a superscript (powers are written in ASCII) write ^2"},
    {"\xc2\xb3", "this is a superscript (powers are written in ASCII) write ^3"},
    {"\xcf\x80", "this is a Greek letter (names are ASCII) write pi"},
    {"\xe2\x88\x9a", "this is a root sign (functions are called by name) write sqrt(x)"},
    {"\xe2\x89\xa4", "this is a comparison sign (comparisons are written in ASCII) write <="},
    {"\xe2\x89\xa5", "this is a comparison sign (comparisons are written in ASCII) write >="},
}};

}  // namespace

void Lexer::fail(index_t offset, const std::string& problem) const {
  throw ParseError(text_, offset, problem);
}

Token Lexer::peek() const {
  Lexer ahead = *this;
  ahead.advance();
  return ahead.token_;
}

void Lexer::advance() {
  previous_end_ = here();
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  token_ = {Token::Kind::end, {}, here(), 0};
  if (at_ == text_.size()) return;
  const char c = text_[at_];
  if (is_digit(c) || c == '.') {
    read_number();
  } else if (is_letter(c)) {
    read_name();
  } else {
    read_symbol();
  }
}

void Lexer::read_name() {
  std::size_t end = at_;
  while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
  token_.kind = Token::Kind::name;
  token_.text = text_.substr(at_, end - at_);
  at_ = end;
}

void Lexer::read_symbol() {
  token_.kind = Token::Kind::symbol;
  for (const std::string_view symbol : long_symbols) {
    if (!text_.substr(at_).starts_with(symbol)) continue;
    token_.text = symbol == "**" ? "^" : symbol;
    at_ += symbol.size();
    return;
  }
  if (short_symbols.find(text_[at_]) == std::string_view::npos) refuse_byte();
  token_.text = text_.substr(at_++, 1);
}

void Lexer::refuse_number(std::size_t end, const std::string& problem) const {
  fail(here(), fmt::format("'{}' is no number {}", text_.substr(at_, end - at_), problem));
}

void Lexer::read_number() {
  const auto skip_digits = [&](std::size_t end) {
    while (end < text_.size() && is_digit(text_[end])) ++end;
    return end;
  };
  std::size_t end = skip_digits(at_);
  const bool has_point = end < text_.size() && text_[end] == '.';
  if (has_point) end = skip_digits(end + 1);
  if (has_point && end == at_ + 1) refuse_number(end, "(it has no digits) write one, as 0.5");
  if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
    std::size_t digits = end + 1;
    if (digits < text_.size() && (text_[digits] == '+' || text_[digits] == '-')) ++digits;
    if (const std::size_t last = skip_digits(digits); last > digits) {
      end = last;
    } else if (digits > end + 1 || digits == text_.size() || !is_letter(text_[digits])) {
      refuse_number(digits, "(its exponent has no digits) write 1e5, or 2*e for a product");
    }
  }
  const std::string_view number = text_.substr(at_, end - at_);
  if (end < text_.size() && text_[end] == '.') {
    refuse_number(skip_digits(end + 1), "(it has two decimal points) leave one");
  }
  if (number == "0" && end < text_.size() && (text_[end] == 'x' || text_[end] == 'X')) {
    refuse_number(end + 1, "(hexadecimal digits are not read) write it in decimal");
  }
  const auto result =
      fast_float::from_chars(number.data(), number.data() + number.size(), token_.number);
  const bool has_value = number.substr(0, number.find_first_of("eE")).find_first_of("123456789") !=
                         std::string_view::npos;
  if (result.ptr != number.data() + number.size() || !std::isfinite(token_.number)) {
    refuse_number(end, "that a double holds (the largest is 1.8e308) change the units");
  }
  if (token_.number == 0 && has_value) {
    refuse_number(end, "that a double holds (the smallest is 4.9e-324) change the units");
  }
  token_.kind = Token::Kind::number;
  token_.text = number;
  at_ = end;
}

void Lexer::refuse_byte() const {
  const std::string_view rest = text_.substr(at_);
  for (const auto& [sign, problem] : foreign) {
    if (rest.starts_with(sign)) fail(here(), problem);
  }
  const auto byte = static_cast<unsigned char>(rest[0]);
  if (byte < 0x20 || byte == 0x7f) {
    fail(here(), fmt::format("unexpected control byte {} (text has none) remove it", int{byte}));
  }
  if (byte >= 0x80) {
    fail(here(), "unexpected character (names are ASCII letters, digits and _) write ASCII");
  }
  fail(here(), fmt::format("unexpected character '{}' (it means nothing here) remove it", rest[0]));
}

}  // namespace batchgrad::detail
