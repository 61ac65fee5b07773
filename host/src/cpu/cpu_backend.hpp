#pragma once

#include "backend.hpp"
#include "cpu/instruction_set.hpp"

namespace batchgrad::cpu {

/// All cores, with the widest vectors of the processor.
class CpuBackend final : public Backend {
 public:
  /// 0 threads: all that the process may use.
  explicit CpuBackend(int threads);
  CpuBackend(int threads, const InstructionSet& instruction_set);

  [[nodiscard]] std::string_view device() const override { return "cpu"; }
  [[nodiscard]] std::string description() const override;
  [[nodiscard]] std::unique_ptr<LossSums<float>> loss_sums(const Samples<float>& samples,
                                                           const Loss& loss) override;
  [[nodiscard]] std::unique_ptr<LossSums<double>> loss_sums(const Samples<double>& samples,
                                                            const Loss& loss) override;
  void gradient(const GradientTask<float>& task) override;
  void gradient(const GradientTask<double>& task) override;
  void for_each_range(index_t items, const std::function<void(index_t, index_t)>& body) override;

 private:
  int threads_;
  InstructionSet instruction_set_;
};

}  // namespace batchgrad::cpu
