#include <string>
#include <vector>

#include "function_test.hpp"

namespace batchgrad::test {
namespace {

using Arguments = std::vector<std::string>;

std::string derive(const std::string& f, const Arguments& more = {}) {
  Arguments arguments = {"derive", f};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const ProcessResult result = batchgrad(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
  return result.output;
}

TEST(CliDerive, TeachingExamples) {
  EXPECT_EQ(derive("x^3 - 2*x^2 + 5"), "d/dx = 3*x^2 - 4*x\n");
  EXPECT_EQ(derive("(2*x + 1)^2", {"--order", "0", "--expand"}), "4*x^2 + 4*x + 1\n");
  EXPECT_EQ(derive("(2*x + 1)^2", {"--expand", "--with-respect-to", "x"}), "8*x + 4\n");
}

TEST(CliDerive, EveryVariableUnlessNamed) {
  EXPECT_EQ(derive("x^2*y + y^3"), "d/dx = 2*x*y\nd/dy = x^2 + 3*y^2\n");
  EXPECT_EQ(derive("x^2*y + y^3", {"--with-respect-to", "y"}), "x^2 + 3*y^2\n");
  EXPECT_EQ(derive("x^2*y + y^3", {"--order", "2"}), "d2/dx2 = 2*y\nd2/dy2 = 6*y\n");
  EXPECT_EQ(derive("x^2*y + y^3", {"--with-respect-to", "x,y"}), "2*x\n");
  EXPECT_EQ(derive("x^2*y + y^3", {"--with-respect-to", "x,x,y"}), "2\n");
  EXPECT_EQ(derive("y^3", {"--variables", "x,y"}), "d/dx = 0\nd/dy = 3*y^2\n");
}

TEST(CliDerive, SeveralResults) {
  EXPECT_EQ(derive("[x*y, x^2]", {"--with-respect-to", "x"}), "[y, 2*x]\n");
  const Json document = json_of(batchgrad({"derive", "[x*y, x^2]", "--format", "json"}));
  EXPECT_EQ(document["derivatives"]["x"].dump(), R"(["y","2*x"])");
}

TEST(CliDerive, AsJson) {
  EXPECT_EQ(json_of(batchgrad({"derive", "x^2*y", "--format", "json"})).dump(),
            R"({"expression":"x^2*y","derivatives":{"x":"2*x*y","y":"x^2"}})");
  EXPECT_EQ(json_of(batchgrad(
                {"derive", "x^2*y", "--with-respect-to", "x,y", "--format", "json"}))["derivatives"]
                .dump(),
            R"({"x,y":"2*x"})");
}

/// What is printed is read back, and has the slope that the function has.
TEST(CliDerive, TextReadsBack) {
  for (const char* f : {"exp(-x^2/2)*sin(3*x)", "log(1 + x^2)/x", "if(x > 1, x^3, sqrt(x))",
                        "u = x*x; atan(u)^u", "hypot(x, 2)*tanh(x) - erf(x)"}) {
    SCOPED_TRACE(f);
    std::string text = derive(f, {"--with-respect-to", "x"});
    text.pop_back();
    const Json value = json_of(batchgrad(
        {"gradient", text, "--variables", "x", "--at", "x=1.25", "--format", "json"}))["value"];
    const Json slope = json_of(batchgrad({"gradient", f, "--at", "x=1.25", "--method", "central",
                                          "--format", "json"}))["gradient"]["x"];
    ASSERT_TRUE(value.is_number()) << value << text;
    EXPECT_TRUE(is_within(value.get<double>(), slope.get<double>(), 1e-7));
  }
}

TEST_F(Cli, DeriveWritesFiles) {
  EXPECT_EQ(derive("x^2", {"-o", directory_ / "slope.txt"}), "");
  EXPECT_EQ(directory_.read("slope.txt"), "d/dx = 2*x\n");
  expect_failure(batchgrad({"derive", "x^2", "-o", directory_ / "no/slope.txt"}), 1,
                 "No such file");
  expect_failure(batchgrad({"derive", "x^2"}, {.output = "/dev/full"}), 1, "No space left");
  expect_failure(batchgrad({"derive", "x^2", "-o", "/dev/full"}), 1, "/dev/full");
}

TEST(CliDerive, RefusesWhatMakesNoSense) {
  const auto refuse = [](Arguments options, const char* message) {
    options.insert(options.begin(), {"derive", "x^2*y"});
    expect_failure(batchgrad(options), 2, message);
  };
  refuse({"--with-respect-to", "z"}, "--with-respect-to");
  refuse({"--with-respect-to", "x,y", "--order", "2"}, "--order does not go with several");
  refuse({"--order", "-1"}, "from 0");
  refuse({"--format", "csv"}, "--format csv");
  refuse({"--device", "reference"}, "--device");
  refuse({"--threads", "2"}, "--threads");
  refuse({"--at", "x=1"}, "--at");
  expect_failure(batchgrad({"derive", "x^^2"}), 2, "x^^2");
  expect_failure(batchgrad({"derive", "7"}), 2, "has no variables");
  expect_failure(batchgrad({"derive"}), 2, "EXPR");
}

}  // namespace
}  // namespace batchgrad::test
