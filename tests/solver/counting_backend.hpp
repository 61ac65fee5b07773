#pragma once

#include <batchgrad/context.hpp>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "backend.hpp"

namespace batchgrad::test {

/// One read of samples.
struct Read {
  index_t rows = 0;  ///< of a batch; 0: all samples
  index_t sets = 0;
};

/// The reference backend, and what was read of data sets through it.
class CountingBackend final : public Backend {
 public:
  explicit CountingBackend(std::vector<Read>& reads) : reads_(reads) {}

  [[nodiscard]] std::string_view device() const override { return inner().device(); }
  [[nodiscard]] std::string description() const override { return inner().description(); }

#define BATCHGRAD_WITH_STORAGE(T)                                                             \
  [[nodiscard]] std::unique_ptr<LossSums<T>> loss_sums(const Samples<T>& samples) override {  \
    return std::make_unique<CountingSums<T>>(inner().loss_sums(samples), reads_);             \
  }                                                                                           \
  [[nodiscard]] std::unique_ptr<CurvatureSums<T>> curvature_sums(const Samples<T>& samples,   \
                                                                 const Loss& loss) override { \
    return inner().curvature_sums(samples, loss);                                             \
  }
  BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

  [[nodiscard]] std::unique_ptr<DerivativeKernel> derivative_kernel(
      const Expression& f, const detail::DerivativePlan& plan) override {
    return inner().derivative_kernel(f, plan);
  }
  [[nodiscard]] std::unique_ptr<DerivativeKernel> derivative_kernel(
      const Function& f, const detail::DerivativePlan& plan) override {
    return inner().derivative_kernel(f, plan);
  }
  void sampled_gradient(const SampledPiece<float>& piece) override {
    inner().sampled_gradient(piece);
  }
  void sampled_gradient(const SampledPiece<double>& piece) override {
    inner().sampled_gradient(piece);
  }
  void for_each_range(index_t items, const std::function<void(index_t, index_t)>& body) override {
    inner().for_each_range(items, body);
  }

 private:
  template <class T>
  class CountingSums final : public LossSums<T> {
   public:
    CountingSums(std::unique_ptr<LossSums<T>> inner, std::vector<Read>& reads)
        : inner_(std::move(inner)), reads_(reads) {}
    void evaluate(const ParameterSets<T>& sets, MatrixView<double> sums) override {
      reads_.push_back({0, sums.rows()});
      inner_->evaluate(sets, sums);
    }
    void evaluate_rows(VectorView<const index_t> rows, const ParameterSets<T>& sets,
                       MatrixView<double> sums) override {
      reads_.push_back({rows.size(), sums.rows()});
      inner_->evaluate_rows(rows, sets, sums);
    }

   private:
    std::unique_ptr<LossSums<T>> inner_;
    std::vector<Read>& reads_;
  };

  [[nodiscard]] Backend& inner() const { return reference_.backend(); }

  Context reference_ = Context::on("reference");
  std::vector<Read>& reads_;
};

}  // namespace batchgrad::test
