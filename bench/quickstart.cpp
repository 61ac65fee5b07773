// quickstart DATA: what ./quickstart runs on a million made-up samples. Uses the public API alone.
#include <batchgrad/dataset.hpp>
#include <batchgrad/derivative.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/loss_gradient.hpp>
#include <batchgrad/synthetic.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace batchgrad;

/// Calls the function; the seconds it took.
template <class F>
double seconds_of(F&& function) {
  const auto start = std::chrono::steady_clock::now();
  function();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Dataset<double> read(const std::string& path) {
  DatasetOptions options;
  options.target = "y";
  Dataset<double> data;
  const double seconds = seconds_of([&] { data = read_dataset<double>(path, options); });
  const auto rows = static_cast<double>(data.count());
  const auto bytes = static_cast<double>(std::filesystem::file_size(path));
  std::printf("read      %lld rows x %lld features in %.2f s: %.2f M rows/s, %.0f MB/s of text\n",
              static_cast<long long>(data.count()), static_cast<long long>(data.feature_count()),
              seconds, rows / seconds / 1e6, bytes / seconds / 1e6);
  return data;
}

/// The loss and its gradient at zero, the median of a few evaluations.
void measure_evaluation(Context& context, const Dataset<double>& data) {
  LossEvaluator<double> evaluate(context, data.samples(), SquaredLoss{});
  const std::vector<double> zeros(static_cast<std::size_t>(evaluate.parameter_count()));
  std::vector<double> gradient(zeros.size());
  const MatrixView<const double> parameters(zeros.data(), 1, evaluate.parameter_count());
  LossGradient result;
  result.gradient = {gradient.data(), 1, evaluate.parameter_count()};
  std::vector<double> seconds(11);
  for (double& s : seconds) s = seconds_of([&] { evaluate(parameters, result); });
  std::nth_element(seconds.begin(), seconds.begin() + 5, seconds.end());
  const auto rows = static_cast<double>(data.count());
  const double bytes = 8 * rows * static_cast<double>(data.feature_count() + 1);
  std::printf("evaluate  loss and gradient in %.2f ms: %.0f M rows/s, %.1f GB/s\n",
              seconds[5] * 1e3, rows / seconds[5] / 1e6, bytes / seconds[5] / 1e9);
}

/// Fitted beside true coefficients. Features are independent with mean 0 and variance 1, and so is
/// the noise: every coefficient has the standard error 1 / sqrt(samples).
/// The answer is whether all are within six of them.
bool fit_and_compare(Context& context, const Dataset<double>& data) {
  FitResult result;
  const double seconds = seconds_of([&] { result = fit(context, data.samples(), SquaredLoss{}); });
  std::printf("fit       %lld iterations in %.2f s: %s, %s\n\n",
              static_cast<long long>(result.iterations), seconds,
              result.converged() ? "converged" : "not converged",
              std::string(stop_name(result.stop)).c_str());

  SyntheticOptions options;
  options.features = data.feature_count();
  const Synthetic truth(options);
  const double expected = 1 / std::sqrt(static_cast<double>(data.count()));
  double largest = 0;
  const auto row = [&](const std::string& name, double fitted, double true_value) {
    const double error = fitted - true_value;
    largest = std::max(largest, std::fabs(error) / expected);
    std::printf("  %-12s %12.6f %12.6f %11.6f %10.2f\n", name.c_str(), fitted, true_value, error,
                error / expected);
  };
  std::printf("  %-12s %12s %12s %11s %10s\n", "", "fitted", "true", "error", "error / se");
  row("(intercept)", result.intercept, truth.intercept());
  for (std::size_t j = 0; j < result.coefficients.size(); ++j)
    row(data.feature_names()[j], result.coefficients[j], truth.coefficients()[j]);
  std::printf("\nse = 1 / sqrt(samples) = %g, the standard error that theory gives here\n",
              expected);
  return result.converged() && largest < 6;
}

bool differentiate() {
  const auto f = [](const auto& p) { return p[0] * p[0] * p[1] + p[1] * p[1] * p[1]; };
  const std::vector<double> slope = gradient(f, {2.0, 3.0});
  std::printf("gradient of x^2 y + y^3 at (2, 3): (%.9f, %.9f), exactly (12, 31)\n", slope[0],
              slope[1]);
  return std::fabs(slope[0] - 12) < 1e-6 && std::fabs(slope[1] - 31) < 1e-6;
}

bool run(const std::string& path) {
  Context context = Context::best();
  std::printf("device    %s (%s)\n", std::string(context.device()).c_str(),
              context.description().c_str());
  const Dataset<double> data = read(path);
  measure_evaluation(context, data);
  const bool fitted = fit_and_compare(context, data);
  return differentiate() && fitted;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: quickstart DATA, made by batchgrad generate linear --seed 1\n", stderr);
    return 2;
  }
  try {
    return run(argv[1]) ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "quickstart: %s\n", error.what());
    return 1;
  }
}
