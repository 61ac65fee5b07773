#include "solver/lockstep.hpp"

#include <batchgrad/core/limits.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace batchgrad::detail {
namespace {

bool is_finite(VectorView<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

/// Judges a point whose objective and gradient are there. The scale is what largest_curvature takes
/// for the length of its first step: short beside x, but well above the rounding of it.
void judge(Point& point, double value) {
  constexpr double probe = 1e-3;
  point.value = {value, largest_magnitude(point.gradient),
                 probe * std::max(1.0, largest_magnitude(point.parameters))};
}

StartResult start_result(Minimum minimum) {
  StartResult result;
  result.x = std::move(minimum.parameters);
  result.value = minimum.value.objective;
  result.gradient = std::move(minimum.gradient);
  result.gradient_norm = minimum.value.gradient_norm;
  // The best point is finite unless the start was not.
  result.stop = minimum.value.is_finite() ? minimum.stop : Stop::not_finite;
  result.iterations = minimum.iterations;
  result.evaluations = minimum.evaluations;
  return result;
}

}  // namespace

Lockstep::Lockstep(Context& context, const PointsFunction& f, const MinimizeOptions& options,
                   const StopRules& rules, MatrixView<const double> starts)
    : context_(context),
      f_(f),
      options_(options),
      parameters_(starts.columns()),
      results_(static_cast<std::size_t>(starts.rows())) {
  if (context.device().starts_with("cuda")) host_ = std::make_unique<Context>(Context::on("cpu"));
  active_.reserve(results_.size());
  for (index_t n = 0; n < starts.rows(); ++n)
    active_.push_back({n, std::make_unique<Run>(options.solver, starts.row(n), rules)});
}

std::vector<StartResult> Lockstep::run() {
  while (!active_.empty()) {
    advance();
    retire(observe());
    evaluate();
  }
  return std::move(results_);
}

/// A step of a solver is worth many of the items that for_each_range hands out by the thousand.
void Lockstep::for_each_active(const std::function<void(Active&)>& body) {
  constexpr index_t items = 64;
  const auto count = static_cast<index_t>(active_.size());
  for_each_range(host_ ? *host_ : context_, count * items, [&](index_t first, index_t last) {
    for (index_t i = (first + items - 1) / items; i * items < last; ++i)
      body(active_[static_cast<std::size_t>(i)]);
  });
}

void Lockstep::advance() {
  for_each_active([](Active& active) { active.wanted = active.run->advance(); });
}

/// Between two evaluations a solver accepts one iterate at most.
Continue Lockstep::observe() {
  if (!options_.observer) return Continue::yes;
  for (Active& active : active_) {
    const Progress& progress = active.run->progress();
    if (progress.iterates() == active.observed) continue;
    active.observed = progress.iterates();
    const Minimum& latest = progress.latest();
    const MinimizeStep step{active.start,
                            active.observed - 1,
                            latest.parameters,
                            latest.value.objective,
                            latest.gradient,
                            progress.latest_row().step,
                            progress.latest_row().evaluations};
    if (options_.observer(step) == Continue::no) return Continue::no;
  }
  return Continue::yes;
}

void Lockstep::retire(Continue answer) {
  const auto has_ended = [&](Active& active) {
    if (active.wanted != nullptr && answer == Continue::yes) return false;
    results_[static_cast<std::size_t>(active.start)] =
        start_result(active.wanted == nullptr ? std::move(*active.run).finish()
                                              : std::move(*active.run).interrupt());
    return true;
  };
  std::erase_if(active_, has_ended);
}

void Lockstep::evaluate() {
  batch_.clear();
  points_.clear();
  for (const Active& active : active_) {
    const std::vector<double>& x = active.wanted->parameters;
    if (is_finite(x)) {
      batch_.push_back(active.wanted);
      points_.insert(points_.end(), x.begin(), x.end());
    } else {
      judge(*active.wanted, quiet_nan);
    }
  }
  if (batch_.empty()) return;
  const auto count = static_cast<index_t>(batch_.size());
  gradients_.assign(points_.size(), quiet_nan);
  values_.assign(batch_.size(), quiet_nan);
  f_({points_.data(), count, parameters_}, {gradients_.data(), count, parameters_},
     {values_.data(), count, 1});
  for (index_t i = 0; i < count; ++i) {
    Point& point = *batch_[static_cast<std::size_t>(i)];
    std::copy_n(gradients_.data() + i * parameters_, parameters_, point.gradient.begin());
    judge(point, values_[static_cast<std::size_t>(i)]);
  }
}

}  // namespace batchgrad::detail
