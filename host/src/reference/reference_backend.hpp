#pragma once

#include "backend.hpp"

namespace batchgrad::reference {

/// The specification: sequential, in double, loops as one would write them on paper.
class ReferenceBackend final : public Backend {
 public:
  [[nodiscard]] std::string_view device() const override { return "reference"; }
  [[nodiscard]] std::string description() const override {
    return "plain sequential loops in double, the specification of the other backends";
  }
  [[nodiscard]] std::unique_ptr<LossSums<float>> loss_sums(const Samples<float>& samples,
                                                           const Loss& loss) override;
  [[nodiscard]] std::unique_ptr<LossSums<double>> loss_sums(const Samples<double>& samples,
                                                            const Loss& loss) override;
  void gradient(const GradientTask<float>& task) override;
  void gradient(const GradientTask<double>& task) override;
  void for_each_range(index_t items, const std::function<void(index_t, index_t)>& body) override {
    body(0, items);
  }
};

}  // namespace batchgrad::reference
