#pragma once

#include <batchgrad/core/view.hpp>

#include <string>
#include <string_view>

namespace batchgrad::detail {

struct Token {
  enum class Kind { number, name, symbol, end };
  Kind kind = Kind::end;
  std::string_view text;  ///< as it was written; "**" is "^"
  index_t offset = 0;
  double number = 0;

  [[nodiscard]] bool is(std::string_view symbol) const {
    return kind == Kind::symbol && text == symbol;
  }
};

/// Cuts the text of an expression into tokens; refuses every byte that is part of none.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) { advance(); }

  [[nodiscard]] const Token& token() const { return token_; }
  /// To the next token. Errors: ParseError.
  void advance();
  /// The one after the current token, which stays current.
  [[nodiscard]] Token peek() const;

  /// Errors of the text at a place.
  [[noreturn]] void fail(index_t offset, const std::string& problem) const;
  /// The offset where the current token's predecessor ends.
  [[nodiscard]] index_t previous_end() const { return previous_end_; }

 private:
  [[nodiscard]] index_t here() const { return static_cast<index_t>(at_); }
  void read_number();
  void read_name();
  void read_symbol();
  [[noreturn]] void refuse_number(std::size_t end, const std::string& problem) const;
  [[noreturn]] void refuse_byte() const;

  std::string_view text_;
  std::size_t at_ = 0;
  index_t previous_end_ = 0;
  Token token_;
};

}  // namespace batchgrad::detail
