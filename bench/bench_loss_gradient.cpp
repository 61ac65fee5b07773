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

index_t class_count(const Loss&) { return 1; }
index_t class_count(const SoftmaxLoss& loss) { return loss.classes; }
TargetDomain domain_of(const Loss& loss) { return target_domain(loss); }
TargetDomain domain_of(const SoftmaxLoss&) { return TargetDomain::not_negative; }
std::string name_of(const Loss& loss) { return std::string(loss_name(loss)); }
std::string name_of(const SoftmaxLoss& loss) { return "softmax:" + std::to_string(loss.classes); }

template <class T>
struct Problem {
  HugeArray<T> features;
  std::vector<computing_t<T>> target;
  std::vector<computing_t<T>> parameters;
  Samples<T> samples;

  /// A parameter set has a block for each class; 1: of a scalar loss, with targets 0 and 1, or 1
  /// and 2 where they must be positive.
  Problem(const Shape& shape, index_t classes, TargetDomain domain)
      : features(shape.samples * shape.features),
        target(static_cast<std::size_t>(shape.samples)),
        parameters(static_cast<std::size_t>(shape.sets * classes * (shape.features + 1)),
                   static_cast<computing_t<T>>(0.01)) {
#pragma omp parallel for
    for (index_t i = 0; i < features.size(); ++i)
      features.data()[i] = static_cast<T>(static_cast<double>((i * 7919) % 1009) / 1009);
    const auto labels = static_cast<std::size_t>(classes > 1 ? classes : 2);
    const std::size_t least = domain == TargetDomain::positive ? 1 : 0;
    for (std::size_t m = 0; m < target.size(); ++m)
      target[m] = static_cast<computing_t<T>>(least + m % labels);
    samples.features = {features.data(), shape.samples, shape.features};
    samples.target = target;
  }
  [[nodiscard]] index_t bytes() const { return features.size() * static_cast<index_t>(sizeof(T)); }
};

enum class Residence { kernel, end_to_end };

template <class T, class L>
void loss_gradient_rows(benchmark::State& state, const std::string& device, const L& loss,
                        const Shape& shape, Residence residence) {
  const Problem<T> problem(shape, class_count(loss), domain_of(loss));
  auto context = Context::on(device);
  LossEvaluator<T> evaluator(context, problem.samples, loss);
  std::vector<double> objective(static_cast<std::size_t>(shape.sets));
  std::vector<double> gradient(problem.parameters.size());
  const index_t width = class_count(loss) * (shape.features + 1);
  const LossGradient result{objective, {gradient.data(), shape.sets, width}, {}};
  const MatrixView<const computing_t<T>> parameters(problem.parameters.data(), shape.sets, width);
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
constexpr const char* storage_name = sizeof(T) == 8 ? "f64" : "f32";
template <>
constexpr const char* storage_name<Bfloat16> = "bf16";
template <>
constexpr const char* storage_name<Float16> = "f16";

template <class T, class L = Loss>
void add_row(const std::string& device, const L& loss, const Shape& shape, Residence residence) {
  std::string name = "LossGradient/" + name_of(loss) + "/" + device + "/" + storage_name<T> +
                     "/samples:" + std::to_string(shape.samples) +
                     "/features:" + std::to_string(shape.features) +
                     "/sets:" + std::to_string(shape.sets);
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
        add_row<Bfloat16>(device.name, parse_loss(loss), shape, Residence::kernel);
        add_row<Float16>(device.name, parse_loss(loss), shape, Residence::kernel);
      }
      if (device.name.starts_with("cuda"))
        add_row<float>(device.name, parse_loss("squared"), shape, Residence::end_to_end);
    }
    for (const auto name : loss_names())
      if (name != "squared" && name != "logistic")
        add_row<float>(device.name, parse_loss(name), {1'000'000, 64, 1}, Residence::kernel);
    add_row<float>(device.name, SoftmaxLoss{10}, {1'000'000, 64, 1}, Residence::kernel);
  }
  return true;
}();

}  // namespace
}  // namespace batchgrad::bench
