#include <batchgrad/derivative_check.hpp>
#include <batchgrad/minimize.hpp>
#include <batchgrad/sampled_gradient.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  using namespace batchgrad;
  // The textbook's steps: w = 0, 1, 1.8, 2.44, ...
  MinimizeOptions textbook;
  textbook.solver = GradientDescent{.learning_rate = 0.1};
  textbook.max_iterations = 3;
  textbook.observer = [](const MinimizeStep& step) {
    std::printf("w = %g, cost %g, slope %g\n", step.x[0], step.value, step.gradient[0]);
    return Continue::yes;
  };
  const StartResult descent = minimize(Expression("(w - 5)^2"), {0.0}, textbook);
  std::printf("%s\n", descent.converged() ? "converged" : "the iterations are used up");

  // From a thousand starts at once, by L-BFGS: the lowest of the minima that they find.
  Context context = Context::best();
  const std::vector<double> starts = random_starts({{-5, 5}, {-5, 5}}, 1000, 1);
  const MinimizeResult found =
      minimize(context, Expression("(x^2 + y - 11)^2 + (x + y^2 - 7)^2 + x"),
               MatrixView<const double>(starts.data(), 1000, 2));
  std::printf("lowest at %.4f %.4f\n", found.best_start().x[0], found.best_start().x[1]);

  // Methods against each other: where they disagree, why.
  const double zero = 0;
  const CheckReport report = check_derivatives(context, Expression("sqrt(x^4)"), {&zero, 1, 1});
  for (const Disagreement& each : report.worst)
    std::printf("at %g: %s\n", each.x[0], std::string(cause_name(each.cause)).c_str());

  // Samples of t^2 at uneven times.
  const std::vector<double> times = {0, 1, 3, 4};
  const std::vector<double> heights = {0, 1, 9, 16};
  std::vector<double> speeds(4);
  sampled_gradient(context, VectorView<const double>(heights), {{4}, 0},
                   SampleGrid::at(VectorView<const double>(times)), VectorView<double>(speeds));
  std::printf("speeds %g %g %g %g\n", speeds[0], speeds[1], speeds[2], speeds[3]);
}
