#pragma once

#include <batchgrad/core/view.hpp>
#include <batchgrad/error.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace batchgrad {

namespace detail {
struct ExpressionState;
}

/// A function written as text, one or several results of named variables:
///   Expression("x^2*y + y^3")      Expression("r2 = x*x + y*y; exp(-r2/2)")      Expression("[x*y,
///   x/y]")
/// Syntax: numbers (all doubles), names, + - * / ^ ** (powers from the right, -x^2 = -(x^2)),
///   comparisons (1 or 0), if(c, a, b), min max abs sign floor ceil sqrt cbrt exp expm1 log log1p
///   log2 log10 sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh erf erfc pow
///   hypot (min, max and hypot of two or more); the constants pi and e. `name = value;` in front
///   defines what later text uses.
/// Names that are not defined are the variables, in order of appearance unless given; a given
///   variable shadows a constant of its name.
/// Values are computed as written, but for forms that overflow or cancel: log(1 + exp(x)),
///   1/(1 + exp(-x)), sqrt(x^2 + y^2), exp(x) - 1, log(1 + x) are as exact as the function made for
///   them. Derivatives are simplified as on paper: x/x is 1, so they may be finite where the
///   function is not defined. At kinks they are the mean of the one-sided slopes, at steps 0.
/// Ownership: a handle to something that never changes; copies share it, from any thread.
class Expression {
 public:
  /// Reads an expression. `variables`: the names and their order, instead of the order of
  /// appearance; names that the text does not use are allowed.
  /// Errors: ParseError with the place and a suggestion, for text that breaks the syntax, a name
  ///   that is not among `variables`, more than 64 KiB, 200 levels or 10,000 nodes.
  explicit Expression(std::string_view text, const std::vector<std::string>& variables = {});
  /// Where a function is asked for, its text will do: gradient("x^2*y", {2, 3}).
  Expression(const char* text) : Expression(std::string_view(text)) {}  // NOLINT

  [[nodiscard]] const std::vector<std::string>& variables() const;
  /// The position of a variable. Errors: InvalidArgument naming the nearest one.
  [[nodiscard]] index_t variable(std::string_view name) const;
  /// Q.
  [[nodiscard]] index_t results() const;
  [[nodiscard]] Expression result(index_t index) const;

  /// Text that reads back to the same function, given the same variables; values that are used
  /// several times are defined in front where they are long, and all of them where the text would
  /// be too long to be read. What has more than 10,000 operations cannot be read in any case.
  [[nodiscard]] std::string text() const;

  /// d^order f / d variable^order of every result, simplified.
  /// Errors: InvalidArgument for an unknown variable, an order that is not from 0 to 1000, a
  ///   result that grows beyond a million operations.
  [[nodiscard]] Expression derivative(std::string_view variable, int order = 1) const;
  /// The P derivatives of the first result, then those of the second, ...: Q P results.
  [[nodiscard]] Expression gradient() const;
  /// The P x P second derivatives of each result, row by row: Q P P results.
  [[nodiscard]] Expression hessian() const;
  /// Products and whole powers of sums multiplied out: (2*x + 1)^2 gives 4*x^2 + 4*x + 1.
  /// Errors: InvalidArgument where a sum would have more than 10,000 terms.
  [[nodiscard]] Expression expanded() const;

  /// f(x), all Q results, by the reference backend. Errors: InvalidArgument for another size.
  [[nodiscard]] std::vector<double> operator()(VectorView<const double> x) const;

  explicit Expression(std::shared_ptr<const detail::ExpressionState> state);
  [[nodiscard]] const detail::ExpressionState& state() const { return *state_; }

 private:
  std::shared_ptr<const detail::ExpressionState> state_;
};

}  // namespace batchgrad
