// Matrices of second order over M samples of D features, P = D + 1.
//   operations = M P (P + 1): a product and a sum for each entry of one half; 2 M D more but for
//   gram bytes      = M D sizeof(T): X, counted once
// Each iteration also reads the same X once, untimed, with the plainest loop: where P is small that
// is the limit. On cuda the data stay on the device, and the limit is not measured here.
#include <batchgrad/curvature.hpp>

#include <benchmark/benchmark.h>
#include <string>
#include <vector>

#include "read_bandwidth.hpp"
#include "timing.hpp"

namespace batchgrad::bench {
namespace {

struct Shape {
  index_t samples;
  index_t features;
};

template <class T>
void curvature_rows(benchmark::State& state, const std::string& device, Curvature curvature,
                    const Shape& shape) {
  HugeArray<T> features(shape.samples * shape.features);
#pragma omp parallel for
  for (index_t i = 0; i < features.size(); ++i)
    features.data()[i] = static_cast<T>((i * 7919) % 1009) / T(1009);
  std::vector<T> target(static_cast<std::size_t>(shape.samples));
  for (std::size_t m = 0; m < target.size(); ++m) target[m] = static_cast<T>(m % 2);
  const Samples<T> samples{{features.data(), shape.samples, shape.features}, target, {}, {}, {}};
  auto context = Context::on(device);
  CurvatureEvaluator<T> evaluator(context, samples, LogisticLoss{});
  const index_t size = evaluator.parameter_count();
  const std::vector<T> parameters(static_cast<std::size_t>(size), T(0.01));
  std::vector<double> result(static_cast<std::size_t>(size * size));
  const auto evaluate = [&] { evaluator(curvature, parameters, {result.data(), size, size}); };
  evaluate();
  if (!(result.back() > 0)) state.SkipWithError("the sum of the factors is not positive");
  const auto bytes = features.size() * static_cast<index_t>(sizeof(T));
  std::vector<double> ours;
  std::vector<double> reading;
  for (auto _ : state) {
    ours.push_back(seconds(evaluate));
    state.SetIterationTime(ours.back());
    if (device == "cpu")
      reading.push_back(
          seconds([&] { benchmark::DoNotOptimize(read_once(features.data(), bytes)); }));
  }
  const double operations = static_cast<double>(shape.samples) * static_cast<double>(size) *
                            static_cast<double>(size + 1);
  state.counters["GFLOP/s"] = operations / median(ours) * 1e-9;
  state.counters["GB/s"] = static_cast<double>(bytes) / median(ours) * 1e-9;
  if (device == "cpu") state.counters["percent_of_read"] = 100 * median(reading) / median(ours);
}

template <class T>
void add_row(const std::string& device, Curvature curvature, const Shape& shape) {
  const std::string name =
      std::string("Curvature/") + (curvature == Curvature::gram ? "gram/" : "observed/") + device +
      (sizeof(T) == 4 ? "/f32" : "/f64") + "/samples:" + std::to_string(shape.samples) +
      "/features:" + std::to_string(shape.features);
  benchmark::RegisterBenchmark(
      name.c_str(),
      [=](benchmark::State& state) { curvature_rows<T>(state, device, curvature, shape); })
      ->UseManualTime()
      ->MinTime(1.0)
      ->Unit(benchmark::kMillisecond);
}

const bool registered = [] {
  for (const DeviceInfo& device : devices()) {
    if (!device.usable || device.name == "reference") continue;
    for (const Shape& shape : {Shape{4'000'000, 8}, Shape{1'000'000, 64}, Shape{65'536, 512}})
      for (const Curvature curvature : {Curvature::gram, Curvature::observed}) {
        add_row<float>(device.name, curvature, shape);
        add_row<double>(device.name, curvature, shape);
      }
  }
  return true;
}();

}  // namespace
}  // namespace batchgrad::bench
