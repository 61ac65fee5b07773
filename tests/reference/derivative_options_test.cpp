// What a request for derivatives may ask for, and what is said where it may not.
#include <batchgrad/derivative.hpp>
#include <batchgrad/error.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace batchgrad::test {
namespace {

/// What gradient(f, (1, 2)) says of the options; nothing where it takes them.
std::string refusal(const DerivativeOptions& options) {
  try {
    static_cast<void>(gradient(Expression("x*y"), {1, 2}, options));
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "";
}

#define EXPECT_REFUSED(text, ...)                                       \
  do {                                                                  \
    const std::string message = refusal(DerivativeOptions __VA_ARGS__); \
    EXPECT_NE(message.find(text), std::string::npos) << message;        \
  } while (false)

TEST(DerivativeOptions, HaveAnOrderThatTheMethodReaches) {
  EXPECT_REFUSED("order is 0", {.order = 0});
  EXPECT_REFUSED("order is -1", {.order = -1});
  EXPECT_REFUSED("up to 4", {.method = Method::forward_ad, .order = 5});
  EXPECT_EQ(refusal({.order = 5}), "");
  EXPECT_REFUSED("second derivatives", {.quantity = Quantity::hessian, .order = 2});
  EXPECT_REFUSED("second derivatives", {.quantity = Quantity::laplacian, .order = 3});
}

TEST(DerivativeOptions, HaveAnAccuracyThatAStencilHas) {
  EXPECT_REFUSED("even", {.method = Method::central, .accuracy = 3});
  EXPECT_REFUSED("even", {.method = Method::central, .accuracy = 1});
  EXPECT_REFUSED("no such stencil", {.method = Method::forward, .accuracy = 3});
  EXPECT_REFUSED("no such stencil", {.method = Method::backward, .accuracy = 10});
  EXPECT_REFUSED("not to richardson", {.method = Method::richardson, .accuracy = 4});
  EXPECT_REFUSED("not to symbolic", {.accuracy = 2});
  for (const int accuracy : {1, 2, 4, 6, 8})
    EXPECT_EQ(refusal({.method = Method::forward, .accuracy = accuracy}), "");
}

TEST(DerivativeOptions, HaveAStepWhereStepsAreTaken) {
  EXPECT_REFUSED("step is -1", {.method = Method::central, .step = {.step = -1}});
  EXPECT_REFUSED("relative_step is nan",
                 {.method = Method::central, .step = {.relative_step = std::nan("")}});
  EXPECT_REFUSED("both given",
                 {.method = Method::central, .step = {.step = 1, .relative_step = 1}});
  EXPECT_REFUSED("takes no steps", {.step = {.step = 1e-5}});
  EXPECT_REFUSED("takes no steps", {.method = Method::forward_ad, .step = {.relative_step = 1e-5}});
  EXPECT_REFUSED("chooses its steps itself", {.method = Method::adaptive, .step = {.step = 1e-5}});
  EXPECT_REFUSED("always computes in double", {.arithmetic = Arithmetic::native});
  EXPECT_REFUSED("tolerance is -1", {.tolerance = -1});
}

TEST(DerivativeOptions, HaveOneEntryForEachParameter) {
  EXPECT_REFUSED("typical has 1 entries", {.typical = {1}});
  EXPECT_REFUSED("typical is 0", {.typical = {1, 0}});
  EXPECT_REFUSED("typical is 0", {.step = {.typical = 0}});
  EXPECT_REFUSED("bounds has 3 entries", {.bounds = {{}, {}, {}}});
  EXPECT_REFUSED("bounds of parameter 1", {.bounds = {{0, 2}, {3, 3}}});
  EXPECT_REFUSED("bounds of parameter 0", {.bounds = {{std::nan(""), 2}, {0, 3}}});
  EXPECT_REFUSED("its bounds are 2 and 3", {.bounds = {{2, 3}, {0, 3}}});
  EXPECT_REFUSED("no direction", {.quantity = Quantity::directional});
  EXPECT_REFUSED("direction has 1 entries", {.quantity = Quantity::directional, .direction = {1}});
  EXPECT_REFUSED("direction is inf for parameter 1",
                 {.quantity = Quantity::directional, .direction = {1, INFINITY}});
  EXPECT_REFUSED("a direction is given", {.direction = {1, 1}});
  EXPECT_EQ(refusal({.typical = {1, 2}, .bounds = {{0, 2}, {0, 3}}}), "");
}

TEST(DerivativeOptions, AreNamesThatAreReadBack) {
  for (const Method method :
       {Method::automatic, Method::forward, Method::backward, Method::central, Method::richardson,
        Method::adaptive, Method::forward_ad, Method::symbolic})
    EXPECT_EQ(parse_method(method_name(method)), method);
  EXPECT_EQ(parse_method("forward_ad"), Method::forward_ad);
  EXPECT_EQ(method_name(Method::forward_ad), "forward-ad");
  EXPECT_THROW(static_cast<void>(parse_method("autodiff")), InvalidArgument);
  EXPECT_EQ(status_name(Status::step_lost), "step_lost");
}

TEST(DerivativeOptions, MeetShapesThatFit) {
  auto context = Context::on("reference");
  DerivativeEvaluator evaluator(context, Expression("[x*y, x + y]"));
  EXPECT_EQ(evaluator.parameter_count(), 2);
  EXPECT_EQ(evaluator.result_count(), 2);
  EXPECT_EQ(evaluator.column_count(), 4);
  EXPECT_EQ(evaluator.method(), Method::symbolic);
  const std::vector<double> x(6, 1.0);
  std::vector<double> out(12, -7);
  const MatrixView<const double> points(x.data(), 3, 2);
  const MatrixView<double> whole(out.data(), 3, 4);
  EXPECT_THROW(evaluator({x.data(), 2, 3}, {.derivatives = whole}), InvalidArgument);
  EXPECT_THROW(evaluator(points, {.derivatives = {out.data(), 3, 2}}), InvalidArgument);
  EXPECT_THROW(evaluator(points, {.derivatives = {out.data(), 2, 4}}), InvalidArgument);
  EXPECT_THROW(evaluator(points, {}), InvalidArgument);
  EXPECT_THROW(evaluator(points, {.derivatives = whole, .values = {out.data(), 3, 1}}),
               InvalidArgument);
  EXPECT_THROW(evaluator(points, {.derivatives = whole, .errors = {out.data(), 1, 4}}),
               InvalidArgument);
  for (const double entry : out) EXPECT_EQ(entry, -7);
  EXPECT_NO_THROW(evaluator(points, {.derivatives = whole}));
  EXPECT_THROW(static_cast<void>(gradient(Expression("x*y"), {1})), InvalidArgument);
  EXPECT_THROW(static_cast<void>(derivative(Expression("x*y"), 1)), InvalidArgument);
}

TEST(DerivativeOptions, OfBuiltInFunctionsHaveNoSymbolicMethod) {
  auto context = Context::on("reference");
  EXPECT_THROW(DerivativeEvaluator(context, Sphere{}, 2, {.method = Method::symbolic}),
               InvalidArgument);
  EXPECT_THROW(DerivativeEvaluator(context, CubicForm{}, 3), InvalidArgument);
  EXPECT_EQ(DerivativeEvaluator(context, Sphere{}, 2).method(), Method::richardson);
}

}  // namespace
}  // namespace batchgrad::test
