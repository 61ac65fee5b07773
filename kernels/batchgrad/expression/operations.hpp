#pragma once

/// The operations of an expression, the one list: X(name, arity). The enumeration of expression
/// graphs, the parser's function names, the interpreter and the CUDA sources written from an
/// expression are made from it; kernels/batchgrad/expression/operation.hpp says what each computes.
/// To add one: a line here, its function there (for numbers; core/dual.hpp where tangents need a
/// rule), its derivative in host/src/expression/differentiate.cpp.
///
/// Users write most by the same name in lower case. Written otherwise: `a + b`, `a - b`, `a * b`,
/// `a / b`, `-a`, `a ^ b`, comparisons, `if(c, a, b)` for select. Made only by the simplifier:
/// log_add_exp(a, b) = log(exp(a) + exp(b)) without overflow, logistic(a) = 1 / (1 + exp(-a)).
// clang-format off
#define BATCHGRAD_EVERY_OPERATION(X)                                                            \
  X(add, 2) X(subtract, 2) X(multiply, 2) X(divide, 2) X(negate, 1) X(power, 2)                 \
  X(less, 2) X(less_equal, 2) X(greater, 2) X(greater_equal, 2) X(equal, 2) X(not_equal, 2)     \
  X(select, 3) X(min, 2) X(max, 2) X(abs, 1) X(sign, 1) X(floor, 1) X(ceil, 1)                  \
  X(sqrt, 1) X(cbrt, 1) X(exp, 1) X(expm1, 1) X(log, 1) X(log1p, 1) X(log2, 1) X(log10, 1)      \
  X(sin, 1) X(cos, 1) X(tan, 1) X(asin, 1) X(acos, 1) X(atan, 1) X(atan2, 2)                    \
  X(sinh, 1) X(cosh, 1) X(tanh, 1) X(asinh, 1) X(acosh, 1) X(atanh, 1) X(erf, 1) X(erfc, 1)     \
  X(hypot, 2) X(log_add_exp, 2) X(logistic, 1)
// clang-format on

namespace batchgrad {

/// What a node of an expression is: a leaf, or the result of an operation.
enum class Opcode : unsigned char {
  constant,
  variable,
#define BATCHGRAD_ENUMERATOR(name, arity) name,
  BATCHGRAD_EVERY_OPERATION(BATCHGRAD_ENUMERATOR)
#undef BATCHGRAD_ENUMERATOR
};

}  // namespace batchgrad
