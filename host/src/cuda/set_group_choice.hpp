#pragma once

#include <batchgrad/core/view.hpp>

#include <algorithm>

#include "cuda/loss_family/set_group_shape.hpp"
#include "cuda/loss_kernel_choice.hpp"

namespace batchgrad::cuda {

/// What computes a group of parameter sets, or of classes; kernels/README.md compares them.
enum class SetGroupKernel {
  fma,     ///< fused multiply-adds, any type
  tensor,  ///< tensor cores, on floats in two parts
};

struct SetGroupQuestion {
  index_t features = 0;
  index_t element_size = 0;  ///< of X as it is stored
  index_t sets = 0;
  index_t classes = 0;
  index_t shared_bytes = 0;  ///< most shared memory that the device gives a block
  Layout layout = Layout::rows;
};

/// One kernel, of which there is an instantiation for every type of these sizes. `units` and
/// `depth` are its template's arguments: lanes and loads, or tiles of columns and of outputs.
struct SetGroupRow {
  SetGroupKernel kernel;
  int sizes;
  int units;
  int depth;

  [[nodiscard]] constexpr bool has(index_t element_size) const {
    return (sizes & element_size) == element_size;
  }
  [[nodiscard]] constexpr index_t most_outputs() const {
    return kernel == SetGroupKernel::fma ? 4 : 8 * depth;
  }
  /// Of a warp's slab.
  [[nodiscard]] constexpr int columns(index_t element_size) const {
    if (kernel == SetGroupKernel::tensor) return 16 * units;
    return units * depth * (element_size == 8 ? 2 : 4);
  }
  [[nodiscard]] constexpr int rows() const {
    return kernel == SetGroupKernel::tensor ? 16 : 4 * (32 / units);
  }
  [[nodiscard]] constexpr index_t most_features(index_t element_size) const {
    return index_t{set_group_warps} * columns(element_size);
  }
};

/// The kernels, which are all the instantiations there are. Beside each the most features that it
/// takes; for many outputs shared memory sets the limit.
inline constexpr SetGroupRow set_group_table[] = {
    {SetGroupKernel::fma, of_4 | of_8, 8, 2},     // 512; of double 256
    {SetGroupKernel::tensor, of_2 | of_4, 4, 2},  // 512
};
inline constexpr index_t set_group_rows = sizeof(set_group_table) / sizeof(SetGroupRow);

constexpr index_t set_group_static_bytes(index_t element_size) {
  return (element_size == 8 ? 26 : 27) * 1024;
}

/// The shape of a launch for so many outputs of all sets of a group. As many stages of the ring as
/// leave room for a second block on a multiprocessor, where that are two; otherwise for one block;
/// below two it does not fit.
constexpr SetGroupShape set_group_shape(const SetGroupRow& row, const SetGroupQuestion& question,
                                        index_t outputs, index_t stage_bytes,
                                        index_t stages_at_most) {
  constexpr auto aligned = [](index_t bytes) { return (bytes + 15) / 16 * 16; };
  const index_t columns = row.columns(question.element_size);
  SetGroupShape shape;
  shape.column_warps = static_cast<int>((question.features + columns - 1) / columns);
  shape.row_warps = set_group_warps / shape.column_warps;
  const index_t tile_rows = index_t{shape.row_warps} * row.rows();
  const index_t sums = aligned(8 * outputs * question.features);
  const index_t values =
      question.classes > 0 ? 8 * tile_rows * (outputs + outputs / question.classes) : 0;
  const int slabs = shape.column_warps * row.columns(question.element_size);
  const index_t coefficients = (question.element_size == 8 ? 8 : 4) * (row.most_outputs() + 1) *
                               (row.kernel == SetGroupKernel::tensor ? tensor_pitch(slabs) : slabs);
  const index_t beside =
      sums + values + coefficients + set_group_static_bytes(question.element_size);
  index_t stages = (question.shared_bytes / 2 - 1024 - beside) / stage_bytes;
  if (stages < 2) stages = (question.shared_bytes - beside) / stage_bytes;
  shape.stages = static_cast<int>(std::min(stages, stages_at_most));
  shape.sums = shape.stages * stage_bytes;
  shape.class_values = shape.sums + sums;
  shape.coefficients = shape.class_values + values;
  shape.bytes = shape.coefficients + coefficients;
  return shape;
}

struct SetGroupChoice {
  index_t row = set_group_rows;  ///< a place in the table; set_group_rows: the general kernel
  index_t sets = 0;              ///< of a group, at most
};

/// Most sets that a launch of the kernel takes; 0: it cannot.
constexpr index_t most_sets(const SetGroupRow& row, const SetGroupQuestion& question) {
  const index_t size = question.element_size;
  if (question.layout != Layout::rows || !row.has(size) || question.features < 1 ||
      question.features > row.most_features(size))
    return 0;
  const index_t outputs_of_set = question.classes > 0 ? question.classes : 1;
  // At most: a target, a weight, an offset and a fold beside the features; each part is aligned.
  const index_t row_bytes = question.features * size + 3 * (size == 8 ? 8 : 4) + 4;
  index_t sets = std::min(row.most_outputs() / outputs_of_set, question.sets);
  for (; sets > 0; --sets) {
    const SetGroupShape one = set_group_shape(row, question, sets * outputs_of_set, 1, 1);
    const index_t stage_bytes = one.row_warps * row.rows() * row_bytes + 5 * 32;
    if (set_group_shape(row, question, sets * outputs_of_set, stage_bytes, 2).stages >= 2) break;
  }
  return sets;
}

/// The kernel that reads X the fewest times, of several the first; groups of equal size, if they
/// can be.
constexpr SetGroupChoice choose_set_group(const SetGroupQuestion& question) {
  SetGroupChoice choice;
  index_t fewest = question.sets + 1;
  for (index_t i = 0; i < set_group_rows; ++i) {
    const index_t most = most_sets(set_group_table[i], question);
    if (most < 1) continue;
    const index_t groups = (question.sets + most - 1) / most;
    if (groups >= fewest) continue;
    fewest = groups;
    choice = {i, (question.sets + groups - 1) / groups};
  }
  return choice;
}

}  // namespace batchgrad::cuda
