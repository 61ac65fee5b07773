#include <batchgrad/derivative.hpp>

#include <cstdio>
#include <string>
#include <vector>

int main() {
  using namespace batchgrad;
  const Expression f("r2 = x*x + y*y; exp(-r2/2)");
  std::printf("df/dx = %s\n", f.derivative("x").text().c_str());

  // One point is one line; symbolic unless another method is named.
  const std::vector<double> slope = gradient(f, {1.0, 2.0});
  const std::vector<double> curvature = hessian(f, {1.0, 2.0}, {.method = Method::forward_ad});
  std::printf("gradient %.6f %.6f, d2f/dxdy %.6f\n", slope[0], slope[1], curvature[1]);

  // With an error estimate, a status, the step used and the slopes on both sides.
  for (const auto& seen : estimate_derivatives("abs(x)", {0.0}, {.method = Method::adaptive}))
    std::printf("abs at 0: %s, from %.1f to %.1f\n", std::string(status_name(seen.status)).c_str(),
                seen.left, seen.right);

  // Many points: prepared once, evaluated on every core or on the GPU. An array of any shape is a
  // view of its numbers; they are not changed.
  const std::vector<double> points = {0, 0, 1, 0, 0, 1, 1, 2};  // 4 x 2
  std::vector<double> values(4);
  std::vector<double> gradients(8);
  Context context = Context::best();
  DerivativeEvaluator evaluator(context, f);
  evaluator(MatrixView<const double>(points.data(), 4, 2),
            {.derivatives = {gradients.data(), 4, 2}, .values = {values.data(), 4, 1}});
  std::printf("at the last of 4 points: %.6f, slopes %.6f %.6f\n", values[3], gradients[6],
              gradients[7]);

  // Mistakes are exceptions that show their place.
  try {
    const Expression wrong("x + sine(y)");
  } catch (const ParseError& error) {
    std::printf("%s\n", error.what());
  }
}
