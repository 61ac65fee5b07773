#pragma once

#include "backend.hpp"
#include "cpu/instruction_set.hpp"
#include "function_derivative.hpp"

namespace batchgrad::cpu {

/// All cores, with the widest vectors of the processor.
class CpuBackend final : public Backend {
 public:
  /// 0 threads: all that the process may use.
  explicit CpuBackend(int threads);
  CpuBackend(int threads, const InstructionSet& instruction_set);

  [[nodiscard]] std::string_view device() const override { return "cpu"; }
  [[nodiscard]] std::string description() const override;
#define BATCHGRAD_WITH_STORAGE(T)                                                           \
  [[nodiscard]] std::unique_ptr<LossSums<T>> loss_sums(const Samples<T>& samples) override; \
  [[nodiscard]] std::unique_ptr<CurvatureSums<T>> curvature_sums(const Samples<T>& samples, \
                                                                 const Loss& loss) override;
  BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE
  [[nodiscard]] std::unique_ptr<DerivativeKernel> derivative_kernel(
      const Expression& f, const detail::DerivativePlan& plan) override;
  [[nodiscard]] std::unique_ptr<DerivativeKernel> derivative_kernel(
      const Function& f, const detail::DerivativePlan& plan) override {
    return detail::make_function_kernel(*this, f, plan);
  }
  void sampled_gradient(const SampledPiece<float>& piece) override;
  void sampled_gradient(const SampledPiece<double>& piece) override;
  void for_each_range(index_t items, const std::function<void(index_t, index_t)>& body) override;

 private:
  int threads_;
  InstructionSet instruction_set_;
};

}  // namespace batchgrad::cpu
