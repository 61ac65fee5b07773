#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

class CliGenerate : public Cli {
 protected:
  ProcessResult generate(const std::string& model, std::vector<std::string> options) {
    options.insert(options.begin(), {"generate", model});
    return batchgrad(options);
  }
};

TEST_F(CliGenerate, WritesColumnsRowsAndTheTruth) {
  const ProcessResult result = generate("linear", {"--samples", "5", "--features", "2"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output.rfind("x1,x2,y\n", 0), 0U) << result.output;
  EXPECT_EQ(std::count(result.output.begin(), result.output.end(), '\n'), 6);
  EXPECT_TRUE(contains(result.errors, "(intercept)")) << result.errors;
}

/// The same bytes on every platform: a change of these is a change of everybody's data.
TEST_F(CliGenerate, IsTheSameEverywhere) {
  EXPECT_EQ(generate("linear", {"--samples", "2", "--features", "2", "--seed", "7"}).output,
            "x1,x2,y\n1.691162622054067,-1.2046078541411922,3.1240495506018373\n"
            "-0.23537097893134362,-0.9470813189188698,1.887330537392368\n");
  EXPECT_EQ(generate("logistic", {"--samples", "2", "--features", "1", "--seed", "7"}).output,
            "x1,y\n1.691162622054067,1\n-0.23537097893134362,1\n");
  EXPECT_EQ(generate("poisson", {"--samples", "3", "--features", "1", "--seed", "7"}).output,
            "x1,y\n1.691162622054067,0\n-0.23537097893134362,0\n-2.5077500556163272,0\n");
}

TEST_F(CliGenerate, ThreadsDoNotChangeAByte) {
  for (const char* model : {"linear", "logistic", "poisson"}) {
    const ProcessResult one =
        generate(model, {"--samples", "30000", "--features", "7", "--threads", "1"});
    const ProcessResult three =
        generate(model, {"--samples", "30000", "--features", "7", "--threads", "3"});
    EXPECT_TRUE(one.output == three.output) << model;
    EXPECT_EQ(std::count(one.output.begin(), one.output.end(), '\n'), 30001);
  }
}

TEST_F(CliGenerate, FitsFindTheTruth) {
  for (const char* model : {"linear", "logistic"}) {
    SCOPED_TRACE(model);
    const std::string data = directory_ / "data.csv";
    ASSERT_EQ(generate(model, {"--samples", "20000", "--features", "4", "--seed", "11", "-o", data,
                               "--truth", directory_ / "truth.json", "--quiet"})
                  .exit_code,
              0);
    const Json truth = Json::parse(directory_.read("truth.json"));
    const std::string loss = std::string(model) == "linear" ? "squared" : "logistic";
    const Json fitted =
        json_of(batchgrad({"fit", data, "--target", "y", "--loss", loss, "--format", "json"}));
    // Standard errors are about 0.007 and 0.03: a tenth is far outside either.
    for (const auto& [name, value] : truth["coefficients"].items())
      EXPECT_NEAR(fitted["coefficients"][name].get<double>(), value.get<double>(), 0.1) << name;
  }
}

TEST_F(CliGenerate, NpyHoldsTheNumbersOfTheCsv) {
  const std::vector<std::string> size = {"--samples", "100", "--features", "3", "-o"};
  std::vector<std::string> csv = size;
  csv.push_back(directory_ / "data.csv");
  std::vector<std::string> npy = size;
  npy.push_back(directory_ / "data.npy");
  ASSERT_EQ(generate("linear", csv).exit_code, 0);
  ASSERT_EQ(generate("linear", npy).exit_code, 0);
  const Json from_csv =
      json_of(batchgrad({"fit", directory_ / "data.csv", "--target", "y", "--format", "json"}));
  const Json from_npy =
      json_of(batchgrad({"fit", directory_ / "data.npy", "--target", "c4", "--format", "json"}));
  EXPECT_EQ(from_csv["loss"], from_npy["loss"]);
}

TEST_F(CliGenerate, SignalsLeaveNothingBehind) {
  Process process({BATCHGRAD_CLI_PATH, "generate", "linear", "--samples", "1e12", "--features", "4",
                   "-o", directory_ / "data.csv"});
  for (int i = 0; i < 3000 && directory_.names().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(directory_.names().size(), 1U);  // the temporary
  process.send(SIGTERM);
  EXPECT_EQ(process.wait().exit_code, 143);
  EXPECT_EQ(directory_.names().size(), 0U);
}

TEST_F(CliGenerate, NoiseFreeDataLiesOnThePlane) {
  const std::string data = directory_ / "data.csv";
  ASSERT_EQ(generate("linear", {"--samples", "50", "--features", "3", "--noise", "0", "-o", data})
                .exit_code,
            0);
  const Json fitted = json_of(batchgrad({"fit", data, "--target", "y", "--format", "json"}));
  EXPECT_LT(fitted["loss"], 1e-12);
}

TEST(CliDevices, ListsAllWithReasons) {
  const ProcessResult text = batchgrad({"devices"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(text.errors, "");
  EXPECT_TRUE(contains(text.output, "reference")) << text.output;
  const Json list = json_of(batchgrad({"devices", "--format", "json"}))["devices"];
  ASSERT_GE(list.size(), 3U);
  EXPECT_EQ(list[0]["name"], "reference");
  EXPECT_EQ(list[1]["name"], "cpu");
  for (const Json& device : list) {
    EXPECT_TRUE(device["usable"].is_boolean());
    EXPECT_NE(device["description"], "");
  }
  const ProcessResult csv = batchgrad({"devices", "--format", "csv"});
  EXPECT_EQ(csv.output.rfind("name,usable,description\nreference,yes,", 0), 0U) << csv.output;
}

}  // namespace
}  // namespace batchgrad::test
