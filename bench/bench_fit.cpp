// Whole fits of 1,000,000 samples of 64 features in double, data in memory, on the cpu backend.
//
//   Fit/logistic/lbfgs         to a relative gap of the objective of 1e-6 or less, at the loosest
//                              tolerance of a ladder that reaches it, found before anything is
//                              timed
//   Fit/logistic/path-of-32    32 values of l2, each at that tolerance; the gap is the largest
//   Fit/least-squares/gram     in one pass over X
//
// `evaluations` counts those of every set. The gap is to a fit that converged to 1e-10.
// BATCHGRAD_BENCH_DATA=FOLDER: X.npy, labels.npy and amounts.npy are written there, for peers to
// fit.
#include <batchgrad/fit_path.hpp>
#include <batchgrad/synthetic.hpp>
#include <batchgrad/table_writer.hpp>

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "read_bandwidth.hpp"
#include "timing.hpp"

namespace batchgrad::bench {
namespace {

constexpr index_t sample_count = 1'000'000;
constexpr index_t feature_count = 64;
constexpr double l2 = 1e-6;
constexpr double wanted_gap = 1e-6;

/// Correlated features of one scale; labels by log-odds, and amounts that are linear but for noise.
class Problem {
 public:
  static const Problem& get() {
    static const Problem problem;
    return problem;
  }
  [[nodiscard]] Samples<double> samples(const std::vector<double>& target) const {
    return {{features_.data(), sample_count, feature_count}, target, {}, {}, {}};
  }
  [[nodiscard]] const std::vector<double>& labels() const { return labels_; }
  [[nodiscard]] const std::vector<double>& amounts() const { return amounts_; }

 private:
  Problem() : features_(sample_count * feature_count) {
    fill(labels_, {.model = SyntheticModel::logistic, .features = feature_count, .noise = 0});
    fill(amounts_, {.model = SyntheticModel::linear, .features = feature_count, .noise = 1});
    const char* folder = std::getenv("BATCHGRAD_BENCH_DATA");
    if (folder == nullptr) return;
    const std::string path = folder;
    write_npy(path + "/X.npy", samples(labels_).features.as_stored());
    write_npy(path + "/labels.npy", {labels_.data(), sample_count, 1});
    write_npy(path + "/amounts.npy", {amounts_.data(), sample_count, 1});
  }

  /// Each made-up feature and half of the one before it: the targets follow from either as well.
  void fill(std::vector<double>& target, const SyntheticOptions& options) {
    target.resize(static_cast<std::size_t>(sample_count));
    const Synthetic synthetic(options);
    constexpr index_t block = 1000;
#pragma omp parallel for
    for (index_t first = 0; first < sample_count; first += block) {
      std::vector<double> rows(static_cast<std::size_t>(block * (feature_count + 1)));
      const MatrixView<double> made(rows.data(), block, feature_count + 1);
      synthetic.make(first, made);
      for (index_t r = 0; r < block; ++r) {
        double* x = features_.data() + (first + r) * feature_count;
        for (index_t j = 0; j < feature_count; ++j)
          x[j] = made(r, j) + (j > 0 ? 0.5 * x[j - 1] : 0.0);
        target[static_cast<std::size_t>(first + r)] = made(r, feature_count);
      }
    }
  }

  HugeArray<double> features_;
  std::vector<double> labels_;
  std::vector<double> amounts_;
};

FitOptions logistic_options(double tolerance) {
  FitOptions options;
  options.l2 = l2;
  options.tolerance = tolerance;
  return options;
}

FitResult fit_labels(Context& context, double tolerance) {
  const Problem& problem = Problem::get();
  return fit(context, problem.samples(problem.labels()), LogisticLoss{},
             logistic_options(tolerance));
}

/// The loosest tolerance that ends within the wanted gap, and the gap.
struct Tolerance {
  double tolerance = 0;
  double gap = 0;

  static const Tolerance& get(Context& context) {
    static const Tolerance found = find(context);
    return found;
  }

 private:
  static Tolerance find(Context& context) {
    const double least = fit_labels(context, 1e-10).objective;
    for (double tolerance = 1e-2;; tolerance /= 2) {
      const double gap = fit_labels(context, tolerance).objective / least - 1;
      if (gap <= wanted_gap) return {tolerance, gap};
    }
  }
};

template <class Work>
void time_fits(benchmark::State& state, const Work& work) {
  std::vector<double> times;
  for (auto _ : state) {
    times.push_back(seconds(work));
    state.SetIterationTime(times.back());
  }
  state.counters["fits/s"] = 1 / median(times);
}

void logistic(benchmark::State& state) {
  auto context = Context::on("cpu");
  const Tolerance& found = Tolerance::get(context);
  state.counters["gap"] = found.gap;
  FitResult result;
  time_fits(state, [&] { result = fit_labels(context, found.tolerance); });
  state.counters["evaluations"] = static_cast<double>(result.evaluations);
}

void path(benchmark::State& state) {
  auto context = Context::on("cpu");
  const Problem& problem = Problem::get();
  constexpr index_t count = 32;
  std::vector<double> penalties;
  for (index_t s = 0; s < count; ++s)
    penalties.push_back(
        std::pow(10.0, -6 + 6 * static_cast<double>(s) / static_cast<double>(count - 1)));
  const Samples<double> samples = problem.samples(problem.labels());
  const auto fit_all = [&](double tolerance) {
    FitOptions options = logistic_options(tolerance);
    options.l2 = 0;
    return fit_path(context, samples, LogisticLoss{}, options, penalties);
  };
  std::vector<FitResult> results;
  time_fits(state, [&] { results = fit_all(Tolerance::get(context).tolerance); });
  const std::vector<FitResult> exact = fit_all(1e-10);
  double gap = 0;
  for (std::size_t s = 0; s < exact.size(); ++s)
    gap = std::max(gap, results[s].objective / exact[s].objective - 1);
  state.counters["gap"] = gap;
  double evaluations = 0;
  for (const FitResult& result : results) {
    evaluations += static_cast<double>(result.evaluations);
    if (!result.converged()) state.SkipWithError("a fit of the path did not converge");
  }
  state.counters["evaluations"] = evaluations;
}

void gram(benchmark::State& state) {
  auto context = Context::on("cpu");
  const Problem& problem = Problem::get();
  FitOptions options;
  options.solver = Gram{};
  const Samples<double> samples = problem.samples(problem.amounts());
  time_fits(state, [&] {
    benchmark::DoNotOptimize(fit(context, samples, SquaredLoss{}, options).objective);
  });
}

void time_by_hand(benchmark::internal::Benchmark* row) {
  row->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(1.0);
}
BENCHMARK(logistic)->Name("Fit/logistic/lbfgs")->Apply(time_by_hand);
BENCHMARK(path)->Name("Fit/logistic/path-of-32")->Apply(time_by_hand);
BENCHMARK(gram)->Name("Fit/least-squares/gram")->Apply(time_by_hand);

}  // namespace
}  // namespace batchgrad::bench
