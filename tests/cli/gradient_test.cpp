#include <cmath>
#include <string>
#include <vector>

#include "function_test.hpp"

namespace batchgrad::test {
namespace {

using Arguments = std::vector<std::string>;

/// `batchgrad gradient f --at at ...` as JSON.
Json gradient_at(const std::string& f, const std::string& at, const Arguments& more = {}) {
  Arguments arguments = {"gradient", f, "--at", at, "--format", "json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const ProcessResult result = batchgrad(arguments);
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
  return json_of(result);
}

double derivative_at(const std::string& f, const std::string& at, const Arguments& more = {}) {
  const Json gradient = gradient_at(f, at, more)["gradient"];
  return gradient.size() == 1 ? gradient.front().get<double>()
                              : std::numeric_limits<double>::quiet_NaN();
}

TEST(CliGradient, OnePointInEveryFormat) {
  const Json document = gradient_at(cubic, "x=2,y=3");
  EXPECT_EQ(document.dump(), R"({"value":39,"gradient":{"x":12,"y":31}})");
  const ProcessResult text = batchgrad({"gradient", cubic, "--at", "y=3,x=2"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(text.output, "f(x = 2, y = 3) = 39\ndf/dx  12\ndf/dy  31\n");
  const ProcessResult csv = batchgrad({"gradient", cubic, "--at", "x=2,y=3", "--format", "csv"});
  EXPECT_EQ(csv.output, "x,y,value,d_x,d_y\n2,3,39,12,31\n");
}

TEST(CliGradient, TeachingExamples) {
  // Two values of 9 ulps 2^-50 each at worst, over the step: beside the truncation, 1e-5 and 0.
  EXPECT_TRUE(is_within(derivative_at("x^2", "x=3", {"--method", "forward", "--step", "1e-5"}),
                        6.00001, 4e-10));
  EXPECT_TRUE(
      is_within(derivative_at("x^2", "x=3", {"--method", "central", "--step", "1e-5"}), 6, 4e-10));
  // A step of 1e-5 is wrong by 2e-5.
  EXPECT_TRUE(
      is_within(derivative_at("x^2", "x=3", {"--method", "central", "--order", "2"}), 2, 1e-6));
  EXPECT_TRUE(is_within_ulps(derivative_at("3*x*exp(x)", "x=2"), 66.50150489037586, 8));
  EXPECT_EQ(gradient_at("2*x + 3*x*y + y^3", "x=3,y=2")["gradient"].dump(), R"({"x":8,"y":21})");
  EXPECT_EQ(gradient_at("w*x + x*y*z + 3*w + z*y^2", "w=3,x=2,y=3,z=4")["gradient"].dump(),
            R"({"w":5,"x":15,"y":32,"z":15})");
  const Json differences =
      gradient_at(cubic, "x=2,y=3", {"--method", "central", "--step", "1e-6"})["gradient"];
  EXPECT_TRUE(is_within(differences["x"].get<double>(), 12, 1e-7));
  EXPECT_TRUE(is_within(differences["y"].get<double>(), 31, 1e-7));
  EXPECT_EQ(derivative_at("y^2", "y=6"), 12);
  EXPECT_EQ(derivative_at("3*x", "x=2"), 3);
  EXPECT_EQ(derivative_at("y = 3*x; y^2", "x=2"), 36);
  EXPECT_TRUE(is_within(derivative_at("y = 3*x; y^2", "x=2", {"--method", "central"}), 36, 1e-8));
}

TEST(CliGradient, EveryMethodFindsTheSlope) {
  for (const char* method : {"symbolic", "forward-ad", "forward_ad", "central", "forward",
                             "backward", "richardson", "adaptive"}) {
    SCOPED_TRACE(method);
    const Json gradient = gradient_at(cubic, "x=2,y=3", {"--method", method})["gradient"];
    // One-sided quotients of first order are wrong by step * f'' / 2: 2^-26 * 2 * 3 and 18 / 2.
    EXPECT_TRUE(is_within(gradient["x"].get<double>(), 12, 1e-6));
    EXPECT_TRUE(is_within(gradient["y"].get<double>(), 31, 1e-6));
  }
}

TEST(CliGradient, ErrorsComeWithStatusStepAndSlopes) {
  const Json smooth = gradient_at(cubic, "x=2,y=3", {"--method", "adaptive", "--errors"});
  for (const char* key : {"error", "status", "step", "left", "right"})
    ASSERT_TRUE(smooth.contains(key)) << smooth.dump();
  EXPECT_EQ(smooth["status"].dump(), R"({"x":"ok","y":"ok"})");
  const double error = smooth["error"]["x"].get<double>();
  EXPECT_TRUE(is_within(smooth["gradient"]["x"].get<double>(), 12, error));
  EXPECT_LT(error, 1e-6);
  EXPECT_GT(smooth["step"]["x"].get<double>(), 0);
  const Json kink = gradient_at("abs(x)", "x=0", {"--method", "adaptive", "--errors"});
  EXPECT_EQ(kink["status"]["x"], "kink");
  EXPECT_TRUE(is_within(kink["left"]["x"].get<double>(), -1, 1e-9));
  EXPECT_TRUE(is_within(kink["right"]["x"].get<double>(), 1, 1e-9));
  const ProcessResult text =
      batchgrad({"gradient", "abs(x)", "--at", "x=0", "--method", "adaptive", "--errors"});
  for (const char* part : {"error", "status", "step", "left", "right", "kink", "df/dx"})
    EXPECT_TRUE(contains(text.output, part)) << text.output;
}

TEST(CliGradient, SeveralResultsAreNumbered) {
  const Json document = gradient_at("[x*y, x/y]", "x=6,y=2");
  EXPECT_EQ(document.dump(), R"({"value":[12,3],"gradient":[{"x":2,"y":6},{"x":0.5,"y":-1.5}]})");
  const ProcessResult csv =
      batchgrad({"gradient", "[x*y, x/y]", "--at", "x=6,y=2", "--format", "csv"});
  EXPECT_EQ(csv.output, "x,y,value_1,value_2,d_1_x,d_1_y,d_2_x,d_2_y\n6,2,12,3,2,6,0.5,-1.5\n");
  const ProcessResult text = batchgrad({"gradient", "[x*y, x/y]", "--at", "x=6,y=2"});
  EXPECT_TRUE(contains(text.output, "f2(x = 6, y = 2) = 3\ndf2/dx  0.5\n")) << text.output;
}

TEST(CliGradient, OtherDerivatives) {
  EXPECT_EQ(gradient_at(cubic, "x=2,y=3", {"--direction", "x=1,y=-1"}).dump(),
            R"({"value":39,"directional":-19})");
  EXPECT_EQ(gradient_at(cubic, "x=2,y=3", {"--direction", "y=2"})["directional"], 62);
  EXPECT_EQ(gradient_at(cubic, "x=2,y=3", {"--laplacian"}).dump(),
            R"({"value":39,"laplacian":24})");
  EXPECT_EQ(gradient_at(cubic, "x=2,y=3", {"--order", "3"})["gradient"].dump(), R"({"x":0,"y":6})");
  const ProcessResult csv = batchgrad(
      {"gradient", cubic, "--at", "x=2,y=3", "--order", "2", "--format", "csv", "--results-only"});
  EXPECT_EQ(csv.output, "value,d2_x,d2_y\n39,6,18\n");
}

TEST(CliGradient, RunsOnEveryDevice) {
  for (const char* device : {"cpu", "reference"})
    EXPECT_EQ(gradient_at(cubic, "x=2,y=3", {"--device", device, "--threads", "1"})["gradient"],
              gradient_at(cubic, "x=2,y=3")["gradient"]);
}

TEST(CliGradient, SpacesInListsDoNotCount) {
  EXPECT_EQ(gradient_at(cubic, " x = 2, y =3 ")["value"], 39);
  EXPECT_EQ(gradient_at(cubic, "x=2,y=3", {"--direction", "x=1, y=-1"})["directional"], -19);
  EXPECT_EQ(
      gradient_at("sqrt(x)", "x = 4",
                  {"--method", "central", "--bounds", "x = 0 : inf", "--step", "0.5"})["value"],
      2);
}

TEST(CliGradient, VariablesGiveTheOrder) {
  EXPECT_EQ(gradient_at("x + 2*y", "x=1,y=1,z=5", {"--variables", "z,y,x"})["gradient"].dump(),
            R"({"z":0,"y":2,"x":1})");
}

TEST(CliGradient, BoundsKeepTheStencilInside) {
  // log is not defined below 0: every value must come from the right side of the bound.
  const Json gradient =
      gradient_at("sqrt(x)", "x=1e-3", {"--method", "adaptive", "--bounds", "x=0:inf", "--errors"});
  const double exact = 0.5 / std::sqrt(1e-3);
  EXPECT_TRUE(is_within(gradient["gradient"]["x"].get<double>(), exact, 1e-4 * exact));
  expect_failure(batchgrad({"gradient", "sqrt(x)", "--at", "x=-1", "--bounds", "x=0:inf"}), 2,
                 "x = -1 is out of its bounds, 0 to inf");
}

TEST(CliGradient, AResultThatIsNotFiniteIsFourAndPrinted) {
  const ProcessResult json = batchgrad({"gradient", "1/x", "--at", "x=0", "--format", "json"});
  EXPECT_EQ(json.exit_code, 4);
  EXPECT_EQ(json_of(json)["value"], "inf");
  const ProcessResult csv = batchgrad({"gradient", "log(x)", "--at", "x=-1", "--format", "csv"});
  EXPECT_EQ(csv.exit_code, 4);
  EXPECT_TRUE(contains(csv.output, "nan")) << csv.output;
}

TEST(CliGradient, AMinusInFrontNeedsParenthesesOrTwoHyphens) {
  EXPECT_EQ(derivative_at("(-x^2)", "x=3"), -6);
  const ProcessResult result =
      batchgrad({"gradient", "--at", "x=3", "--format", "json", "--", "-x^2"});
  EXPECT_EQ(json_of(result)["gradient"]["x"], -6) << result.errors;
}

TEST(CliGradient, ShowsThePlaceOfAMistake) {
  const ProcessResult result = batchgrad({"gradient", "x^2 + siin(y)", "--at", "x=2,y=3"});
  expect_failure(result, 2, "siin(y)");
  EXPECT_TRUE(contains(result.errors, "\n        ^\n")) << result.errors;
  EXPECT_TRUE(contains(result.errors, "did you mean")) << result.errors;
}

struct Wrong {
  Arguments options;
  const char* message;
};

TEST(CliGradient, RefusesWhatMakesNoSense) {
  const std::vector<Wrong> cases = {
      {{}, "--at x=2,y=3 or --points FILE"},
      {{"--at", "x=2"}, "--at does not say what y is"},
      {{"--at", "x=2,y=3,z=1"}, "'z'"},
      {{"--at", "x=2,y"}, "NAME=NUMBER"},
      {{"--at", "x=2,y=3,x=2"}, "twice"},
      {{"--at", "x=2,y=inf"}, "not finite"},
      {{"--at", "x=2,y=3", "--points", "p.csv"}, "both given"},
      {{"--at", "x=2,y=3", "--ignore", "a"}, "do not go with --at"},
      {{"--at", "x=2,y=3", "--header", "no"}, "do not go with --at"},
      {{"--at", "x=2,y=3", "--method", "magic"}, "choose one of"},
      {{"--at", "x=2,y=3", "--order", "0"}, "from 1"},
      {{"--at", "x=2,y=3", "--accuracy", "3", "--method", "central"}, "2, 4, 6 or 8"},
      {{"--at", "x=2,y=3", "--accuracy", "2"}, "not to symbolic"},
      {{"--at", "x=2,y=3", "--step", "1e-3"}, "symbolic takes no steps"},
      {{"--at", "x=2,y=3", "--step", "0", "--method", "central"}, "above 0"},
      {{"--at", "x=2,y=3", "--step", "1", "--relative-step", "1"}, "--relative-step"},
      {{"--at", "x=2,y=3", "--typical", "z=1"}, "--typical"},
      {{"--at", "x=2,y=3", "--typical", "x=0", "--method", "central"}, "typical"},
      {{"--at", "x=2,y=3", "--bounds", "x=1"}, "LOWER:UPPER"},
      {{"--at", "x=2,y=3", "--bounds", "x=1:0"}, "is empty"},
      {{"--at", "x=2,y=3", "--bounds", "q=0:1"}, "--bounds"},
      {{"--at", "x=2,y=3", "--laplacian", "--order", "2"}, "second derivatives"},
      {{"--at", "x=2,y=3", "--laplacian", "--direction", "x=1"}, "--laplacian"},
      {{"--at", "x=2,y=3", "--direction", "q=1"}, "--direction"},
      {{"--at", "x=2,y=3", "--order", "5", "--method", "forward-ad"}, "up to 4"},
      {{"--at", "x=2,y=3", "--native", "--method", "central"}, "--native"},
      {{"--at", "x=2,y=3", "--results-only"}, "--results-only needs"},
      {{"--at", "x=2,y=3", "--variables", "x"}, "y"},
      {{"--at", "x=2,y=3", "-o", "out.npy", "--format", "json"}, ".npy"},
      {{"--at", "x=2,y=3", "-o", "out.csv.gz"}, "gzip"},
      {{"--at", "x=2,y=3", "--device", "tpu"}, "tpu"},
  };
  for (const Wrong& wrong : cases) {
    SCOPED_TRACE(::testing::PrintToString(wrong.options));
    Arguments arguments = {"gradient", cubic};
    arguments.insert(arguments.end(), wrong.options.begin(), wrong.options.end());
    expect_failure(batchgrad(arguments), 2, wrong.message);
  }
  expect_failure(batchgrad({"gradient", "--at", "x=1"}), 2, "EXPR");
  expect_failure(batchgrad({"gradient", "2 + 3", "--at", "x=1"}), 2, "has no variables");
  expect_failure(batchgrad({"gradient", "", "--at", "x=1"}), 2, "");
  expect_failure(batchgrad({"gradient", "x*value", "--at", "x=1,value=2", "--format", "csv"}), 2,
                 "the variable 'value' has the name of a result");
  expect_failure(batchgrad({"gradient", "x", "--at", "x=1", "-o", ""}), 1, "is empty");
}

TEST(CliGradient, FullOutputsAreErrors) {
  for (const char* format : {"text", "json", "csv"}) {
    SCOPED_TRACE(format);
    expect_failure(batchgrad({"gradient", cubic, "--at", "x=2,y=3", "--format", format},
                             {.output = "/dev/full"}),
                   1, "No space left");
    expect_failure(
        batchgrad({"gradient", cubic, "--at", "x=2,y=3", "--format", format, "-o", "/dev/full"}), 1,
        "/dev/full");
  }
}

}  // namespace
}  // namespace batchgrad::test
