// Functors of a user's, differentiated on the device by the public header.
#include "device_functor.hpp"

#include <batchgrad/device_derivative.cuh>

#include "parity/derivative_case.hpp"
#include "simt_test.hpp"

namespace batchgrad::test {
namespace {

class DeviceFunctor : public SimtTest {};
BATCHGRAD_SIMT_SCHEDULES(DeviceFunctor);

/// Three points and their gradients of 3 x^2 exp(y): (6 x exp(y), 3 x^2 exp(y)).
const std::vector<double> points{1, 0, -2, 0.5, 0.25, -1};

std::vector<double> truth() {
  std::vector<double> result;
  for (std::size_t n = 0; n < 3; ++n) {
    const double x = points[2 * n];
    const double y = points[2 * n + 1];
    result.push_back(6 * x * std::exp(y));
    result.push_back(3 * x * x * std::exp(y));
  }
  return result;
}

TEST_P(DeviceFunctor, IsDifferentiatedWhereItsPointsAre) {
  const DeviceArray<double> x(points);
  const DeviceArray<double> gradients(std::vector<double>(6, NAN));
  const DeviceArray<double> errors(std::vector<double>(6, NAN));
  for (const Method method : {Method::forward_ad, Method::richardson}) {
    differentiate_on_device<double>(
        ScaledExponential{3}, {x.data(), 3, 2},
        {.derivatives = {gradients.data(), 3, 2}, .errors = {errors.data(), 3, 2}},
        {.method = method});
    for (std::size_t i = 0; i < 6; ++i)
      EXPECT_TRUE(is_within(gradients.host()[i], truth()[i],
                            errors.host()[i] + gamma<double>(4) * std::fabs(truth()[i])))
          << method_name(method);
  }
}

TEST_P(DeviceFunctor, IsQueuedOnTheCallersStream) {
  const DeviceArray<double> x(points);
  const DeviceArray<double> hessians(std::vector<double>(12, NAN));
  cudaStream_t stream = nullptr;
  throw_unless_success(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "stream");
  const DeviceDerivative derivative(ScaledExponential{3}, 2,
                                    {.quantity = Quantity::hessian, .method = Method::forward_ad});
  EXPECT_EQ(derivative.column_count(), 4);
  derivative(MatrixView<const double>(x.data(), 3, 2), {.derivatives = {hessians.data(), 3, 4}},
             stream);
  throw_unless_success(cudaStreamSynchronize(stream), "synchronize");
  const auto h = hessians.host();
  for (std::size_t n = 0; n < 3; ++n) {
    const double a = points[2 * n];
    const double e = std::exp(points[2 * n + 1]);
    const double expected[] = {6 * e, 6 * a * e, 6 * a * e, 3 * a * a * e};
    for (std::size_t c = 0; c < 4; ++c)
      EXPECT_TRUE(is_within(h[4 * n + c], expected[c], gamma<double>(16) * 16 * e));
  }
  throw_unless_success(cudaStreamDestroy(stream), "destroy");
}

TEST_P(DeviceFunctor, RefusesWhatDoesNotFit) {
  const DeviceArray<double> x(points);
  EXPECT_THROW(DeviceDerivative(ScaledExponential{3}, 2, {.method = Method::symbolic}),
               InvalidArgument);
  const DeviceDerivative derivative(ScaledExponential{3}, 2);
  EXPECT_THROW(
      derivative(MatrixView<const double>(x.data(), 2, 3), {.derivatives = {x.data(), 2, 2}}),
      InvalidArgument);
}

}  // namespace
}  // namespace batchgrad::test
