// Gradients of expressions at N points of P parameters.
//   components = N P, each counted once, whatever a method evaluates for it
//   GB/s       = N P sizeof(T) bytes of points, read once
// Rows named `compiled` are the limit for a program that is not known until the user types it: the
// same gradient written by hand in C++, compiled for this processor, on all cores. Each iteration
// of the other rows on cpu also runs that loop, untimed; `percent_of_compiled` is from the medians
// of the same run, turn by turn. `functor` rows are of the same function as a C++ functor that the
// library differentiates.
#include <batchgrad/derivative.hpp>
#include <batchgrad/functor_derivative.hpp>

#include <benchmark/benchmark.h>
#include <cmath>
#include <omp.h>
#include <string>
#include <vector>

#include "read_bandwidth.hpp"
#include "timing.hpp"

#if defined(__x86_64__)
#define BATCHGRAD_FOR_THIS_PROCESSOR \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define BATCHGRAD_FOR_THIS_PROCESSOR
#endif

namespace batchgrad::bench {
namespace {

constexpr int sum_terms = 8;

using CompiledLoop = void (*)(const double* x, double* gradient, index_t points);

BATCHGRAD_FOR_THIS_PROCESSOR void rosenbrock_loop(const double* x, double* gradient,
                                                  index_t points) {
#pragma omp simd
  for (index_t n = 0; n < points; ++n) {
    const double a = x[2 * n];
    const double valley = x[2 * n + 1] - a * a;
    gradient[2 * n] = -400 * a * valley - 2 * (1 - a);
    gradient[2 * n + 1] = 200 * valley;
  }
}

BATCHGRAD_FOR_THIS_PROCESSOR void cubic_loop(const double* x, double* gradient, index_t points) {
#pragma omp simd
  for (index_t n = 0; n < points; ++n) {
    const double a = x[2 * n];
    const double b = x[2 * n + 1];
    gradient[2 * n] = 2 * a * b;
    gradient[2 * n + 1] = a * a + 3 * b * b;
  }
}

BATCHGRAD_FOR_THIS_PROCESSOR void sum_loop(const double* x, double* gradient, index_t points) {
  for (index_t i = 0; i < sum_terms * points; ++i)
    gradient[i] = std::exp(-x[i] * x[i]) * (std::cos(x[i]) - 2 * x[i] * std::sin(x[i]));
}

BATCHGRAD_FOR_THIS_PROCESSOR void logistic_loop(const double* x, double* gradient, index_t points) {
  for (index_t n = 0; n < points; ++n) {
    const double* p = x + 3 * n;
    const double share = 1 / (1 + std::exp(-(p[0] * p[1] + p[2])));
    const double slope = share * (1 - share);
    gradient[3 * n] = slope * p[1];
    gradient[3 * n + 1] = slope * p[0];
    gradient[3 * n + 2] = slope;
  }
}

struct Problem {
  const char* name;
  std::string text;
  index_t parameters;
  CompiledLoop loop;
};

std::string sum_text() {
  std::string text;
  for (int i = 1; i <= sum_terms; ++i) {
    const std::string x = "x" + std::to_string(i);
    text += (i > 1 ? " + sin(" : "sin(") + x + ")*exp(-" + x + "^2)";
  }
  return text;
}

const std::vector<Problem>& problems() {
  static const std::vector<Problem> all{
      {"cubic2", "x^2*y + y^3", 2, cubic_loop},
      {"sum8", sum_text(), sum_terms, sum_loop},
      {"rosenbrock2", "100*(y - x^2)^2 + (1 - x)^2", 2, rosenbrock_loop},
      {"logistic", "1/(1 + exp(-(a*x + b)))", 3, logistic_loop},
  };
  return all;
}

void run_compiled(const Problem& problem, const HugeArray<double>& x, double* gradient,
                  index_t points) {
  constexpr index_t grain = 1024;
#pragma omp parallel for schedule(dynamic, 1)
  for (index_t first = 0; first < points; first += grain)
    problem.loop(x.data() + first * problem.parameters, gradient + first * problem.parameters,
                 std::min(grain, points - first));
}

template <class T>
HugeArray<T> make_points(index_t size) {
  HugeArray<T> x(size);
#pragma omp parallel for
  for (index_t i = 0; i < size; ++i)
    x.data()[i] = static_cast<T>((i * 7919) % 1009) / T(1009) + T(0.25);
  return x;
}

void set_counters(benchmark::State& state, const Problem& problem, index_t points,
                  index_t element_bytes, double time) {
  const auto components = static_cast<double>(points * problem.parameters);
  state.counters["components/s"] = components / time;
  state.counters["points/s"] = static_cast<double>(points) / time;
  state.counters["GB/s"] = components * static_cast<double>(element_bytes) / time * 1e-9;
}

template <class T>
void derivative_rows(benchmark::State& state, const std::string& device, const Problem& problem,
                     Method method, index_t points) {
  const index_t size = points * problem.parameters;
  const auto x = make_points<T>(size);
  const auto doubles = make_points<double>(size);
  HugeArray<T> gradient(size);
  HugeArray<double> compiled(size);
  auto context = Context::on(device);
  DerivativeEvaluator evaluator(context, Expression(problem.text), {.method = method});
  const MatrixView<const T> view(x.data(), points, problem.parameters);
  const DerivativeOutput<T> output{.derivatives = {gradient.data(), points, problem.parameters}};
  evaluator(view, output);
  run_compiled(problem, doubles, compiled.data(), points);
  std::vector<double> ours;
  std::vector<double> limit;
  for (auto _ : state) {
    ours.push_back(seconds([&] { evaluator(view, output); }));
    state.SetIterationTime(ours.back());
    if (device == "cpu")
      limit.push_back(seconds([&] { run_compiled(problem, doubles, compiled.data(), points); }));
  }
  set_counters(state, problem, points, sizeof(T), median(ours));
  if (device == "cpu") state.counters["percent_of_compiled"] = 100 * median(limit) / median(ours);
}

void compiled_rows(benchmark::State& state, const Problem& problem, index_t points) {
  const auto x = make_points<double>(points * problem.parameters);
  HugeArray<double> gradient(points * problem.parameters);
  run_compiled(problem, x, gradient.data(), points);
  std::vector<double> times;
  for (auto _ : state) {
    times.push_back(seconds([&] { run_compiled(problem, x, gradient.data(), points); }));
    state.SetIterationTime(times.back());
  }
  set_counters(state, problem, points, sizeof(double), median(times));
}

/// x^2 y + y^3 as a functor, which the library differentiates: what a text is instead of.
struct CubicFunctor {
  template <class Point>
  auto operator()(const Point& p) const {
    return p[0] * p[0] * p[1] + p[1] * p[1] * p[1];
  }
};

void functor_rows(benchmark::State& state, const Problem& problem, Method method, index_t points) {
  const auto x = make_points<double>(points * problem.parameters);
  HugeArray<double> gradient(points * problem.parameters);
  auto context = Context::on("cpu");
  const MatrixView<const double> view(x.data(), points, problem.parameters);
  const DerivativeOutput<double> output{
      .derivatives = {gradient.data(), points, problem.parameters}};
  const auto f = with_duals<1>(CubicFunctor{});
  std::vector<double> times;
  for (auto _ : state) {
    times.push_back(
        seconds([&] { differentiate<double>(context, f, view, output, {.method = method}); }));
    state.SetIterationTime(times.back());
  }
  set_counters(state, problem, points, sizeof(double), median(times));
}

template <class Rows>
void add_row(const std::string& name, const Rows& rows) {
  benchmark::RegisterBenchmark(name.c_str(), rows)
      ->UseManualTime()
      ->MinTime(0.5)
      ->Unit(benchmark::kMillisecond);
}

template <class T>
void add_derivative_row(const std::string& device, const Problem& problem, Method method,
                        index_t points) {
  add_row(
      "Derivative/" + std::string(problem.name) + "/" + std::string(method_name(method)) + "/" +
          device + (sizeof(T) == 4 ? "/f32" : "/f64") + "/points:" + std::to_string(points),
      [=](benchmark::State& state) { derivative_rows<T>(state, device, problem, method, points); });
}

const bool registered = [] {
  constexpr index_t points = 1'000'000;
  for (const Problem& problem : problems()) {
    add_row("Derivative/" + std::string(problem.name) +
                "/compiled/cpu/f64/points:" + std::to_string(points),
            [=](benchmark::State& state) { compiled_rows(state, problem, points); });
    if (problem.loop == cubic_loop)
      for (const Method method : {Method::forward_ad, Method::central})
        add_row("Derivative/" + std::string(problem.name) + "/functor-" +
                    std::string(method_name(method)) + "/cpu/f64/points:" + std::to_string(points),
                [=](benchmark::State& state) { functor_rows(state, problem, method, points); });
    for (const DeviceInfo& device : devices()) {
      if (!device.usable || device.name == "reference") continue;
      for (const Method method : {Method::symbolic, Method::forward_ad, Method::central,
                                  Method::richardson, Method::adaptive})
        add_derivative_row<double>(device.name, problem, method, points);
      add_derivative_row<float>(device.name, problem, Method::symbolic, points);
    }
  }
  return true;
}();

}  // namespace
}  // namespace batchgrad::bench
