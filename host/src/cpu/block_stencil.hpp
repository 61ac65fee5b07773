#pragma once

#include <batchgrad/derivative/difference_rule.hpp>
#include <batchgrad/stencil/stencil.hpp>

namespace batchgrad::cpu {

/// One difference quotient in one parameter at each of a block of points, a lane a point. Rows are
/// `stride` apart; arrays may be read and written up to a whole number of 64-byte lines.
template <class Scalar>
struct StencilTask {
  Stencil stencil;
  StepRule step;
  Scalar typical;
  Scalar lower;
  Scalar upper;
  index_t stride;
  index_t lanes;
  const Scalar* x;  ///< the coordinate
  Scalar* steps;
  Scalar* places;        ///< stencil.size() rows: where f is to be evaluated
  const Scalar* values;  ///< stencil.size() rows: f there
  Scalar* derivatives;
  Scalar* is_plain;  ///< 1, or 0 where LineDifferencer has to find a way
};

// Once per instruction set, see block_program.hpp. Both do, lane by lane, what LineDifferencer does
// with Effort::value at a point where its first attempt succeeds, to the bit.
//   place_stencil    writes steps, places, and is_plain for what can be said before f is known
//   weigh_stencil    writes derivatives, and 0 to is_plain where they are not finite
namespace baseline {
void place_stencil(const StencilTask<float>& task);
void place_stencil(const StencilTask<double>& task);
bool weigh_stencil(const StencilTask<float>& task);
bool weigh_stencil(const StencilTask<double>& task);
}  // namespace baseline
namespace avx2 {
void place_stencil(const StencilTask<float>& task);
void place_stencil(const StencilTask<double>& task);
bool weigh_stencil(const StencilTask<float>& task);
bool weigh_stencil(const StencilTask<double>& task);
}  // namespace avx2
namespace avx512 {
void place_stencil(const StencilTask<float>& task);
void place_stencil(const StencilTask<double>& task);
bool weigh_stencil(const StencilTask<float>& task);
bool weigh_stencil(const StencilTask<double>& task);
}  // namespace avx512

}  // namespace batchgrad::cpu
