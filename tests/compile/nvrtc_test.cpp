// What the library hands to NVRTC at run time compiles: the headers that it carries, under the
// names they have in an installed tree and with nothing else (no include path, no toolkit), and the
// sources that it writes from expressions. NVRTC needs no device.
#include "cuda/nvrtc.hpp"

#include <batchgrad/error.hpp>

#include <gtest/gtest.h>
#include <pthread.h>
#include <string>

#include "cuda/derivative_source.hpp"
#include "cuda/header_table.hpp"

namespace batchgrad::test {
namespace {

/// Machine code for sm_90; throws CudaError with the compiler's messages.
std::string compile(const std::string& source) {
  static const cuda::Nvrtc nvrtc;
  return nvrtc.compile(source, {"sm_90"});
}

TEST(Nvrtc, FindsTheHeaders) { EXPECT_GT(cuda::embedded_headers().size(), 25U); }

TEST(Nvrtc, CompilesEachHeaderAlone) {
  for (const cuda::EmbeddedHeader& header : cuda::embedded_headers()) {
    const std::string include = std::string("#include <") + header.name + ">\n";
    EXPECT_NO_THROW(compile(include + include)) << header.name;
  }
}

TEST(Nvrtc, CompilesEveryLoss) {
  const auto image = compile(R"(
#include <batchgrad/loss/losses.hpp>
using namespace batchgrad;

template <class T>
__device__ void evaluate(AnyLoss loss, T* inout) {
  loss.visit([&](const auto& l) {
    const T prediction = inout[0];
    const T target = inout[1];
    inout[0] = l.value(prediction, target);
    inout[1] = l.derivative(prediction, target);
    inout[2] = l.second_derivative(prediction, target);
    inout[3] = expected_curvature(l, prediction, target);
    inout[4] = saturated_value(l, target) + predicted_mean(l, prediction);
    inout[5] = derivative_size(l, target);
  });
}
extern "C" __global__ void every_loss(AnyLoss loss, float* f, double* d) {
  evaluate(loss, f);
  evaluate(loss, d);
}
)");
  EXPECT_NE(image.find("every_loss"), std::string::npos);
}

TEST(Nvrtc, CompilesEveryFunction) {
  const auto image = compile(R"(
#include <batchgrad/derivative/forward_ad.hpp>
#include <batchgrad/function/functions.hpp>
using namespace batchgrad;

extern "C" __global__ void every_function(AnyFunction function, const float* x, double* slopes) {
  function.visit([&](const auto& f) {
    const VectorView<const float> point(x, 3);
    const DerivativeColumn column{DerivativeColumn::Kind::parameter, 1, 1};
    forward_derivatives<double, 1, 1>(f, point, &column, 1, {}, slopes);
    slopes[1] = f.derivative(point, 1);
  });
}
)");
  EXPECT_NE(image.find("every_function"), std::string::npos);
}

TEST(Nvrtc, RefusesAProgramThatIsWrong) {
  EXPECT_THROW(compile("#include <batchgrad/loss/losses.hpp>\nerror here;"), CudaError);
}

template <class T>
void expect_compiles(const Expression& f, const DerivativeOptions& options, Effort effort) {
  SCOPED_TRACE(testing::Message() << f.text().substr(0, 100) << " by "
                                  << method_name(options.method) << ", order " << options.order);
  const auto plan = detail::make_plan(options, static_cast<index_t>(f.variables().size()),
                                      f.results(), Method::symbolic);
  const cuda::DerivativeSource source(plan, detail::make_programs(f, plan));
  std::string image;
  ASSERT_NO_THROW(image = compile(source.text<T>(effort)));
  EXPECT_NE(image.find(cuda::DerivativeSource::kernel_name), std::string::npos);
}

/// Of everything that users can write.
const char* const every_operation =
    "[x + y, x - y, x*y, x/y, -x, x^y, x^5, if(x < y, x, y*y), x <= y, x >= y, x == y, x != y, "
    "min(x, y), max(x, y), abs(x), sign(x), floor(x), ceil(x), sqrt(x), cbrt(x), exp(x), expm1(x), "
    "log(x), log1p(x), log2(x), log10(x), sin(x), cos(x), tan(x), asin(x), acos(x), atan(x), "
    "atan2(x, y), sinh(x), cosh(x), tanh(x), asinh(x), acosh(x), atanh(x), erf(x), erfc(x), "
    "hypot(x, y), log(exp(x) + exp(y)), 1/(1 + exp(-x)), 1/0, 2]";

TEST(Nvrtc, CompilesEveryOperation) {
  expect_compiles<double>(Expression(every_operation), {.method = Method::symbolic}, Effort::value);
}

TEST(Nvrtc, CompilesExpressionsByEveryMethod) {
  const Expression f("r = x*x + y; [r*y + x^3, exp(-x)*sin(x*y)]");
  expect_compiles<double>(f, {.method = Method::symbolic}, Effort::estimate);
  expect_compiles<float>(f, {.method = Method::symbolic}, Effort::value);
  expect_compiles<float>(f, {.method = Method::adaptive}, Effort::value);
  expect_compiles<float>(f, {.method = Method::central, .arithmetic = Arithmetic::native},
                         Effort::value);
  expect_compiles<double>(f, {.method = Method::forward_ad}, Effort::estimate);
  for (const int order : {2, 3, 4})
    expect_compiles<double>(f, {.method = Method::forward_ad, .order = order}, Effort::value);
}

/// By itself the compiler overflows a stack of 64 KiB, which is what some threads of callers have.
TEST(Nvrtc, CompilesOnACallersSmallStack) {
  const Expression f("x^2*y + y^3");
  const auto plan = detail::make_plan({.method = Method::symbolic}, 2, 1, Method::symbolic);
  struct Task {
    std::string source;
    std::string image;
  } task{cuda::DerivativeSource(plan, detail::make_programs(f, plan)).text<double>(Effort::value),
         ""};
  const auto body = [](void* argument) -> void* {
    auto& both = *static_cast<Task*>(argument);
    both.image = compile(both.source);
    return nullptr;
  };
  compile("");  // loads the compiler
  pthread_attr_t attributes;
  pthread_t thread = {};
  ASSERT_EQ(::pthread_attr_init(&attributes), 0);
  ASSERT_EQ(::pthread_attr_setstacksize(&attributes, std::size_t{64} << 10), 0);
  ASSERT_EQ(::pthread_create(&thread, &attributes, body, &task), 0);
  ::pthread_attr_destroy(&attributes);
  ::pthread_join(thread, nullptr);
  EXPECT_FALSE(task.image.empty());
}

TEST(Nvrtc, CompilesLongExpressions) {
  std::string text = "sin(x)";
  for (int k = 1; k <= 200; ++k) {
    const std::string number = std::to_string(k);
    text += " + cos(" + number + "*x + y)/" + number;
  }
  expect_compiles<double>(Expression(text), {.method = Method::symbolic}, Effort::value);
}

}  // namespace
}  // namespace batchgrad::test
