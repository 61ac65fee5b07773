#pragma once

// How blocks of lanes are run, included by one source file per instruction set. Everything in here
// has internal linkage or is always inlined.
#include <batchgrad/expression/operation.hpp>

#include <type_traits>

#include "cpu/block_program.hpp"
#include "cpu/vector_math.hpp"

namespace batchgrad::cpu {
namespace {

/// result[l] = function(a[l]) over lanes, for functions that are made of packs.
template <class Function>
BATCHGRAD_HD void map_lanes(const double* a, double* result, index_t lanes, Function function) {
#pragma omp simd
  for (index_t l = 0; l < lanes; ++l) result[l] = function(a[l]);
}

/// sin(a + turns pi / 2), with the C library's where packs would lose digits.
template <class Function>
BATCHGRAD_HD void map_sines(const double* a, double* result, index_t lanes, std::int64_t turns,
                            Function function) {
  constexpr index_t chunk = 32;
  for (index_t first = 0; first < lanes; first += chunk) {
    const index_t count = lanes - first < chunk ? lanes - first : chunk;
    double sines[chunk];
    double is_good[chunk];
#pragma omp simd
    for (index_t l = 0; l < count; ++l) {
      const vector_math::Reduced reduced = vector_math::reduce(a[first + l]);
      sines[l] = vector_math::sin_of(reduced, turns);
      is_good[l] = reduced.is_good;
    }
    for (index_t l = 0; l < count; ++l)
      result[first + l] = is_good[l] != 0 ? sines[l] : function(a[first + l]);
  }
}

/// Runs an operation for which vector_math has a function; false where it has none.
BATCHGRAD_HD bool run_vector_math(Opcode operation, const double* a, double* result,
                                  index_t lanes) {
  switch (operation) {
    case Opcode::exp:
      map_lanes(a, result, lanes, [](double x) { return vector_math::exp(x); });
      return true;
    case Opcode::log:
      map_lanes(a, result, lanes, [](double x) { return vector_math::log(x); });
      return true;
    case Opcode::sin:
      map_sines(a, result, lanes, 0, [](double x) { return operation::sin(x); });
      return true;
    case Opcode::cos:
      map_sines(a, result, lanes, 1, [](double x) { return operation::cos(x); });
      return true;
    default:
      return false;
  }
}

/// result[l] = function(a[l], b[l]) over whole groups of lanes, those behind the last one included:
/// for arithmetic, of which there is more than of all else. Out of line, so that nothing but the
/// loop competes for registers.
template <class Scalar, class Function>
[[gnu::noinline]] void map_groups(const Scalar* a, const Scalar* b, Scalar* result, index_t lanes,
                                  Function function) {
  for (index_t first = 0; first < lanes; first += lane_group) {
#pragma omp simd
    for (index_t l = first; l < first + lane_group; ++l) result[l] = function(a[l], b[l]);
  }
}

/// Runs an operation that map_groups is for; false for others.
template <class Scalar>
BATCHGRAD_HD bool run_arithmetic(Opcode operation, const Scalar* a, const Scalar* b, Scalar* result,
                                 index_t lanes) {
  switch (operation) {
    case Opcode::add:
      map_groups(a, b, result, lanes, [](Scalar x, Scalar y) { return x + y; });
      return true;
    case Opcode::subtract:
      map_groups(a, b, result, lanes, [](Scalar x, Scalar y) { return x - y; });
      return true;
    case Opcode::multiply:
      map_groups(a, b, result, lanes, [](Scalar x, Scalar y) { return x * y; });
      return true;
    default:
      return false;
  }
}

/// A register is written lane by lane after its arguments were read there, so it may be one of
/// them; beyond that no two overlap, which is what `simd` says.
#define BATCHGRAD_CALL_1(name) operation::name(a[l])
#define BATCHGRAD_CALL_2(name) operation::name(a[l], b[l])
#define BATCHGRAD_CALL_3(name) operation::name(a[l], b[l], c[l])
#define BATCHGRAD_CASE(name, arity)                                     \
  case Opcode::name:                                                    \
    _Pragma("omp simd") for (index_t l = 0; l < lanes; ++l) result[l] = \
        BATCHGRAD_CALL_##arity(name);                                   \
    break;

template <class Scalar>
void run_switch(const BlockTask<Scalar>& task) {
  const index_t lanes = task.lanes;
  for (const detail::Instruction& instruction : task.program.instructions) {
    const auto block = [&](std::uint32_t index) {
      return task.registers + static_cast<index_t>(index) * task.stride;
    };
    const Scalar* a = block(instruction.arguments[0]);
    const Scalar* b = block(instruction.arguments[1]);
    const Scalar* c = block(instruction.arguments[2]);
    Scalar* result = block(instruction.result);
    if constexpr (std::is_floating_point_v<Scalar>)
      if (run_arithmetic(instruction.operation, a, b, result, lanes)) continue;
    if constexpr (std::is_same_v<Scalar, double>)
      if (run_vector_math(instruction.operation, a, result, lanes)) continue;
    switch (instruction.operation) {
      BATCHGRAD_EVERY_OPERATION(BATCHGRAD_CASE)
      case Opcode::constant:
      case Opcode::variable:
        break;  // these are in their registers before the start
    }
  }
}

#undef BATCHGRAD_CASE
#undef BATCHGRAD_CALL_3
#undef BATCHGRAD_CALL_2
#undef BATCHGRAD_CALL_1

}  // namespace
}  // namespace batchgrad::cpu
