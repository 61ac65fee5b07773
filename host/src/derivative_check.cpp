#include <batchgrad/derivative.hpp>
#include <batchgrad/derivative_check.hpp>
#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <utility>

#include "derivative_check_cause.hpp"

namespace batchgrad {
namespace {

bool takes_accuracy(Method method) {
  return method == Method::forward || method == Method::backward || method == Method::central;
}
bool takes_steps(Method method) { return takes_accuracy(method) || method == Method::richardson; }

/// What of a request concerns a method.
DerivativeOptions options_of(Method method, DerivativeOptions options) {
  options.method = method;
  if (!takes_accuracy(method)) options.accuracy = 0;
  if (!takes_steps(method)) options.step = StepRule{.typical = options.step.typical};
  options.arithmetic = Arithmetic::wide;
  return options;
}

void check_options(const DerivativeOptions& derivatives, const CheckOptions& options) {
  const std::vector<Method>& methods = options.methods;
  if (methods.size() < 2)
    throw InvalidArgument(
        fmt::format("{} methods (a check compares methods) give at least two", methods.size()));
  for (std::size_t m = 0; m < methods.size(); ++m) {
    if (methods[m] == Method::automatic)
      throw InvalidArgument(
          "'automatic' cannot be checked (it stands for one of the others) name it");
    if (std::find(methods.begin(), methods.begin() + static_cast<std::ptrdiff_t>(m), methods[m]) !=
        methods.begin() + static_cast<std::ptrdiff_t>(m))
      throw InvalidArgument(
          fmt::format("{} is there twice (it would agree with itself) name "
                      "another method",
                      method_name(methods[m])));
  }
  for (const double tolerance : {options.absolute_tolerance, options.relative_tolerance})
    if (!(tolerance >= 0 && std::isfinite(tolerance)))
      throw InvalidArgument(fmt::format("a tolerance is {} (it is 0 or more)", tolerance));
  if (options.shown < 0)
    throw InvalidArgument(fmt::format("shown is {} (less than none)", options.shown));
  const bool has_step = derivatives.step.step > 0 || derivatives.step.relative_step > 0;
  if (has_step && std::none_of(methods.begin(), methods.end(), takes_steps))
    throw InvalidArgument(
        "a step is given (none of the methods takes one) leave it out or add forward, backward, "
        "central or richardson");
  if (derivatives.accuracy != 0 && std::none_of(methods.begin(), methods.end(), takes_accuracy))
    throw InvalidArgument(
        "an accuracy is given (none of the methods takes one) leave it out or add forward, "
        "backward "
        "or central");
}

/// A method with its estimates at a block of points.
class MethodRun {
 public:
  MethodRun(Context& context, const Expression& f, const DerivativeOptions& options)
      : evaluator_(context, f, options) {}

  [[nodiscard]] index_t columns() const { return evaluator_.column_count(); }

  void operator()(MatrixView<const double> points) {
    const index_t rows = points.rows();
    const auto matrix = [&](auto& values, index_t width) {
      values.resize(static_cast<std::size_t>(rows * width));
      return MatrixView(values.data(), rows, width);
    };
    evaluator_(points, {.derivatives = matrix(derivatives_, columns()),
                        .values = matrix(values_, evaluator_.result_count()),
                        .errors = matrix(errors_, columns()),
                        .statuses = matrix(statuses_, columns()),
                        .steps = matrix(steps_, columns()),
                        .left_slopes = matrix(left_, columns()),
                        .right_slopes = matrix(right_, columns())});
  }

  [[nodiscard]] double value(index_t point, index_t result) const {
    return values_[static_cast<std::size_t>(point * evaluator_.result_count() + result)];
  }
  [[nodiscard]] Estimate<double> at(index_t point, index_t column) const {
    const auto i = static_cast<std::size_t>(point * columns() + column);
    return {derivatives_[i], errors_[i], steps_[i], left_[i], right_[i], statuses_[i]};
  }

 private:
  DerivativeEvaluator evaluator_;
  std::vector<double> values_;
  std::vector<double> derivatives_;
  std::vector<double> errors_;
  std::vector<double> steps_;
  std::vector<double> left_;
  std::vector<double> right_;
  std::vector<Status> statuses_;
};

/// Worse disagreements come first; of equal ones the earlier.
bool is_worse(const Disagreement& a, const Disagreement& b) {
  if ((a.cause == Cause::unexplained) != (b.cause == Cause::unexplained))
    return a.cause == Cause::unexplained;
  if (a.excess != b.excess) return a.excess > b.excess;
  return std::pair(a.point, a.column) < std::pair(b.point, b.column);
}

}  // namespace

std::string_view cause_name(Cause cause) {
  switch (cause) {
    case Cause::kink:
      return "kink";
    case Cause::cancellation:
      return "cancellation";
    case Cause::ad_trap:
      return "ad-trap";
    case Cause::difference:
      return "difference";
    case Cause::unexplained:
      break;
  }
  return "unexplained";
}

index_t CheckReport::disagreement_count() const {
  return std::accumulate(disagreements.begin(), disagreements.end(), index_t{0});
}

struct DerivativeCheck::State {
  State(Context& the_context, const Expression& the_f, DerivativeOptions the_derivatives,
        CheckOptions the_options)
      : context(&the_context),
        f(the_f),
        derivatives(std::move(the_derivatives)),
        options(std::move(the_options)),
        causes(f, options, is_second() ? 2 : derivatives.order) {
    for (const Method method : options.methods)
      runs.emplace_back(*context, f, options_of(method, derivatives));
  }

  [[nodiscard]] bool is_second() const {
    return derivatives.quantity == Quantity::hessian || derivatives.quantity == Quantity::laplacian;
  }

  /// Largest |a - b| over what is allowed, of two methods; infinite where only one is finite.
  [[nodiscard]] double excess(const std::vector<Estimate<double>>& estimates) const {
    double largest = 0;
    for (std::size_t i = 0; i < estimates.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double a = estimates[i].value;
        const double b = estimates[j].value;
        if (!std::isfinite(a) && !std::isfinite(b)) continue;
        if (!std::isfinite(a) || !std::isfinite(b)) return infinity;
        const double allowed = options.absolute_tolerance +
                               options.relative_tolerance * std::max(std::fabs(a), std::fabs(b)) +
                               detail::own_error(options.methods[i], estimates[i]) +
                               detail::own_error(options.methods[j], estimates[j]);
        const double distance = std::fabs(a - b);
        if (distance <= allowed) continue;
        const double ratio = distance / allowed;
        largest = std::max(largest, std::isfinite(ratio) ? ratio : infinity);
      }
    return largest;
  }

  void compare(MatrixView<const double> points, index_t n, index_t column) {
    const index_t result = column / (runs.front().columns() / f.results());
    ++report.derivatives;
    if (!std::isfinite(runs.front().value(n, result))) {
      ++report.not_finite;
      return;
    }
    Disagreement found;
    for (const MethodRun& run : runs) found.estimates.push_back(run.at(n, column));
    found.excess = excess(found.estimates);
    if (!(found.excess > 0)) {
      count_agreement(found.estimates);
      return;
    }
    found.point = report.points + n;
    found.column = column;
    found.x.assign(points.row(n).begin(), points.row(n).end());
    causes.explain(found, result, [&] { return ask_adaptive(points.row_range(n, 1), column); });
    ++report.disagreements[static_cast<std::size_t>(found.cause)];
    const auto place = std::lower_bound(report.worst.begin(), report.worst.end(), found, is_worse);
    report.worst.insert(place, std::move(found));
    if (static_cast<index_t>(report.worst.size()) > options.shown) report.worst.pop_back();
  }

  void count_agreement(const std::vector<Estimate<double>>& estimates) {
    const auto is_finite = [](const auto& estimate) { return std::isfinite(estimate.value); };
    const auto is_ok = [](const auto& estimate) { return estimate.status == Status::ok; };
    if (!std::any_of(estimates.begin(), estimates.end(), is_finite))
      ++report.not_finite;
    else if (!std::all_of(estimates.begin(), estimates.end(), is_ok))
      ++report.doubtful;
  }

  Estimate<double> ask_adaptive(MatrixView<const double> point, index_t column) {
    if (!adaptive)
      adaptive =
          std::make_unique<MethodRun>(*context, f, options_of(Method::adaptive, derivatives));
    (*adaptive)(point);
    return adaptive->at(0, column);
  }

  Context* context;
  Expression f;
  DerivativeOptions derivatives;
  CheckOptions options;
  detail::CauseFinder causes;
  std::vector<MethodRun> runs;
  std::unique_ptr<MethodRun> adaptive;  // made when first needed
  CheckReport report;
};

DerivativeCheck::DerivativeCheck(Context& context, const Expression& f,
                                 const DerivativeOptions& derivatives,
                                 const CheckOptions& options) {
  check_options(derivatives, options);
  state_ = std::make_unique<State>(context, f, derivatives, options);
}

DerivativeCheck::DerivativeCheck(DerivativeCheck&&) noexcept = default;
DerivativeCheck& DerivativeCheck::operator=(DerivativeCheck&&) noexcept = default;
DerivativeCheck::~DerivativeCheck() = default;

void DerivativeCheck::operator()(MatrixView<const double> points) {
  State& state = *state_;
  const index_t columns = state.runs.front().columns();
  const index_t block = std::clamp<index_t>((1 << 17) / std::max<index_t>(1, columns), 16, 8192);
  for (index_t first = 0; first < points.rows(); first += block) {
    const auto rows = points.row_range(first, std::min(block, points.rows() - first));
    for (MethodRun& run : state.runs) run(rows);
    for (index_t n = 0; n < rows.rows(); ++n)
      for (index_t column = 0; column < columns; ++column) state.compare(rows, n, column);
    state.report.points += rows.rows();
  }
}

const CheckReport& DerivativeCheck::report() const { return state_->report; }

CheckReport check_derivatives(Context& context, const Expression& f,
                              MatrixView<const double> points, const DerivativeOptions& derivatives,
                              const CheckOptions& options) {
  DerivativeCheck check(context, f, derivatives, options);
  check(points);
  return check.report();
}

}  // namespace batchgrad
