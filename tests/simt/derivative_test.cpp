// The cuda backend's derivatives, kernels and launchers, thread by thread: built-in functions
// against closed forms, expressions, compiled at run time, against the reference and closed forms.
#include <gtest/gtest.h>

#include "cuda/cuda_backend.hpp"
#include "parity/derivative_case.hpp"
#include "simt_test.hpp"

namespace batchgrad::test {
namespace {

class DerivativeSimt : public SimtTest {};
BATCHGRAD_SIMT_SCHEDULES(DerivativeSimt);

/// All that is known about derivatives of f at some points.
template <class T, class F>
DerivativeResults<T> differentiate_on(Context& context, const F& f, index_t parameters,
                                      index_t results, const std::vector<T>& x,
                                      const DerivativeOptions& options) {
  const auto points = static_cast<index_t>(x.size()) / parameters;
  const bool is_second = options.quantity == Quantity::hessian;
  DerivativeResults<T> all(points, results, results * parameters * (is_second ? parameters : 1));
  differentiate<T>(context, f, {x.data(), points, parameters}, all.output(), options);
  return all;
}

/// Every number of a batch: what cuda says is what the reference says. Both add up the same terms
/// in the same order here, where a device's own functions and contraction play no part.
template <class T, class F>
void expect_reference_bits(const F& f, index_t parameters, index_t results, const std::vector<T>& x,
                           const DerivativeOptions& options) {
  SCOPED_TRACE(testing::Message() << "by " << method_name(options.method) << ", order "
                                  << options.order << ", " << sizeof(T) << " bytes");
  auto context = Context::on("cuda");
  auto reference = Context::on("reference");
  const auto actual = differentiate_on<T>(context, f, parameters, results, x, options);
  const auto expected = differentiate_on<T>(reference, f, parameters, results, x, options);
  for (index_t n = 0; n < static_cast<index_t>(x.size()) / parameters; ++n)
    ASSERT_TRUE(actual.has_same_bits(n, expected, n)) << "point " << n;
}

TEST_P(DerivativeSimt, OfBuiltInFunctionsAreThoseOfTheReference) {
  const auto x = RandomNumbers(3).vector<double>(33 * 3);
  const auto narrow = RandomNumbers(3).vector<float>(33 * 3);
  for (const Method method : {Method::central, Method::adaptive, Method::forward_ad}) {
    expect_reference_bits<double>(Rosenbrock{}, 3, 1, x, {.method = method});
    expect_reference_bits<float>(DampedSine{}, 3, 1, narrow, {.method = method});
  }
  expect_reference_bits<float>(DampedSine{}, 3, 1, narrow,
                               {.method = Method::richardson, .arithmetic = Arithmetic::native});
  for (const Method method : {Method::richardson, Method::forward_ad}) {
    expect_reference_bits<double>(Rosenbrock{}, 3, 1, x,
                                  {.quantity = Quantity::hessian, .method = method});
    for (const int order : {2, 3, 4})
      expect_reference_bits<double>(DampedSine{}, 3, 1, x, {.method = method, .order = order});
  }
}

TEST_P(DerivativeSimt, OfBuiltInFunctionsAreClosedForms) {
  constexpr index_t points = 257;
  constexpr index_t parameters = 5;  // more than fit into the lanes of one item
  const auto x = RandomNumbers(4).vector<double>(points * parameters);
  auto context = Context::on("cuda");
  const Rosenbrock f;
  const auto results =
      differentiate_on<double>(context, f, parameters, 1, x, {.method = Method::forward_ad});
  for (index_t n = 0; n < points; ++n) {
    const VectorView<const double> point(x.data() + n * parameters, parameters);
    // |f| < 4 (100 * 4 + 4) and |df| < 3000, each by less than 32 roundings.
    ASSERT_TRUE(is_within(results.value(n, 0), f(point), 1616 * gamma<double>(32)));
    for (index_t i = 0; i < parameters; ++i)
      ASSERT_TRUE(
          is_within(results.derivative(n, i), f.derivative(point, i), 3000 * gamma<double>(32)));
  }
}

TEST_P(DerivativeSimt, HaveTheSameBitsForEveryGridAndChunk) {
  constexpr index_t points = 300;
  const auto x = RandomNumbers(5).vector<float>(points * 2);
  const auto run = [&](const cuda::LaunchLimits& limits) {
    Context context(cuda::make_backend(0, 1, limits));
    return differentiate_on<float>(context, CubicForm{}, 2, 1, x, {});
  };
  const auto expect_same = [&](const auto& actual, const auto& expected) {
    for (index_t n = 0; n < points; ++n) ASSERT_TRUE(actual.has_same_bits(n, expected, n));
  };
  const auto expected = run({});
  for (const cuda::LaunchLimits& limits :
       {cuda::LaunchLimits{.most_blocks = 1}, cuda::LaunchLimits{.most_points = 1},
        cuda::LaunchLimits{.most_points = 299}, cuda::LaunchLimits{.most_points = 7}})
    expect_same(run(limits), expected);
}

TEST_P(DerivativeSimt, WriteRowsAsFarApartAsAsked) {
  for (const auto& f : {separable_functions()[1]}) {
    auto context = Context::on("cuda");
    expect_derivative_parity<double>(context, f, {.method = Method::symbolic}, {33, 2, 3});
    expect_derivative_parity<float>(context, f, {.method = Method::richardson}, {33, 2, 3});
  }
}

TEST(DerivativeMemory, IsSharedOutInSmallerChunksWhereThereIsLittle) {
  constexpr index_t points = 4000;
  const auto x = RandomNumbers(6).vector<double>(points * 2);
  const auto run = [&](std::size_t bytes) {
    simt::cudart::Config config;
    config.device_memory = bytes;
    simt::cudart::reset(config);
    auto context = Context::on("cuda");
    std::vector<double> gradients(x.size(), std::nan(""));
    differentiate<double>(context, Sphere{}, {x.data(), points, 2},
                          {.derivatives = {gradients.data(), points, 2}},
                          {.method = Method::forward_ad});
    return gradients;
  };
  EXPECT_EQ(run(4096), run(std::size_t{1} << 30));
  EXPECT_THROW(run(80), OutOfDeviceMemory);  // holds the plan and no point
}

}  // namespace
}  // namespace batchgrad::test
