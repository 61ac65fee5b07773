#include <batchgrad/core/reduce.hpp>

#include <algorithm>
#include <vector>

#include "cpu/aligned_rows.hpp"
#include "cpu/cpu_backend.hpp"
#include "cpu/parallel.hpp"

namespace batchgrad::cpu {
namespace {

/// Virtual blocks in parallel, each with its own row of partial sums; then the fixed tree.
template <class T>
class CpuLossSums final : public LossSums<T> {
 public:
  CpuLossSums(const Samples<T>& samples, const Loss& loss, int threads,
              const InstructionSet& instruction_set)
      : samples_(samples),
        loss_(std::visit([](const auto& l) { return AnyLoss(l); }, loss)),
        blocks_(VirtualBlocks::of(samples.count(), samples.feature_count(), sizeof(T))),
        threads_(threads),
        instruction_set_(instruction_set) {}

  void evaluate(MatrixView<const T> coefficients, VectorView<const T> intercepts,
                MatrixView<double> sums) override {
    const index_t sets = sums.rows();
    const index_t columns = sums.columns();
    const index_t width = sets * columns;
    const auto aligned = align(coefficients);
    partials_.resize(static_cast<std::size_t>(blocks_.count * width));
    gradients_.reserve(threads_, sets * samples_.feature_count());
    sums_.reserve(threads_, width);
    parallel_for(blocks_.count, threads_, [&](index_t b, int thread) {
      double* block = sums_.row(thread);
      instruction_set_.block_sums({samples_, loss_, aligned, intercepts, blocks_.first(b),
                                   blocks_.last(b), gradients_.row(thread),
                                   MatrixView<double>(block, sets, columns)});
      std::copy_n(block, width, partials_.data() + b * width);
    });
    constexpr index_t grain = 256;  // columns: 2 KiB of each block's row at a time
    parallel_ranges(width, grain, threads_, [&](index_t first, index_t last) {
      tree_sum(partials_.data() + first, blocks_.count, width, last - first);
    });
    for (index_t s = 0; s < sets; ++s)
      std::copy_n(partials_.data() + s * columns, columns, sums.row(s).data());
  }

 private:
  MatrixView<const T> align(MatrixView<const T> coefficients) {
    coefficients_.reserve(coefficients.rows(), coefficients.columns());
    for (index_t s = 0; s < coefficients.rows(); ++s)
      std::copy_n(coefficients.row(s).data(), coefficients.columns(), coefficients_.row(s));
    return {coefficients_.row(0), coefficients.rows(), coefficients.columns(),
            coefficients_.stride()};
  }

  Samples<T> samples_;
  AnyLoss loss_;
  VirtualBlocks blocks_;
  int threads_;
  InstructionSet instruction_set_;
  std::vector<double> partials_;
  AlignedRows<T> coefficients_;  // one row a set
  AlignedRows<T> gradients_;     // one row a thread
  AlignedRows<double> sums_;     // one row a thread
};

}  // namespace

std::unique_ptr<LossSums<float>> CpuBackend::loss_sums(const Samples<float>& samples,
                                                       const Loss& loss) {
  return std::make_unique<CpuLossSums<float>>(samples, loss, threads_, instruction_set_);
}
std::unique_ptr<LossSums<double>> CpuBackend::loss_sums(const Samples<double>& samples,
                                                        const Loss& loss) {
  return std::make_unique<CpuLossSums<double>>(samples, loss, threads_, instruction_set_);
}

}  // namespace batchgrad::cpu
