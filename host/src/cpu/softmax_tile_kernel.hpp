#pragma once

// The part of block_sums_kernel.hpp, which includes this, for losses over classes.
#include <batchgrad/loss/softmax.hpp>

namespace batchgrad::cpu {
namespace BATCHGRAD_ISA {
namespace {

/// class_values[c][m] = x_m . w_c + b_c, with the rows of the tile as predict() takes them.
template <bool Centred, class T>
BATCHGRAD_HD void predict_classes(const BlockSumsTask<T>& task, index_t s, const Tile<T>& tile) {
  const auto& w = task.sets.coefficients;
  for_set_groups<most_sets>(
      task.sets.classes, 0, [&]<int Classes>(index_t c) __attribute__((always_inline)) {
        const index_t row = s * task.sets.classes + c;
        predict<Centred, Classes>(tile, {w.row(row).data(), w.row_stride()},
                                  &task.sets.intercepts[row],
                                  {task.class_values + c * class_stride, class_stride});
      });
}

/// Turns the predictions into derivatives, 0 where the set does not see the row and in the padding.
template <class T>
BATCHGRAD_HD void apply_softmax(const BlockSumsTask<T>& task, index_t s, Tile<T>& tile,
                                index_t first, double* held_out_loss) {
  const SoftmaxLoss loss{task.sets.classes};
  const auto clear = [&](index_t m) __attribute__((always_inline)) {
    tile.loss[m] = 0;
    for (index_t c = 0; c < loss.classes; ++c) task.class_values[c * class_stride + m] = 0;
  };
  for (index_t m = 0; m < tile.count; ++m) {
    tile.loss[m] =
        loss.evaluate(task.class_values + m, class_stride, static_cast<index_t>(tile.target[m]));
    if (!task.sets.holds_out(s, task.samples, first + m)) continue;
    *held_out_loss += tile.weight[m] * tile.loss[m];
    clear(m);
  }
  for (index_t m = tile.count; m < tile.padded_count; ++m) clear(m);
}

template <bool Centred, class T>
void add_classes(const BlockSumsTask<T>& task, index_t s, Tile<T>& tile, index_t first) {
  const index_t first_row = s * task.sets.classes;
  const auto extra_sums = [&](index_t row) __attribute__((always_inline)) {
    return task.sums.row(row).data() + tile.features;
  };
  predict_classes<Centred>(task, s, tile);
  apply_softmax(task, s, tile, first, extra_sums(first_row) + LossSumColumns::held_out_loss);
  for_set_groups<most_sets>(
      task.sets.classes, 0, [&]<int Classes>(index_t c) __attribute__((always_inline)) {
        for (int k = 0; k < Classes; ++k) {
          const double* values = task.class_values + (c + k) * class_stride;
          for (index_t m = 0; m < tile.padded_count; ++m) {
            tile.derivative[m] = values[m];
            if (c + k > 0) tile.loss[m] = 0;  // it is in the sums of the first row
          }
          add_losses(tile, extra_sums(first_row + c + k), tile.slope[k]);
        }
        add_gradients<Centred, Classes, T>(
            tile, {task.scratch + (first_row + c) * tile.features, tile.features});
      });
}

}  // namespace
}  // namespace BATCHGRAD_ISA
}  // namespace batchgrad::cpu
