#include <algorithm>
#include <vector>

#include "cpu/aligned_rows.hpp"
#include "cpu/cpu_backend.hpp"
#include "cpu/parallel.hpp"

namespace batchgrad::cpu {
namespace {

/// Virtual blocks in parallel, each with its own partial sums; where there are fewer blocks than
/// threads, the rows of the matrix are dealt out as well. Every entry adds the samples of a block
/// in their order, whoever does it; then comes the fixed tree.
template <class T>
class CpuCurvatureSums final : public CurvatureSums<T> {
 public:
  CpuCurvatureSums(const Samples<T>& samples, const Loss& loss, int threads,
                   const InstructionSet& instruction_set)
      : samples_(samples),
        loss_(std::visit([](const auto& l) { return AnyLoss(l); }, loss)),
        tiles_(CurvatureTiles::of(samples.feature_count())),
        blocks_(curvature_blocks(samples.count(), samples.feature_count(), sizeof(T))),
        threads_(threads),
        instruction_set_(instruction_set) {}

  void evaluate(Curvature curvature, VectorView<const computing_t<T>> coefficients,
                computing_t<T> intercept, MatrixView<double> sums) override {
    constexpr index_t side = CurvatureTiles::side;
    const index_t padded = tiles_.strips * side;
    coefficients_.reserve(1, padded);
    std::fill_n(coefficients_.row(0), padded, computing_t<T>(0));
    std::copy(coefficients.begin(), coefficients.end(), coefficients_.row(0));
    partials_.reserve(blocks_.count, tiles_.size());
    scratch_.reserve(threads_, 2 * tiles_.strips * CurvatureTiles::strip_size);
    const bool by_rows = samples_.features.layout() == Layout::rows;
    rows_.reserve(threads_, by_rows ? 0 : CurvatureTiles::most_rows * samples_.feature_count());
    const index_t shares =
        std::min(tiles_.strips, (2 * threads_ + blocks_.count - 1) / blocks_.count);
    parallel_for(blocks_.count * shares, threads_, [&](index_t item, int thread) {
      const index_t b = item / shares;
      instruction_set_.curvature_block({samples_, loss_, curvature, coefficients_.row(0),
                                        static_cast<double>(intercept), blocks_.first(b),
                                        blocks_.last(b), item % shares, shares,
                                        scratch_.row(thread), rows_.row(thread), partials_.row(b)});
    });
    constexpr index_t grain = 256;  // doubles: 2 KiB of each block's partial sums at a time
    parallel_ranges(tiles_.size(), grain, threads_, [&](index_t first, index_t last) {
      tree_sum(partials_.row(0) + first, blocks_.count, partials_.stride(), last - first);
    });
    for (index_t i = 0; i < sums.rows(); ++i)
      for (index_t j = i; j < sums.columns(); ++j)
        sums(i, j) = sums(j, i) =
            partials_.row(0)[tiles_.offset(i / side, j / side) + i % side * side + j % side];
  }

 private:
  Samples<T> samples_;
  AnyLoss loss_;
  CurvatureTiles tiles_;
  VirtualBlocks blocks_;
  int threads_;
  InstructionSet instruction_set_;
  AlignedRows<computing_t<T>> coefficients_;
  AlignedRows<computing_t<T>> scratch_;  // one row a thread
  AlignedRows<T> rows_;                  // one row a thread
  AlignedRows<double> partials_;         // one row a block
};

}  // namespace

#define BATCHGRAD_WITH_STORAGE(T)                                                            \
  std::unique_ptr<CurvatureSums<T>> CpuBackend::curvature_sums(const Samples<T>& samples,    \
                                                               const Loss& loss) {           \
    return std::make_unique<CpuCurvatureSums<T>>(samples, loss, threads_, instruction_set_); \
  }
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cpu
