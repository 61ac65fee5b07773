// Loss and gradient of S parameter sets over M samples of D features.
//   bytes = M D sizeof(T): X, counted once, whatever is read again or beside it
// Each iteration also reads the same X once, untimed, with the plainest loop: GB/s and the share of
// that limit come from medians of the same run, turn by turn. On cuda `kernel` rows keep the data
// on the device, `end_to_end` rows copy it there each time; their limit is not measured here.
#include <batchgrad/loss_gradient.hpp>

#include <benchmark/benchmark.h>
#include <map>
#include <string>
#include <vector>

#include "read_bandwidth.hpp"

namespace batchgrad::bench {
namespace {

struct Shape {
  index_t samples;
  index_t features;
  index_t sets;
};

template <class T>
struct Problem {
  HugeArray<T> features;
  std::vector<T> target;
  std::vector<T> parameters;
  Samples<T> samples;

  explicit Problem(const Shape& shape)
      : features(shape.samples * shape.features),
        target(static_cast<std::size_t>(shape.samples)),
        parameters(static_cast<std::size_t>(shape.sets * (shape.features + 1)), T(0.01)) {
#pragma omp parallel for
    for (index_t i = 0; i < features.size(); ++i)
      features.data()[i] = static_cast<T>((i * 7919) % 1009) / T(1009);
    for (std::size_t m = 0; m < target.size(); ++m) target[m] = static_cast<T>(m % 2);
    samples.features = {features.data(), shape.samples, shape.features};
    samples.target = target;
  }
  [[nodiscard]] index_t bytes() const { return features.size() * static_cast<index_t>(sizeof(T)); }
};

enum class Residence { kernel, end_to_end };

template <class T>
void loss_gradient_rows(benchmark::State& state, const std::string& device, const Loss& loss,
                        const Shape& shape, Residence residence) {
  const Problem<T> problem(shape);
  auto context = Context::on(device);
  LossEvaluator<T> evaluator(context, problem.samples, loss);
  std::vector<double> objective(static_cast<std::size_t>(shape.sets));
  std::vector<double> gradient(problem.parameters.size());
  const index_t width = shape.features + 1;
  const LossGradient result{objective, {gradient.data(), shape.sets, width}, {}};
  const MatrixView<const T> parameters(problem.parameters.data(), shape.sets, width);
  const bool is_host = device == "cpu" || device == "reference";

  evaluator(parameters, result);
  std::vector<double> ours;
  std::vector<double> reading;
  for (auto _ : state) {
    ours.push_back(seconds([&] {
      if (residence == Residence::kernel)
        evaluator(parameters, result);
      else
        loss_gradient<T>(context, problem.samples, loss, parameters, result);
    }));
    state.SetIterationTime(ours.back());
    if (is_host)
      reading.push_back(seconds(
          [&] { benchmark::DoNotOptimize(read_once(problem.features.data(), problem.bytes())); }));
  }
  const auto bytes = static_cast<double>(problem.bytes());
  state.counters["GB/s"] = bytes / median(ours) * 1e-9;
  state.counters["rows/s"] = static_cast<double>(shape.samples) / median(ours);
  if (!is_host) return;
  state.counters["read_GB/s"] = bytes / median(reading) * 1e-9;
  state.counters["percent_of_read"] = 100 * median(reading) / median(ours);
}

template <class T>
void add_row(const std::string& device, const Loss& loss, const Shape& shape, Residence residence) {
  std::string name =
      "LossGradient/" + std::string(loss_name(loss)) + "/" + device +
      (sizeof(T) == 4 ? "/f32" : "/f64") + "/samples:" + std::to_string(shape.samples) +
      "/features:" + std::to_string(shape.features) + "/sets:" + std::to_string(shape.sets);
  if (device.starts_with("cuda"))
    name += residence == Residence::kernel ? "/kernel" : "/end_to_end";
  benchmark::RegisterBenchmark(name.c_str(),
                               [=](benchmark::State& state) {
                                 loss_gradient_rows<T>(state, device, loss, shape, residence);
                               })
      ->UseManualTime()
      ->MinTime(1.0)
      ->Unit(benchmark::kMillisecond);
}

const bool registered = [] {
  for (const DeviceInfo& device : devices()) {
    if (!device.usable || device.name == "reference") continue;
    for (const Shape& shape :
         {Shape{16'000'000, 4, 1}, Shape{4'000'000, 16, 1}, Shape{1'000'000, 64, 1},
          Shape{262'144, 256, 1}, Shape{65'536, 1024, 1}, Shape{1'000'000, 64, 8}}) {
      for (const char* loss : {"squared", "logistic"}) {
        add_row<float>(device.name, parse_loss(loss), shape, Residence::kernel);
        add_row<double>(device.name, parse_loss(loss), shape, Residence::kernel);
      }
      if (device.name.starts_with("cuda"))
        add_row<float>(device.name, SquaredLoss{}, shape, Residence::end_to_end);
    }
    for (const auto name : loss_names())
      if (name != "squared" && name != "logistic")
        add_row<float>(device.name, parse_loss(name), {1'000'000, 64, 1}, Residence::kernel);
  }
  return true;
}();

}  // namespace
}  // namespace batchgrad::bench
