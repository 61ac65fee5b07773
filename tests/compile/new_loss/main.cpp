// Compiled against a copy of the sources to which the Cauchy loss was added as CONTRIBUTING.md
// says: everything below works without another line of code.
#include <batchgrad/fit.hpp>
#include <batchgrad/loss.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using namespace batchgrad;

void require(bool condition, const std::string& what) {
  if (condition) return;
  std::fprintf(stderr, "not so: %s\n", what.c_str());
  std::exit(1);
}

/// The objective is that of the header's formula, its slope is the gradient, and a fit converges.
void evaluates(const std::string& device) {
  Context context = Context::on(device);
  const std::array<double, 6> x{-2, -1, 0, 1, 2, 3};
  const std::array<double, 6> y{-4, -2, 0, 2, 4, 20};  // 2 x, but for the last
  Samples<double> samples;
  samples.features = {x.data(), 6, 1};
  samples.target = y;
  const double scale = 1.5;
  const Loss loss = parse_loss("cauchy:scale=1.5");
  LossEvaluator<double> evaluate(context, samples, loss, Intercept::none);

  const auto objective = [&](double w, double* slope) {
    double value = 0;
    LossGradient result;
    result.objective = {&value, 1};
    if (slope != nullptr) result.gradient = {slope, 1, 1};
    evaluate({&w, 1, 1}, result);
    return value;
  };
  const double w = 0.75;
  const double h = 0x1p-17;
  double expected = 0;
  for (std::size_t m = 0; m < x.size(); ++m)
    expected += scale * scale / 2 * std::log1p(std::pow((x[m] * w - y[m]) / scale, 2)) / 6;
  double slope = std::nan("");
  require(std::fabs(objective(w, &slope) - expected) <= 1e-14 * expected,
          "the objective on " + device + " follows the formula");
  const double difference = (objective(w + h, nullptr) - objective(w - h, nullptr)) / (2 * h);
  require(std::fabs(slope - difference) <= 1e-9, "the gradient on " + device + " is the slope");

  FitOptions options;
  options.intercept = Intercept::none;
  const FitResult result = fit(context, samples, loss, options);
  require(result.converged(), "a fit on " + device + " converges");
  require(std::fabs(result.coefficients[0] - 2) < 0.1, "the outlier hardly counts on " + device);
}

}  // namespace

int main() {
  const auto names = loss_names();
  require(std::count(names.begin(), names.end(), "cauchy") == 1, "loss_names lists it");
  require(loss_text(parse_loss("cauchy:scale=2")) == "cauchy:scale=2", "its text reads back");
  const CauchyLoss loss{2};
  require(saturated_value(loss, 5.0) == 0 && predicted_mean(loss, 3.0) == 3 &&
              derivative_size(loss, -5.0) == 5 &&
              expected_curvature(loss, 1.0, 0.0) == loss.second_derivative(1.0, 0.0),
          "what it leaves out has its default");
  evaluates("reference");
  evaluates("cpu");
  std::puts("cauchy is a loss");
}
