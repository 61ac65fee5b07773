#include <batchgrad/dataset.hpp>
#include <batchgrad/derivative.hpp>
#include <batchgrad/fit.hpp>

#include <cstdio>
#include <vector>

int main() {
  using namespace batchgrad;
  // f(x, y) = x^2 y + y^3 has the gradient (2 x y, x^2 + 3 y^2): (12, 31) at (2, 3).
  const std::vector<double> slope = gradient("x^2*y + y^3", {2.0, 3.0});
  std::printf("gradient of f: %.6f %.6f\n", slope[0], slope[1]);

  // y = 2 a - b + 3, but the last sample is wrong. The Huber loss does not let it win.
  const Dataset<double> data({"a", "b"},
                             {0, 0, 1, 0, 0, 1, 1, 1, 2, 1, 1, 2, 2, 2, 3, 1, 1, 3, 3, 3},
                             {3, 5, 2, 4, 6, 3, 5, 8, 2, 60});
  Context context = Context::best();  // the first usable CUDA device, else the cpu
  const FitResult result = fit(context, data.samples(), HuberLoss{0.01});
  std::printf("fit on %s: %.2f a %+.2f b %+.2f\n", context.description().c_str(),
              result.coefficients[0], result.coefficients[1], result.intercept);
  return result.converged() ? 0 : 1;
}
