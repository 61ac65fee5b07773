#include <string>
#include <vector>

#include "function_test.hpp"

namespace batchgrad::test {
namespace {

using Arguments = std::vector<std::string>;
constexpr const char* cubic = "x^2*y + y^3";
constexpr const char* bent = "if(x > 0, 2*x, x)";

class CliCheck : public Cli {};

TEST_F(CliCheck, AgreementIsZero) {
  const ProcessResult text = batchgrad({"check", cubic, "--at", "x=2,y=3"});
  EXPECT_EQ(text.exit_code, 0) << text.output << text.errors;
  EXPECT_TRUE(contains(text.output, "symbolic, forward-ad, adaptive")) << text.output;
  EXPECT_TRUE(contains(text.output, "|a - b| <= 1e-09 + 1e-06 max(|a|, |b|)")) << text.output;
  EXPECT_TRUE(contains(text.output, "1 points, 2 derivatives")) << text.output;
  const Json document = json_of(batchgrad({"check", cubic, "--at", "x=2,y=3", "--format", "json"}));
  EXPECT_EQ(document["agree"], true);
  EXPECT_EQ(document["derivatives"], 2);
  EXPECT_EQ(document["worst"].size(), 0U);
}

TEST_F(CliCheck, DisagreementIsOneAndExplained) {
  const Arguments arguments = {"check", std::string(bent) + "*y", "--at", "x=0,y=1"};
  const ProcessResult text = batchgrad(arguments);
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_EQ(text.errors, "");
  EXPECT_TRUE(contains(text.output, "1 kink")) << text.output;
  EXPECT_TRUE(contains(text.output, "df/dx at point 1: x = 0, y = 1")) << text.output;
  Arguments as_json = arguments;
  as_json.insert(as_json.end(), {"--format", "json"});
  const ProcessResult json = batchgrad(as_json);
  EXPECT_EQ(json.exit_code, 1);
  const Json document = json_of(json);
  EXPECT_EQ(document["agree"], false);
  EXPECT_EQ(document["disagreements"]["kink"], 1);
  const Json& worst = document["worst"].at(0);
  EXPECT_EQ(worst["derivative"], "df/dx");
  EXPECT_EQ(worst["cause"], "kink");
  EXPECT_EQ(worst["at"].dump(), R"({"x":0,"y":1})");
  EXPECT_EQ(worst["methods"]["adaptive"]["status"], "kink");
  EXPECT_TRUE(is_within(worst["methods"]["adaptive"]["left"].get<double>(), 1, 1e-9));
  EXPECT_TRUE(is_within(worst["methods"]["adaptive"]["right"].get<double>(), 2, 1e-9));
}

TEST_F(CliCheck, FilesAreCheckedPointByPoint) {
  const std::string points = directory_.write("p.csv", "id,x\n7,-1\n8,0\n9,2\n");
  const Json document =
      json_of(batchgrad({"check", bent, "--points", points, "--format", "json", "--quiet"}));
  EXPECT_EQ(document["points"], 3);
  EXPECT_EQ(document["disagreements"]["kink"], 1);
  EXPECT_EQ(document["worst"].at(0)["point"], 2);
  const Json none =
      json_of(batchgrad({"check", bent, "--points", points, "--format", "json", "--worst", "0"}));
  EXPECT_EQ(none["worst"].size(), 0U);
  EXPECT_EQ(none["agree"], false);
  ASSERT_EQ(
      batchgrad({"check", "x^2", "--points", points, "-o", directory_ / "report.txt"}).exit_code,
      0);
  EXPECT_TRUE(contains(directory_.read("report.txt"), "agree      3"));
}

TEST_F(CliCheck, TolerancesAndMethodsAreGiven) {
  const Arguments crude = {"check",  "exp(x)", "--at",   "x=1", "--methods", "symbolic,central",
                           "--step", "0.5",    "--atol", "0"};
  const auto with = [&](Arguments more) {
    more.insert(more.begin(), crude.begin(), crude.end());
    return batchgrad(more);
  };
  // The central difference with step 1/2 is e sinh(1/2) / (1/2): 4.2 % too large.
  EXPECT_TRUE(contains(with({"--rtol", "1e-6"}).output, "symbolic, central"));
  EXPECT_EQ(with({"--rtol", "0.05"}).exit_code, 0);
}

TEST_F(CliCheck, OtherDerivativesAreChecked) {
  for (const Arguments& more : std::vector<Arguments>{
           {"--hessian"}, {"--laplacian"}, {"--direction", "x=1,y=2"}, {"--order", "2"}}) {
    SCOPED_TRACE(::testing::PrintToString(more));
    Arguments arguments = {"check", cubic, "--at", "x=2,y=3"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const ProcessResult result = batchgrad(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
  }
}

TEST_F(CliCheck, RefusesWhatMakesNoSense) {
  const auto refuse = [](Arguments options, const char* message) {
    options.insert(options.begin(), {"check", cubic});
    expect_failure(batchgrad(options), 2, message);
  };
  refuse({}, "--at x=2,y=3 or --points FILE");
  refuse({"--at", "x=2,y=3", "--methods", "symbolic"}, "at least two");
  refuse({"--at", "x=2,y=3", "--methods", "symbolic,symbolic"}, "twice");
  refuse({"--at", "x=2,y=3", "--methods", "symbolic,magic"}, "'magic'");
  refuse({"--at", "x=2,y=3", "--methods", "symbolic,automatic"}, "'automatic'");
  refuse({"--at", "x=2,y=3", "--step", "1"}, "a step is given");
  refuse({"--at", "x=2,y=3", "--accuracy", "2"}, "an accuracy is given");
  refuse({"--at", "x=2,y=3", "--rtol", "-1"}, "at least 0");
  refuse({"--at", "x=2,y=3", "--hessian", "--laplacian"}, "--laplacian");
  refuse({"--at", "x=2,y=3", "--format", "csv"}, "--format csv");
  refuse({"--at", "x=2,y=3", "--method", "central"}, "--method");
  expect_failure(batchgrad({"check", "1 +", "--at", "x=1"}), 2, "1 +");
  const std::string points = directory_.write("p.csv", "x\n1\n");
  expect_failure(batchgrad({"check", cubic, "--points", points}), 1, "'y'");
  for (const char* format : {"text", "json"})
    expect_failure(
        batchgrad({"check", cubic, "--at", "x=2,y=3", "--format", format}, {.output = "/dev/full"}),
        1, "No space left");
}

}  // namespace
}  // namespace batchgrad::test
