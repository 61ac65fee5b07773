// Loss and gradient of S parameter sets over M samples of D features.
//   bytes = M D sizeof(T): X, counted once, whatever is read again or beside it
// Each iteration also reads the same X once, untimed, with the plainest loop: GB/s and the share of
// that limit come from medians of the same run, turn by turn. On cuda `kernel` rows keep the data
// on the device, as many copies of X in turn as its cache does not hold; `warm` rows one copy that
// it holds; `end_to_end` rows copy X there each time. Their limit is measured by bench_ceilings.
// Before a row is timed, its gradient is held against that of another backend.
#include <batchgrad/loss_gradient.hpp>

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cmath>
#include <string>
#include <vector>

#include "read_bandwidth.hpp"
#include "timing.hpp"

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
#pragma omp parallel for
    for (std::size_t m = 0; m < target.size(); ++m)
      target[m] = static_cast<computing_t<T>>(least + m % labels);
    samples.features = {features.data(), shape.samples, shape.features};
    samples.target = target;
  }
  [[nodiscard]] index_t bytes() const { return features.size() * static_cast<index_t>(sizeof(T)); }
};

enum class Residence { kernel, warm, end_to_end };

/// One evaluation's results; NaN where nothing was written.
struct Results {
  std::vector<double> objective;
  std::vector<double> gradient;
  std::vector<double> derivative_rms;

  Results(index_t sets, index_t width)
      : objective(static_cast<std::size_t>(sets), std::nan("")),
        gradient(static_cast<std::size_t>(sets * width), std::nan("")),
        derivative_rms(objective) {}
  [[nodiscard]] LossGradient views() {
    const auto sets = static_cast<index_t>(objective.size());
    const index_t width = static_cast<index_t>(gradient.size()) / sets;
    return {objective, {gradient.data(), sets, width}, derivative_rms};
  }
};

/// The norm of the difference of gradients over that of the expected one. Where terms cancel, a
/// hundredth of what their sizes could add up to takes its place: features are below 1.
double gradient_error(const Results& actual, const Results& expected) {
  double difference = 0;
  double norm = 0;
  double rms = 0;
  for (std::size_t i = 0; i < expected.gradient.size(); ++i) {
    difference += std::pow(actual.gradient[i] - expected.gradient[i], 2);
    norm += std::pow(expected.gradient[i], 2);
  }
  for (const double each : expected.derivative_rms) rms += each * each;
  const auto width = static_cast<double>(expected.gradient.size()) /
                     static_cast<double>(expected.objective.size());
  return std::sqrt(difference / std::max(norm, 1e-4 * rms * width));
}

/// Copies of X that are evaluated in turn, so that each is read from memory.
index_t copies_of(index_t bytes, Residence residence) {
  constexpr index_t uncached_bytes = 240'000'000;  // four times the largest cache of a GPU so far
  return residence == Residence::kernel ? (uncached_bytes + bytes - 1) / bytes : 1;
}

template <class T, class L>
class Row {
 public:
  Row(const std::string& device, const L& loss, const Shape& shape, Residence residence)
      : problem_(shape, class_count(loss), domain_of(loss)),
        loss_(loss),
        shape_(shape),
        width_(class_count(loss) * (shape.features + 1)),
        context_(Context::on(device)),
        is_host_(device == "cpu"),
        residence_(residence) {
    const index_t copies = is_host_ ? 1 : copies_of(problem_.bytes(), residence);
    if (residence == Residence::end_to_end) return;
    for (index_t copy = 0; copy < copies; ++copy)
      evaluators_.emplace_back(context_, problem_.samples, loss);
  }

  void evaluate(Results& results) {
    if (residence_ == Residence::end_to_end) {
      loss_gradient<T>(context_, problem_.samples, loss_, parameters(), results.views());
      return;
    }
    evaluators_[next_](parameters(), results.views());
    next_ = (next_ + 1) % evaluators_.size();
  }

  /// Why the row is not to be timed; empty: its results are those of another backend, within what
  /// float allows, and have the same bits each time.
  std::string complaint() {
    Results expected(shape_.sets, width_);
    auto other = Context::on(is_host_ ? "reference" : "cpu");
    LossEvaluator<T>(other, problem_.samples, loss_)(parameters(), expected.views());
    Results first(shape_.sets, width_);
    evaluate(first);
    error_ = gradient_error(first, expected);
    if (!(error_ <= 1e-5)) return "the gradient is off by more than 1e-5 of its size";
    for (int again = 0; again < 4; ++again) {
      Results results(shape_.sets, width_);
      evaluate(results);
      if (results.gradient != first.gradient || results.objective != first.objective)
        return "two evaluations differ";
    }
    return "";
  }

  void run(benchmark::State& state) {
    if (const std::string wrong = complaint(); !wrong.empty()) {
      state.SkipWithError(wrong.c_str());
      return;
    }
    Results results(shape_.sets, width_);
    std::vector<double> ours;
    std::vector<double> reading;
    for (auto _ : state) {
      ours.push_back(seconds([&] { evaluate(results); }));
      state.SetIterationTime(ours.back());
      if (is_host_)
        reading.push_back(seconds([&] {
          benchmark::DoNotOptimize(read_once(problem_.features.data(), problem_.bytes()));
        }));
    }
    const auto bytes = static_cast<double>(problem_.bytes());
    state.counters["GB/s"] = bytes / median(ours) * 1e-9;
    state.counters["rows/s"] = static_cast<double>(shape_.samples) / median(ours);
    state.counters["median_ms"] = median(ours) * 1e3;
    state.counters["p10_ms"] = quantile(ours, 0.1) * 1e3;
    state.counters["p90_ms"] = quantile(ours, 0.9) * 1e3;
    state.counters["gradient_error"] = error_;
    if (!is_host_) return;
    state.counters["read_GB/s"] = bytes / median(reading) * 1e-9;
    state.counters["percent_of_read"] = 100 * median(reading) / median(ours);
  }

 private:
  [[nodiscard]] MatrixView<const computing_t<T>> parameters() const {
    return {problem_.parameters.data(), shape_.sets, width_};
  }

  Problem<T> problem_;
  L loss_;
  Shape shape_;
  index_t width_;
  Context context_;
  bool is_host_;
  Residence residence_;
  std::vector<LossEvaluator<T>> evaluators_;
  std::size_t next_ = 0;
  double error_ = std::nan("");
};

template <class T>
constexpr const char* storage_name = sizeof(T) == 8 ? "f64" : "f32";
template <>
constexpr const char* storage_name<Bfloat16> = "bf16";
template <>
constexpr const char* storage_name<Float16> = "f16";

constexpr const char* residence_name(Residence residence) {
  if (residence == Residence::warm) return "/warm";
  return residence == Residence::kernel ? "/kernel" : "/end_to_end";
}

/// Timed for a second, or, where they are given, as many times as `iterations`.
template <class T, class L = Loss>
void add_row(const std::string& device, const L& loss, const Shape& shape, Residence residence,
             int iterations = 0) {
  std::string name = "LossGradient/" + name_of(loss) + "/" + device + "/" + storage_name<T> +
                     "/samples:" + std::to_string(shape.samples) +
                     "/features:" + std::to_string(shape.features) +
                     "/sets:" + std::to_string(shape.sets);
  if (device.starts_with("cuda")) name += residence_name(residence);
  auto* row = benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    Row<T, L>(device, loss, shape, residence).run(state);
  });
  row->UseManualTime()->Unit(benchmark::kMillisecond);
  if (iterations > 0)
    row->Iterations(iterations);
  else
    row->MinTime(1.0);
}

/// What every device does, in a second or so each.
void add_rows(const std::string& device) {
  for (const Shape& shape :
       {Shape{16'000'000, 4, 1}, Shape{4'000'000, 16, 1}, Shape{1'000'000, 64, 1},
        Shape{262'144, 256, 1}, Shape{65'536, 1024, 1}, Shape{1'000'000, 64, 8}}) {
    for (const char* loss : {"squared", "logistic"}) {
      add_row<float>(device, parse_loss(loss), shape, Residence::kernel);
      add_row<double>(device, parse_loss(loss), shape, Residence::kernel);
      add_row<Bfloat16>(device, parse_loss(loss), shape, Residence::kernel);
      add_row<Float16>(device, parse_loss(loss), shape, Residence::kernel);
    }
    if (device.starts_with("cuda"))
      add_row<float>(device, parse_loss("squared"), shape, Residence::end_to_end);
  }
  for (const auto name : loss_names())
    if (name != "squared" && name != "logistic")
      add_row<float>(device, parse_loss(name), {1'000'000, 64, 1}, Residence::kernel);
  add_row<float>(device, SoftmaxLoss{10}, {1'000'000, 64, 1}, Residence::kernel);
  if (device.starts_with("cuda"))  // as many sets as a group takes
    for (const index_t sets : {4, 16})
      add_row<float>(device, parse_loss("squared"), {1'000'000, 64, sets}, Residence::kernel);
}

/// What ./gpu_run holds against other libraries: up to 8 GB, which is filled once, not until a
/// second has passed.
void add_compared_rows(const std::string& device) {
  const auto add = [&]<class T>(T, const Shape& shape, Residence residence) {
    add_row<T>(device, parse_loss("logistic"), shape, residence, 30);
  };
  for (const Shape& shape :
       {Shape{1'000'000'000, 1, 1}, Shape{100'000'000, 8, 1}, Shape{20'000'000, 100, 1},
        Shape{4'000'000, 512, 1}, Shape{2'000'000, 1024, 1}, Shape{2'000'000, 1023, 1},
        Shape{500'000, 4096, 1}, Shape{120'000, 16384, 1}, Shape{60'000, 32768, 1},
        Shape{100'000, 64, 1}})
    add(float{}, shape, Residence::kernel);
  add(float{}, {100'000, 64, 1}, Residence::warm);
  for (const Shape& shape :
       {Shape{50'000'000, 8, 1}, Shape{2'000'000, 512, 1}, Shape{250'000, 4096, 1}}) {
    add(double{}, shape, Residence::kernel);
    add(Bfloat16{}, shape, Residence::kernel);
  }
}

const bool registered = [] {
  for (const DeviceInfo& device : devices()) {
    if (!device.usable || device.name == "reference") continue;
    add_rows(device.name);
    if (device.name.starts_with("cuda")) add_compared_rows(device.name);
  }
  return true;
}();

}  // namespace
}  // namespace batchgrad::bench
