#include <batchgrad/core/reduce.hpp>

#include <algorithm>
#include <vector>

#include "cpu/aligned_rows.hpp"
#include "cpu/cpu_backend.hpp"
#include "cpu/parallel.hpp"
#include "gathered_samples.hpp"

namespace batchgrad::cpu {
namespace {

/// Virtual blocks in parallel, each with its own row of partial sums; then the fixed tree.
template <class T>
class CpuLossSums final : public LossSums<T> {
 public:
  CpuLossSums(const Samples<T>& samples, int threads, const InstructionSet& instruction_set)
      : samples_(samples), threads_(threads), instruction_set_(instruction_set) {}

  void evaluate(const ParameterSets<T>& sets, MatrixView<double> sums) override {
    add_samples(samples_, sets, sums);
  }

  /// The rows are brought together first: one by one they would be read no faster.
  void evaluate_rows(VectorView<const index_t> rows, const ParameterSets<T>& sets,
                     MatrixView<double> sums) override {
    add_samples(batch_.gather(samples_, rows), sets, sums);
  }

 private:
  void add_samples(const Samples<T>& samples, const ParameterSets<T>& sets,
                   MatrixView<double> sums) {
    const auto blocks = VirtualBlocks::of(samples.count(), samples.feature_count(), sizeof(T));
    const index_t columns = sums.columns();
    const index_t width = sets.rows() * columns;
    ParameterSets<T> aligned = sets;
    aligned.coefficients = align(sets.coefficients);
    partials_.resize(static_cast<std::size_t>(blocks.count * width));
    gradients_.reserve(threads_, sets.rows() * samples.feature_count());
    class_values_.reserve(threads_, class_values_size(sets.classes));
    rows_.reserve(threads_, rows_size(samples.features));
    sums_.reserve(threads_, width);
    parallel_for(blocks.count, threads_, [&](index_t b, int thread) {
      double* block = sums_.row(thread);
      instruction_set_.block_sums({samples, aligned, blocks.first(b), blocks.last(b),
                                   gradients_.row(thread), class_values_.row(thread),
                                   rows_.row(thread),
                                   MatrixView<double>(block, sets.rows(), columns)});
      std::copy_n(block, width, partials_.data() + b * width);
    });
    constexpr index_t grain = 256;  // columns: 2 KiB of each block's row at a time
    parallel_ranges(width, grain, threads_, [&](index_t first, index_t last) {
      tree_sum(partials_.data() + first, blocks.count, width, last - first);
    });
    for (index_t row = 0; row < sets.rows(); ++row)
      std::copy_n(partials_.data() + row * columns, columns, sums.row(row).data());
  }

  MatrixView<const computing_t<T>> align(MatrixView<const computing_t<T>> coefficients) {
    coefficients_.reserve(coefficients.rows(), coefficients.columns());
    for (index_t s = 0; s < coefficients.rows(); ++s)
      std::copy_n(coefficients.row(s).data(), coefficients.columns(), coefficients_.row(s));
    return {coefficients_.row(0), coefficients.rows(), coefficients.columns(),
            coefficients_.stride()};
  }

  Samples<T> samples_;
  detail::GatheredSamples<T> batch_;
  int threads_;
  InstructionSet instruction_set_;
  std::vector<double> partials_;
  AlignedRows<computing_t<T>> coefficients_;  // one row for each of the sets'
  AlignedRows<computing_t<T>> gradients_;     // one row a thread
  AlignedRows<double> class_values_;          // one row a thread
  AlignedRows<T> rows_;                       // one row a thread
  AlignedRows<double> sums_;                  // one row a thread
};

}  // namespace

#define BATCHGRAD_WITH_STORAGE(T)                                                 \
  std::unique_ptr<LossSums<T>> CpuBackend::loss_sums(const Samples<T>& samples) { \
    return std::make_unique<CpuLossSums<T>>(samples, threads_, instruction_set_); \
  }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cpu
