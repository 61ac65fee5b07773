#include <chrono>
#include <cmath>
#include <csignal>
#include <fmt/format.h>
#include <string>
#include <thread>
#include <vector>

#include "function_test.hpp"

namespace batchgrad::test {
namespace {

using Arguments = std::vector<std::string>;

/// x0*x1*..., whose every second derivative is 1 where all variables are, and that point.
struct Product {
  std::string text = "x0";
  std::string at = "x0=1";
  explicit Product(int variables) {
    for (int i = 1; i < variables; ++i) {
      text += fmt::format("*x{}", i);
      at += fmt::format(",x{}=1", i);
    }
  }
};

// Less than a second is expected; entry by entry it was minutes.
TEST(CliLargeFunction, HasItsHessianSoon) {
  constexpr int variables = 300;
  const Product product(variables);
  for (const char* method : {"symbolic", "forward-ad"}) {
    SCOPED_TRACE(method);
    const auto start = std::chrono::steady_clock::now();
    const ProcessResult result =
        batchgrad({"hessian", product.text, "--at", product.at, "--method", method});
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_TRUE(contains(result.output, "\nd2f/dx298dx299  1\n"));
    EXPECT_TRUE(contains(result.output, "\nd2f/dx2992      0\n"));
  }
}

/// Answers what a program that computes for seconds makes of a signal, which may come before the
/// program is there to hear it.
int exit_code_on_interrupt(const Arguments& arguments) {
  Arguments all = {BATCHGRAD_CLI_PATH};
  all.insert(all.end(), arguments.begin(), arguments.end());
  int exit_code = -SIGINT;
  for (int wait = 200; wait <= 3200 && exit_code == -SIGINT; wait *= 2) {
    Process process(all);
    std::this_thread::sleep_for(std::chrono::milliseconds(wait));
    process.send(SIGINT);
    exit_code = process.wait().exit_code;
  }
  return exit_code;
}

// Its text grows until it is refused, which takes seconds.
TEST_F(Cli, InterruptsEndEvenThePreparations) {
  const Arguments endless = {"exp(x^2)", "--order", "1000"};
  for (const Arguments& command : std::vector<Arguments>{{"derive"}, {"gradient", "--at", "x=1"}}) {
    Arguments arguments = command;
    arguments.insert(arguments.begin() + 1, endless.begin(), endless.end());
    SCOPED_TRACE(::testing::PrintToString(arguments));
    EXPECT_EQ(exit_code_on_interrupt(arguments), 130);
  }
}

TEST_F(Cli, TheLimitsOfATextAreUsageErrors) {
  expect_failure(batchgrad({"derive", std::string(100000, '(')}), 2, "has 100000 bytes");
  expect_failure(batchgrad({"derive", std::string(60000, '(')}), 2, "more than 200 levels");
  std::string sum = "x";
  for (int i = 0; i < 11000; ++i) sum += "+x";
  expect_failure(batchgrad({"derive", sum}), 2, "more than 10000 operations");
}

/// Text of hundreds of thousands of operations would not be read again; these are.
TEST(CliLargeFunction, HasThirdDerivativesThatReadBack) {
  for (const char* f : {"exp(sin(x*y)*cos(x/y)/log(x + y))^(x*y)",
                        "atan2(x^y, hypot(x, y))^erf(x*y)/(1 + exp(-x*y))*log(1 + exp(x))",
                        "if(x < y, sqrt(abs(x - y))*tanh(x), max(x^3, y^2)*asinh(x))"}) {
    SCOPED_TRACE(f);
    const ProcessResult text = batchgrad({"derive", f, "--with-respect-to", "x", "--order", "3"});
    ASSERT_EQ(text.exit_code, 0) << text.errors;
    const Json read = json_of(batchgrad({"gradient", text.output, "--variables", "x,y", "--at",
                                         "x=1.25,y=1.5", "--format", "json"}))["value"];
    const Json exact =
        json_of(batchgrad({"gradient", f, "--at", "x=1.25,y=1.5", "--order", "3", "--method",
                           "forward-ad", "--format", "json"}))["gradient"]["x"];
    ASSERT_TRUE(read.is_number()) << read;
    EXPECT_TRUE(
        is_within(read.get<double>(), exact.get<double>(), 1e-10 * std::fabs(exact.get<double>())));
  }
}

}  // namespace
}  // namespace batchgrad::test
