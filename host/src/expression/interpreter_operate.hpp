#pragma once

// The definition of `operate`, included by the files that instantiate it.
#include <batchgrad/expression/operation.hpp>

#include "expression/interpreter.hpp"

namespace batchgrad::detail {

template <class Scalar>
Scalar operate(Opcode opcode, const Scalar& a, const Scalar& b, const Scalar& c) {
  return operation::apply(opcode, a, b, c);
}

#define BATCHGRAD_OPERATE(...) \
  template __VA_ARGS__ operate(Opcode, const __VA_ARGS__&, const __VA_ARGS__&, const __VA_ARGS__&);

}  // namespace batchgrad::detail
