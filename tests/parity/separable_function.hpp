#pragma once

#include <batchgrad/derivative.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace batchgrad::test {

/// A function of one variable with all its derivatives in closed form.
enum class Factor { one, identity, cube, sine, exponential };

inline const char* factor_text(Factor factor) {
  switch (factor) {
    case Factor::one:
      return "1";
    case Factor::identity:
      return "%";
    case Factor::cube:
      return "%^3";
    case Factor::sine:
      return "sin(%)";
    case Factor::exponential:
      return "exp(%)";
  }
  return "";
}

inline long double factor_derivative(Factor factor, int order, long double x) {
  const auto power = [&](int exponent) {
    long double scale = 1;
    for (int k = 0; k < order; ++k) scale *= exponent - k;
    return order > exponent ? 0 : scale * std::pow(x, static_cast<long double>(exponent - order));
  };
  switch (factor) {
    case Factor::one:
      return power(0);
    case Factor::identity:
      return power(1);
    case Factor::cube:
      return power(3);
    case Factor::sine:
      return order % 2 == 0 ? (order % 4 == 0 ? 1 : -1) * std::sin(x)
                            : (order % 4 == 1 ? 1 : -1) * std::cos(x);
    case Factor::exponential:
      return std::exp(x);
  }
  return 0;
}

/// Results that are sums of products of such factors, one for each variable: every derivative is
/// known, whatever its order. On [0.25, 1]^P none of those up to order 9 is above 64.
class SeparableFunction {
 public:
  using Term = std::vector<Factor>;
  using Result = std::vector<Term>;

  SeparableFunction(std::vector<std::string> variables, std::vector<Result> results)
      : variables_(std::move(variables)), results_(std::move(results)) {}

  [[nodiscard]] index_t parameters() const { return static_cast<index_t>(variables_.size()); }
  [[nodiscard]] index_t results() const { return static_cast<index_t>(results_.size()); }

  [[nodiscard]] Expression expression() const {
    std::string text = "[";
    for (const Result& result : results_) {
      if (text.size() > 1) text += ", ";
      for (const Term& term : result) {
        if (&term != &result.front()) text += " + ";
        for (std::size_t i = 0; i < term.size(); ++i) {
          if (i > 0) text += "*";
          for (const char* c = factor_text(term[i]); *c != '\0'; ++c)
            text += *c == '%' ? variables_[i] : std::string(1, *c);
        }
      }
    }
    return Expression(text + "]", variables_);
  }

  /// d^(k_1 + k_2 + ...) f_q / d x_1^k_1 d x_2^k_2 ...
  template <class T>
  [[nodiscard]] long double partial(index_t q, const std::vector<int>& orders,
                                    VectorView<const T> x) const {
    long double sum = 0;
    for (const Term& term : results_[static_cast<std::size_t>(q)]) {
      long double product = 1;
      for (std::size_t i = 0; i < term.size(); ++i)
        product *= factor_derivative(term[i], orders[i],
                                     static_cast<long double>(x[static_cast<index_t>(i)]));
      sum += product;
    }
    return sum;
  }

  /// Column c of result q as DerivativeOptions asks for it.
  template <class T>
  [[nodiscard]] double truth(const DerivativeOptions& options, index_t q, index_t c,
                             VectorView<const T> x) const {
    std::vector<int> orders(variables_.size(), 0);
    long double sum = 0;
    switch (options.quantity) {
      case Quantity::gradient:
        orders[static_cast<std::size_t>(c)] = options.order;
        sum = partial(q, orders, x);
        break;
      case Quantity::hessian:
        ++orders[static_cast<std::size_t>(c / parameters())];
        ++orders[static_cast<std::size_t>(c % parameters())];
        sum = partial(q, orders, x);
        break;
      case Quantity::laplacian:
        for (int& order : orders) {
          order = 2;
          sum += partial(q, orders, x);
          order = 0;
        }
        break;
      case Quantity::directional:
        sum = along(options, options.order, q, orders, x);
    }
    return static_cast<double>(sum);
  }

 private:
  /// The derivative of order `left` along v of the partial derivative of the given orders.
  template <class T>
  [[nodiscard]] long double along(const DerivativeOptions& options, int left, index_t q,
                                  std::vector<int>& orders, VectorView<const T> x) const {
    if (left == 0) return partial(q, orders, x);
    long double sum = 0;
    for (std::size_t i = 0; i < orders.size(); ++i) {
      ++orders[i];
      sum +=
          static_cast<long double>(options.direction[i]) * along(options, left - 1, q, orders, x);
      --orders[i];
    }
    return sum;
  }

  std::vector<std::string> variables_;
  std::vector<Result> results_;
};

/// Polynomials, elementary functions, several results, a variable that nothing depends on.
inline std::vector<SeparableFunction> separable_functions() {
  using enum Factor;
  return {
      {{"x", "y"}, {{{identity, cube}, {cube, one}}}},
      {{"x", "y", "z"}, {{{sine, exponential, one}, {identity, one, cube}}}},
      {{"t"}, {{{exponential}}}},
      {{"a", "b", "unused", "d", "e", "f"},
       {{{sine, one, one, one, one, cube}, {identity, identity, one, one, exponential, one}},
        {{one, one, one, one, one, one}},
        {{exponential, one, one, sine, one, one}}}},
  };
}

}  // namespace batchgrad::test
