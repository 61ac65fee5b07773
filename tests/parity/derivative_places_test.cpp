// One source for every backend: where differences may and should take their points.
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "derivative_case.hpp"
#include "devices.hpp"

namespace batchgrad::test {
namespace {

class DerivativePlaces : public OnDevice {};
INSTANTIATE_TEST_SUITE_P(On, DerivativePlaces, testing::ValuesIn(parity_devices()), test_name);

// Beyond the bounds f is another function, whose values would spoil every estimate.
TEST_P(DerivativePlaces, AreWithinBounds) {
  const std::string inside = "x*exp(x*y) + y^3";
  const Expression f("if(min(min(x - 0.25, 2 - x), min(y - 1, 3 - y)) < 0, 1e9, " + inside + ")",
                     {"x", "y"});
  std::vector<double> x;
  for (const double a : {0.25, 0.25 + 1e-9, 1.0, 2.0})
    for (const double b : {1.0, 2.5, 3 - 1e-6, 3.0}) x.insert(x.end(), {a, b});
  const MatrixView<const double> points(x.data(), 16, 2);
  auto reference = Context::on("reference");
  for (const Method method : differences)
    for (const Quantity quantity : {Quantity::gradient, Quantity::hessian, Quantity::laplacian}) {
      SCOPED_TRACE(testing::Message() << method_name(method) << static_cast<int>(quantity));
      DerivativeOptions options{.quantity = quantity, .method = method};
      options.bounds = {{0.25, 2}, {1, 3}};
      DerivativeEvaluator evaluator(*context_, f, options);
      const index_t columns = evaluator.column_count();
      DerivativeResults<double> results(16, 1, columns);
      DerivativeResults<double> truth(16, 1, columns);
      evaluator(points, results.output());
      differentiate<double>(reference, Expression(inside, {"x", "y"}), points, truth.output(),
                            {.quantity = quantity});
      index_t known = 0;
      for (index_t n = 0; n < 16; ++n)
        for (index_t c = 0; c < columns; ++c) {
          const Status status = results.status(n, c);
          if (status != Status::ok && status != Status::one_sided) continue;
          ++known;
          EXPECT_TRUE(
              is_within(results.derivative(n, c), truth.derivative(n, c), results.error(n, c)))
              << n << ", " << c;
        }
      EXPECT_GE(known, 8 * columns);
    }
}

TEST_P(DerivativePlaces, AreAsFarApartAsTypicalSizesSay) {
  const double x[] = {0, 1};
  for (const Method method : differences) {
    DerivativeResults<double> results(1, 1, 2);
    differentiate<double>(*context_, Expression("sin(1e6*x) + exp(y)", {"x", "y"}), {x, 1, 2},
                          results.output(), {.method = method, .typical = {1e-6, 1}});
    EXPECT_TRUE(is_within(results.derivative(0, 0), 1e6, results.error(0, 0)));
    EXPECT_TRUE(is_within(results.error(0, 0), 0, 10)) << method_name(method);
    EXPECT_TRUE(is_within(results.derivative(0, 1), std::exp(1), results.error(0, 1)));
    EXPECT_EQ(status_name(results.status(0, 0)), status_name(Status::ok));
  }
}

}  // namespace
}  // namespace batchgrad::test
