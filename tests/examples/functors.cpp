#include <batchgrad/derivative.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

int main() {
  using namespace batchgrad;
  // Anything that is called with a point is differenced, by richardson unless told otherwise.
  const auto f = [](const auto& x) { return x[0] * x[0] * x[1] + x[1] * x[1] * x[1]; };
  const std::vector<double> slope = gradient(f, {2.0, 3.0});
  std::printf("gradient %.6f %.6f\n", slope[0], slope[1]);
  std::printf("derivative %.6f\n", derivative([](double x) { return 3 * x * std::exp(x); }, 2.0));

  // A template of its numbers can be called with dual numbers: exact, here to the second order.
  const auto exact = with_duals<2>(f);
  const std::vector<double> curvature = hessian(exact, {2.0, 3.0}, {.method = Method::forward_ad});
  std::printf("hessian %g %g %g %g\n", curvature[0], curvature[1], curvature[2], curvature[3]);

  // Several results: the Jacobian, row by row.
  const auto polar = [](const auto& p) {
    return std::array{p[0] * std::cos(p[1]), p[0] * std::sin(p[1])};
  };
  const std::vector<double> jacobian = gradient(polar, {2.0, 0.0}, {.method = Method::central});
  std::printf("jacobian %.6f %.6f %.6f %.6f\n", jacobian[0], jacobian[1], jacobian[2], jacobian[3]);

  // Many points on every core, with errors and statuses; x stays within its bounds.
  const auto root = [](const auto& x) { return std::sqrt(x[0]); };
  const std::vector<double> points = {0.25, 1, 4, 0};
  std::vector<double> slopes(4);
  std::vector<double> errors(4);
  std::vector<Status> statuses(4);
  Context context = Context::on("cpu");
  differentiate<double>(context, root, {points.data(), 4, 1},
                        {.derivatives = {slopes.data(), 4, 1},
                         .errors = {errors.data(), 4, 1},
                         .statuses = {statuses.data(), 4, 1}},
                        {.method = Method::adaptive, .bounds = {{0, infinity}}});
  for (std::size_t n = 0; n < 3; ++n)
    std::printf("%.6f, error below 1e-6: %s, %s\n", slopes[n], errors[n] < 1e-6 ? "yes" : "no",
                std::string(status_name(statuses[n])).c_str());
  std::printf("at 0 the slope is infinite, and the status is %s\n",
              statuses[3] == Status::ok ? "wrong" : "not ok");
}
