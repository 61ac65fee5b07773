#include <algorithm>
#include <cstdint>
#include <vector>

#include "cuda/device_batch.hpp"
#include "cuda/device_descents.hpp"
#include "cuda/device_parameter_sets.hpp"
#include "cuda/device_samples.hpp"
#include "cuda/loss_kernel_choice.hpp"
#include "cuda/loss_sums.cuh"
#include "cuda/loss_sums.hpp"
#include "cuda/one_set_launch.hpp"
#include "cuda/runtime.hpp"
#include "cuda/set_group_choice.hpp"
#include "cuda/set_group_launch.hpp"
#include "cuda/softmax_sums.cuh"
#include "cuda/tree_sum.cuh"
#include "gathered_samples.hpp"

namespace batchgrad::cuda {
namespace {

constexpr index_t tile_bytes = 64 * 1024;  // of X in shared memory: three blocks a multiprocessor

template <class T>
class CudaLossSums final : public LossSums<T>, private DeviceSums {
 public:
  CudaLossSums(const Device& device, const Samples<T>& samples)
      : device_((device.select(), device)),
        host_(samples),
        features_(samples.feature_count()),
        blocks_(VirtualBlocks::of(samples.count(), features_, sizeof(T))),
        samples_(device, samples, blocks_, most_chunk_blocks(blocks_)) {
    if (samples_.capacity() >= blocks_.count) {
      resident_ = samples_.copy_blocks(0, blocks_.count, stream_);
      stream_.synchronize();
    }
  }

  void evaluate(const ParameterSets<T>& sets, MatrixView<double> sums) override {
    device_.select();
    add_all(sets_.copy(sets, stream_), sets);
    copy_back(sums);
  }

  void evaluate_rows(VectorView<const index_t> rows, const ParameterSets<T>& sets,
                     MatrixView<double> sums) override {
    device_.select();
    add_batch({rows, false}, sets_.copy(sets, stream_), sets);
    copy_back(sums);
  }

  [[nodiscard]] std::unique_ptr<Descents> descents(const DescentPlan& plan) override {
    return make_descents(*this, plan);
  }

 private:
  [[nodiscard]] index_t most_chunk_blocks(const VirtualBlocks& blocks) const {
    const index_t limit = device_.limits.most_chunk_blocks;
    return limit > 0 ? std::min(limit, blocks.count) : blocks.count;
  }

  [[nodiscard]] const Device& device() const override { return device_; }
  [[nodiscard]] const Stream& stream() const override { return stream_; }
  [[nodiscard]] bool are_resident() const override { return resident_.count() > 0; }

  const double* add_all(const DescentTask& task, const DescentGroup& group,
                        index_t classes) override {
    const ParameterSets<T> parameters = sets_.round(task, group, classes, stream_);
    add_all(group.on_device(parameters), group.on_host(parameters));
    return totals_.data();
  }

  const double* add_batch(const DescentTask& task, const DescentGroup& group, index_t classes,
                          const BatchRows& batch) override {
    const ParameterSets<T> parameters = sets_.round(task, group, classes, stream_);
    ParameterSets<T> of_device = group.on_device(parameters);
    ParameterSets<T> of_host = group.on_host(parameters);
    of_device.held_out = of_host.held_out = {};
    add_batch(batch, of_device, of_host);
    return totals_.data();
  }

  // Of the sets here, those of the host say which kernels are launched, those of the device are
  // what these read.

  void add_all(const ParameterSets<T>& of_device, const ParameterSets<T>& of_host) {
    add_samples(resident_, samples_, blocks_, of_device, of_host);
  }

  void add_batch(const BatchRows& batch, const ParameterSets<T>& of_device,
                 const ParameterSets<T>& of_host) {
    const auto blocks = VirtualBlocks::of(batch.rows.size(), features_, sizeof(T));
    if (are_resident()) {
      add_samples(batch_.gather(device_, resident_, batch, stream_), samples_, blocks, of_device,
                  of_host);
    } else {
      const Samples<T> gathered = host_batch_.gather(host_, batch.rows);
      add_samples({}, {device_, gathered, blocks, most_chunk_blocks(blocks)}, blocks, of_device,
                  of_host);
      stream_.synchronize();  // what was gathered, and where it was copied to, is used again
    }
  }

  /// Leaves the sums in totals_. Of `resident` where it has samples, otherwise of what `streamed`
  /// copies piece by piece.
  void add_samples(const Samples<T>& resident, const DeviceSamples<T>& streamed,
                   const VirtualBlocks& blocks, const ParameterSets<T>& of_device,
                   const ParameterSets<T>& of_host) {
    const index_t width = of_host.rows() * (features_ + LossSumColumns::count);
    partials_.reserve(blocks.count * width);
    totals_.reserve(width);
    LossSumsTask<T> task{resident, of_device, blocks, 0, blocks.count, partials_.data(), 0};
    if (resident.count() > 0) {
      launch_blocks(task, of_host);
    } else {
      for (; task.first_block < blocks.count; task.first_block += streamed.capacity()) {
        task.block_count = std::min(streamed.capacity(), blocks.count - task.first_block);
        task.samples = streamed.copy_blocks(task.first_block, task.block_count, stream_);
        launch_blocks(task, of_host);
      }
    }
    const index_t columns = (width + tree_sum_columns - 1) / tree_sum_columns;
    launch_kernel(tree_sum_kernel, {columns, tree_sum_threads}, stream_, partials_.data(),
                  totals_.data(), blocks.count, width);
  }

  void copy_back(MatrixView<double> sums) {
    copy_rows_to_host(sums, totals_.data(), stream_);
    stream_.synchronize();
  }

  /// `sets` are of the host, those of the task of the device.
  void launch_blocks(const LossSumsTask<T>& task, const ParameterSets<T>& sets) {
    const index_t chosen = choose_loss_kernel({features_, sizeof(T), is_aligned(task.samples),
                                               device_.shared_bytes_block, sets.count(),
                                               sets.classes, task.samples.features.layout()});
    if (chosen < loss_kernel_rows) {
      launch_one_set(chosen, device_, one_set(task, sets), stream_);
      return;
    }
    const SetGroupChoice groups =
        choose_set_group({features_, sizeof(T), sets.count(), sets.classes,
                          device_.shared_bytes_block, task.samples.features.layout()});
    if (groups.row < set_group_rows)
      launch_groups(groups, task);
    else
      launch_general(task);
  }

  /// A read of X for each group of sets.
  void launch_groups(const SetGroupChoice& groups, const LossSumsTask<T>& task) {
    constexpr index_t piece = sizeof(T) == 8 ? 2 : 4;
    const index_t rows_per_set = task.sets.rows_per_set();
    SetGroupTask<T> group{{task.samples, task.blocks, task.first_block, task.block_count},
                          {},
                          is_aligned(task.samples) && features_ % piece == 0,
                          task.sets.rows(),
                          task.partials};
    if (task.sets.held_out.empty()) group.samples.fold = {};
    for (index_t first = 0; first < task.sets.count(); first += groups.sets) {
      const index_t count = std::min(groups.sets, task.sets.count() - first);
      group.sets = sets_range(task.sets, first, count);
      launch_set_group(groups.row, device_, group, stream_);
      group.partials += count * rows_per_set * group.width();
    }
  }

  static ParameterSets<T> sets_range(const ParameterSets<T>& sets, index_t first, index_t count) {
    const index_t rows = sets.rows_per_set();
    const auto range = [](auto view, index_t begin, index_t size) {
      return view.empty() ? view : decltype(view)(view.data() + begin, size);
    };
    return {sets.coefficients.row_range(first * rows, count * rows),
            range(sets.intercepts, first * rows, count * rows), range(sets.losses, first, count),
            range(sets.held_out, first, count), sets.classes};
  }

  static bool is_aligned(const Samples<T>& samples) {
    const auto address = [](const auto& view) {
      return reinterpret_cast<std::uintptr_t>(view.data());
    };
    std::uintptr_t all = address(samples.features) | address(samples.target) |
                         address(samples.weight) | address(samples.offset) |
                         address(samples.centre) | address(samples.fold);
    if (samples.features.layout() == Layout::columns)
      all |= static_cast<std::uintptr_t>(samples.features.stride()) * sizeof(T);
    return all % 16 == 0;
  }

  static OneSetTask<T> one_set(const LossSumsTask<T>& task, const ParameterSets<T>& sets) {
    const bool sees_all = sets.held_out.empty();
    OneSetTask<T> one{{task.samples, task.blocks, task.first_block, task.block_count},
                      task.sets.coefficients.data(),
                      task.sets.intercepts.data(),
                      sets.losses[0],
                      sees_all ? no_fold : sets.held_out[0],
                      task.partials};
    if (sees_all) one.samples.fold = {};
    return one;
  }

  void launch_general(LossSumsTask<T> task) {
    const index_t classes = task.sets.classes;
    const auto row_bytes = std::max<index_t>(features_, 1) * static_cast<index_t>(sizeof(T));
    const index_t class_bytes = class_values_bytes(classes, 1);
    constexpr index_t static_bytes = 8 * (loss_sums_tile_rows + loss_sums_threads) + 1024;
    const bool fits = row_bytes + class_bytes + static_bytes <= device_.shared_bytes_block;
    const index_t staged_bytes = (fits ? row_bytes : 0) + class_bytes;
    index_t rows = std::clamp<index_t>(
        staged_bytes > 0 ? tile_bytes / staged_bytes : loss_sums_tile_rows, 1, loss_sums_tile_rows);
    constexpr index_t aligned = sizeof(T) < 4 ? 8 : 4;  // rows of any width are 16 bytes times n
    if (rows > aligned) rows -= rows % aligned;
    task.tile_rows = rows;
    const auto kernel =
        classes > 0
            ? (fits ? softmax_sums_kernel<T, Staging::shared>
                    : softmax_sums_kernel<T, Staging::none>)
            : (fits ? loss_sums_kernel<T, Staging::shared> : loss_sums_kernel<T, Staging::none>);
    const index_t shared_bytes = class_values_bytes(classes, rows) + (fits ? rows * row_bytes : 0);
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(shared_bytes)));
    const index_t wanted = std::min(task.block_count, index_t{device_.processors} * 3);
    launch_kernel(kernel, {device_.grid_size(wanted), loss_sums_threads, shared_bytes}, stream_,
                  task);
  }

  Device device_;
  Samples<T> host_;
  index_t features_;
  VirtualBlocks blocks_;
  Stream stream_;
  DeviceSamples<T> samples_;
  Samples<T> resident_;  // of the device; empty where not all of it fits
  DeviceBatch<T> batch_;
  detail::GatheredSamples<T> host_batch_;
  DeviceParameterSets<T> sets_;
  DeviceBuffer<double> partials_;
  DeviceBuffer<double> totals_;
};

}  // namespace

#define BATCHGRAD_WITH_STORAGE(T)                                                                \
  std::unique_ptr<LossSums<T>> make_loss_sums(const Device& device, const Samples<T>& samples) { \
    return std::make_unique<CudaLossSums<T>>(device, samples);                                   \
  }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cuda
