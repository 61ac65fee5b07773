#pragma once

#include <span>
#include <string>

#include "expression/program.hpp"

namespace batchgrad::detail {

// CUDA C++ written from programs. Every name in it is made here: no byte of the user's text gets
// into a source. Constants are exact (hexadecimal floats), operations are those of
// batchgrad/expression/operation.hpp, which has to be included. Long programs are cut into parts,
// because a compiler's time grows faster than the length of a function.

/// The results as one functor on any scalar, to be differenced or given dual numbers:
///   Function{q}(x) and Function{}.at(q)(x) are the value of results[q] at x
/// Errors: InvalidArgument for programs too long to compile.
[[nodiscard]] std::string function_source(std::span<const Program> results);

/// A functor that calls write(position, value) once for every output of the program:
///   Outputs{}(x, write)
/// Errors: InvalidArgument for programs too long to compile.
[[nodiscard]] std::string outputs_source(const Program& program);

/// What the compiler is asked to digest at most.
inline constexpr std::size_t most_cuda_instructions = 20'000;
/// Values that one part hands on to later ones, in each thread's own memory.
inline constexpr std::size_t most_cuda_slots = 2'048;

}  // namespace batchgrad::detail
