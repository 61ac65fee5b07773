#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "random_numbers.hpp"

// Random expressions, as text and as functions in long double that share no code with the library.
namespace batchgrad::test {

/// A function of x, y and z, and what it is written as.
struct RandomExpression {
  using Number = long double;
  struct Operation {
    const char* text;  ///< A and B stand for the arguments
    Number (*value)(Number a, Number b);
  };

  std::string text;
  const Operation* operation = nullptr;  ///< null for a leaf
  int variable = -1;                     ///< -1 for a constant
  double constant = 0;
  std::vector<RandomExpression> arguments;

  [[nodiscard]] Number operator()(const std::vector<Number>& x) const {
    if (!operation) return variable < 0 ? constant : x[static_cast<std::size_t>(variable)];
    const Number a = arguments[0](x);
    return operation->value(a, arguments.size() > 1 ? arguments[1](x) : a);
  }
};

using RandomOperation = RandomExpression::Operation;

// Defined for all numbers, none growing fast: a few of them in one another stay finite.
inline const std::vector<RandomOperation>& random_operations() {
  using N = RandomExpression::Number;
  static const std::vector<RandomOperation> operations = {
      {"A + B", [](N a, N b) { return a + b; }},
      {"A - B", [](N a, N b) { return a - b; }},
      {"A*B", [](N a, N b) { return a * b; }},
      {"A*B", [](N a, N b) { return a * b; }},
      {"A/(B^2 + 1)", [](N a, N b) { return a / (b * b + 1); }},
      {"-A", [](N a, N) { return -a; }},
      {"A^2", [](N a, N) { return a * a; }},
      {"A^3/4", [](N a, N) { return a * a * a / 4; }},
      {"(A^2 + 1)^(-1.5)", [](N a, N) { return std::pow(a * a + 1, -1.5L); }},
      {"(A^2 + 0.5)^sin(B)", [](N a, N b) { return std::pow(a * a + 0.5L, std::sin(b)); }},
      {"2^(sin(A))", [](N a, N) { return std::pow(2.0L, std::sin(a)); }},
      {"sqrt(A^2 + 0.5)", [](N a, N) { return std::sqrt(a * a + 0.5L); }},
      {"cbrt(A^2 + 2)", [](N a, N) { return std::cbrt(a * a + 2); }},
      {"exp(A/4)", [](N a, N) { return std::exp(a / 4); }},
      {"exp(-A^2)", [](N a, N) { return std::exp(-a * a); }},
      {"exp(sin(A)) - 1", [](N a, N) { return std::exp(std::sin(a)) - 1; }},
      {"log(A^2 + 1)", [](N a, N) { return std::log(a * a + 1); }},
      {"log(1 + exp(A))", [](N a, N) { return std::log(1 + std::exp(a)); }},
      {"log(exp(A) + exp(B))", [](N a, N b) { return std::log(std::exp(a) + std::exp(b)); }},
      {"1/(1 + exp(-A))", [](N a, N) { return 1 / (1 + std::exp(-a)); }},
      {"B/(1 + exp(A))", [](N a, N b) { return b / (1 + std::exp(a)); }},
      {"log2(A^2 + 3)", [](N a, N) { return std::log2(a * a + 3); }},
      {"log10(A^2 + 3)", [](N a, N) { return std::log10(a * a + 3); }},
      {"log1p(A^2)", [](N a, N) { return std::log1p(a * a); }},
      {"expm1(cos(A))", [](N a, N) { return std::expm1(std::cos(a)); }},
      {"sin(A)", [](N a, N) { return std::sin(a); }},
      {"cos(A)", [](N a, N) { return std::cos(a); }},
      {"tan(sin(A))", [](N a, N) { return std::tan(std::sin(a)); }},
      {"asin(sin(A)/2)", [](N a, N) { return std::asin(std::sin(a) / 2); }},
      {"acos(cos(A)/2)", [](N a, N) { return std::acos(std::cos(a) / 2); }},
      {"atan(A)", [](N a, N) { return std::atan(a); }},
      {"atan2(A, B^2 + 0.5)", [](N a, N b) { return std::atan2(a, b * b + 0.5L); }},
      {"sinh(sin(A))", [](N a, N) { return std::sinh(std::sin(a)); }},
      {"cosh(sin(A))", [](N a, N) { return std::cosh(std::sin(a)); }},
      {"tanh(A)", [](N a, N) { return std::tanh(a); }},
      {"asinh(A)", [](N a, N) { return std::asinh(a); }},
      {"acosh(A^2 + 1.5)", [](N a, N) { return std::acosh(a * a + 1.5L); }},
      {"atanh(sin(A)/2)", [](N a, N) { return std::atanh(std::sin(a) / 2); }},
      {"erf(A)", [](N a, N) { return std::erf(a); }},
      {"erfc(A)", [](N a, N) { return std::erfc(a); }},
      {"hypot(A, B + 3)", [](N a, N b) { return std::hypot(a, b + 3); }},
      {"sqrt(A^2 + (B^2 + 1)^2)", [](N a, N b) { return std::hypot(a, b * b + 1); }},
      {"abs(A)", [](N a, N) { return std::fabs(a); }},
      {"min(A, B)", [](N a, N b) { return std::fmin(a, b); }},
      {"max(A, B)", [](N a, N b) { return std::fmax(a, b); }},
      {"if(A < B, A^2, sin(B))", [](N a, N b) { return a < b ? a * a : std::sin(b); }},
      {"if(A > 0, sqrt(A), B)", [](N a, N b) { return a > 0 ? std::sqrt(a) : b; }},
      {"(A > B)*A", [](N a, N b) { return a > b ? a : 0; }},
      {"floor(A) + sign(B)",
       [](N a, N b) { return std::floor(a) + static_cast<N>((b > 0) - (b < 0)); }},
  };
  return operations;
}

inline RandomExpression random_expression(RandomNumbers& random, int depth) {
  const auto choose = [&](std::size_t count) {
    return static_cast<std::size_t>(random(0, static_cast<double>(count)));
  };
  RandomExpression result;
  if (depth == 0 || random(0, 1) < 0.1) {
    if (choose(4) == 0) {
      result.constant = std::round(random(-3, 3) * 4) / 4;
      result.text = "(" + std::to_string(result.constant) + ")";
    } else {
      result.variable = static_cast<int>(choose(3));
      result.text = std::string(1, "xyz"[result.variable]);
    }
    return result;
  }
  result.operation = &random_operations()[choose(random_operations().size())];
  const std::string pattern = result.operation->text;
  result.arguments.push_back(random_expression(random, depth - 1));
  if (pattern.find('B') != std::string::npos) {
    result.arguments.push_back(random_expression(random, depth - 1));
  }
  for (const char letter : pattern) {
    if (letter == 'A' || letter == 'B') {
      result.text += "(" + result.arguments[letter == 'A' ? 0 : 1].text + ")";
    } else {
      result.text += letter;
    }
  }
  return result;
}

}  // namespace batchgrad::test
