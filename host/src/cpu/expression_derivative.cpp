#include <algorithm>
#include <memory>
#include <type_traits>
#include <vector>

#include "cpu/cpu_backend.hpp"
#include "cpu/forward_worker.hpp"
#include "cpu/parallel.hpp"

namespace batchgrad::cpu {
namespace {

/// Differences in the type of the points.
class NativeWorker {
 public:
  explicit NativeWorker(const DerivativeTask& task) : doubles_(task), floats_(task) {}

  void operator()(const DerivativeBatch<double>& batch) { doubles_(batch); }
  void operator()(const DerivativeBatch<float>& batch) { floats_(batch); }

 private:
  DifferenceWorker<double> doubles_;
  DifferenceWorker<float> floats_;
};

/// Ranges of points in parallel, each thread with a worker of its own that lasts as long as this.
template <class Worker>
class ExpressionKernel final : public DerivativeKernel {
 public:
  ExpressionKernel(const Expression& f, const detail::DerivativePlan& plan, int threads,
                   const InstructionSet& instruction_set)
      : plan_(plan),
        programs_(detail::make_programs(f, plan)),
        columns_(plan.is_difference() ? detail::make_column_programs(programs_.values)
                                      : detail::ColumnPrograms{}),
        instruction_set_(instruction_set),
        workers_(static_cast<std::size_t>(threads)) {}

  void evaluate(MatrixView<const double> points, const DerivativeOutput<double>& output) override {
    run(points, output);
  }
  void evaluate(MatrixView<const float> points, const DerivativeOutput<float>& output) override {
    run(points, output);
  }

 private:
  template <class T>
  void run(MatrixView<const T> points, const DerivativeOutput<T>& output) {
    const index_t grain = points_per_range();
    const index_t ranges = (points.rows() + grain - 1) / grain;
    parallel_for(ranges, static_cast<int>(workers_.size()), [&](index_t range, int thread) {
      auto& worker = workers_[static_cast<std::size_t>(thread)];
      if (!worker) worker = std::make_unique<Worker>(task());
      const index_t first = range * grain;
      (*worker)(DerivativeBatch<T>{points, output, first, std::min(first + grain, points.rows())});
    });
  }

  [[nodiscard]] DerivativeTask task() const {
    return {plan_, programs_, columns_, instruction_set_};
  }

  /// Some ten microseconds of work: long enough to hide what a range costs by itself.
  [[nodiscard]] index_t points_per_range() const {
    constexpr index_t operations = 32 * 1024;
    const auto& program = plan_.method == Method::symbolic ? programs_.symbolic : programs_.values;
    const index_t runs = plan_.method == Method::symbolic ? 1 : plan_.column_count() + 1;
    const auto cost = static_cast<index_t>(program.instructions.size()) * runs;
    return std::clamp<index_t>(operations / std::max<index_t>(cost, 1), 16, 4096);
  }

  detail::DerivativePlan plan_;
  detail::DerivativePrograms programs_;
  detail::ColumnPrograms columns_;
  InstructionSet instruction_set_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace

std::unique_ptr<DerivativeKernel> CpuBackend::derivative_kernel(
    const Expression& f, const detail::DerivativePlan& plan) {
  const auto make = [&]<class Worker>(std::type_identity<Worker>) {
    return std::make_unique<ExpressionKernel<Worker>>(f, plan, threads_, instruction_set_);
  };
  if (plan.method == Method::symbolic) return make(std::type_identity<SymbolicWorker>());
  if (plan.method == Method::forward_ad) return make(std::type_identity<ForwardWorker>());
  if (plan.arithmetic == Arithmetic::native) return make(std::type_identity<NativeWorker>());
  return make(std::type_identity<DifferenceWorker<double>>());
}

}  // namespace batchgrad::cpu
