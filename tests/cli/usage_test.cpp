#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

using Arguments = std::vector<std::string>;

TEST(Usage, HelpIsDataAndSucceeds) {
  for (const Arguments& arguments : std::vector<Arguments>{{"--help"},
                                                           {"fit", "--help"},
                                                           {"predict", "-h"},
                                                           {"generate", "--help"},
                                                           {"devices", "--help"},
                                                           {"gradient", "--help"},
                                                           {"hessian", "--help"},
                                                           {"derive", "--help"},
                                                           {"check", "--help"},
                                                           {"minimize", "--help"},
                                                           {"differentiate", "--help"}}) {
    const ProcessResult result = batchgrad(arguments);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.errors, "");
    EXPECT_TRUE(contains(result.output, "Usage: batchgrad")) << result.output;
    EXPECT_TRUE(contains(result.output, "Example")) << result.output;
    EXPECT_TRUE(contains(result.output, "--quiet")) << result.output;
  }
}

TEST(Usage, HelpFitsATerminal) {
  for (const char* command : {"gradient", "hessian", "derive", "check", "minimize", "differentiate",
                              "fit", "predict", "generate", "devices"}) {
    const std::string help = batchgrad({command, "--help"}).output;
    for (std::size_t start = 0, end = 0; end != std::string::npos; start = end + 1) {
      end = help.find('\n', start);
      EXPECT_LE(help.substr(start, end - start).size(), 100U) << help.substr(start, end - start);
    }
  }
}

TEST(Usage, VersionIsPrinted) {
  const ProcessResult result = batchgrad({"--version"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output.rfind("batchgrad 0.", 0), 0U) << result.output;
}

TEST(Usage, AnUnknownCommandListsThoseThatExist) {
  expect_failure(batchgrad({"gradent", "x^2"}), 2,
                 "no command 'gradent' choose one of: gradient, hessian, derive, check, ");
  expect_failure(batchgrad({}), 2, "a command is missing");
  expect_failure(batchgrad({"--format", "json"}), 2, "a command is missing");
  expect_failure(batchgrad({"--no-such-option"}), 2, "");
}

struct Wrong {
  Arguments options;
  const char* message;
};

TEST_F(Cli, FitRefusesOptionsThatMakeNoSense) {
  const std::string data = directory_.write("data.csv", exact_csv);
  const std::vector<Wrong> cases = {
      {{"--loss", "hubber"}, "there is no loss 'hubber'"},
      {{"--loss", "huber:delta=0"}, "delta"},
      {{"--loss", "squared:delta=1"}, "has no parameter"},
      {{"--l2", "-1"}, "at least 0"},
      {{"--l2", "inf"}, "not finite"},
      {{"--l2", "0x10"}, "not a number"},
      {{"--l2", "1,5"}, "not a number"},
      {{"--solver", "newtn"},
       "choose one of: auto, lbfgs, gradient-descent, adam, adagrad, rmsprop, proximal, newton, "
       "gram"},
      {{"--solver", "newton", "--extended-precision"}, "--extended-precision needs --solver gram"},
      {{"--learning-rate", "0.1"}, "--learning-rate needs --solver gradient-descent"},
      {{"--solver", "lbfgs", "--momentum", "0.5"}, "--momentum needs --solver gradient-descent"},
      {{"--solver", "gradient-descent", "--memory", "5"}, "--memory needs --solver lbfgs"},
      {{"--memory", "5"}, "--memory needs --solver lbfgs"},
      {{"--beta1", "0.5"}, "--beta1 needs --solver adam"},
      {{"--solver", "adam", "--momentum", "0.5"}, "--momentum needs --solver gradient-descent"},
      {{"--decay", "0.5"}, "--decay needs --solver rmsprop"},
      {{"--solver", "adagrad", "--beta2", "0.5"}, "--beta2 needs --solver adam"},
      {{"--epsilon", "0.5"}, "--epsilon needs --solver adam, adagrad or rmsprop"},
      {{"--solver", "rmsprop", "--decay", "1"}, "below 1"},
      {{"--schedule", "inverse"}, "--schedule needs --solver gradient-descent, adam, adagrad or"},
      {{"--solver", "adam", "--schedule", "linear"},
       "choose one of: constant, inverse, step, exponential, cosine"},
      {{"--solver", "adam", "--schedule", "step:factor=2"}, "factor is 2"},
      {{"--solver", "adam", "--schedule", "step:fraction=2"}, "factor=NUMBER or every=NUMBER"},
      {{"--solver", "adam", "--schedule", "cosine:floor=0.01"}, "above the learning rate, 0.001"},
      {{"--solver", "gradient-descent", "--schedule", "inverse"}, "needs --learning-rate"},
      {{"--solver", "lbfgs", "--clip-value", "1"}, "--clip-value needs --solver gradient-descent"},
      {{"--solver", "proximal", "--clip-norm", "1"}, "--clip-norm needs --solver gradient-descent"},
      {{"--solver", "adam", "--clip-norm", "0"}, "above 0"},
      {{"--solver", "proximal", "--learning-rate", "1"}, "--learning-rate needs --solver"},
      {{"--l1", "-1"}, "at least 0"},
      {{"--l1", "0.1", "--solver", "lbfgs"}, "--l1 needs --solver proximal, or auto"},
      {{"--solver", "gradient-descent", "--nesterov"}, "--momentum"},
      {{"--solver", "gradient-descent", "--learning-rate", "0"}, "above 0"},
      {{"--solver", "gradient-descent", "--momentum", "1"}, "below 1"},
      {{"--solver", "lbfgs", "--memory", "0"}, "from 1"},
      {{"--max-iterations", "-1"}, "out of range"},
      {{"--max-iterations", "1.5"}, "not a whole number"},
      {{"--tolerance", "nan"}, "not finite"},
      {{"--storage", "f8"}, "none of f64, f32, bf16, f16"},
      {{"--positive", "1"}, "--positive needs --loss logistic"},
      {{"--start", "a"}, "NAME=NUMBER"},
      {{"--start", "a=1,a=2"}, "twice"},
      {{"--start", "c=1"}, "no coefficient 'c'"},
      {{"--start", "(intercept)=1", "--no-intercept"}, "no coefficient '(intercept)'"},
      {{"--features", "a", "--ignore", "b"}, "--ignore"},
      {{"--features", "\"a"}, "quote"},
      {{"--header", "maybe"}, "neither yes nor no"},
      {{"--na", "ignore"}, "neither error nor drop"},
      {{"--delimiter", "ab"}, "cannot separate"},
      {{"--delimiter", "5"}, "cannot separate"},
      {{"--format", "xml"}, "choose text, json or csv"},
      {{"--device", "tpu"}, "tpu"},
      {{"--threads", "0"}, "from 1"},
      {{"--threads", "two"}, "not a whole number"},
      {{"--no-such-option"}, "--no-such-option"},
      {{"-o", "-"}, "-o cannot be standard output"},
      {{"--history", "-"}, "--history cannot be standard output"},
      {{"-o", data}, "same file"},
      {{"--history", data}, "same file"},
      {{"-o", directory_ / "x", "--history", directory_ / "./x"}, "same file"},
      {{"second.csv"}, "second.csv"},
  };
  for (const Wrong& wrong : cases) {
    SCOPED_TRACE(::testing::PrintToString(wrong.options));
    Arguments arguments = {"fit", data, "--target", "y"};
    arguments.insert(arguments.end(), wrong.options.begin(), wrong.options.end());
    expect_failure(batchgrad(arguments), 2, wrong.message);
  }
  EXPECT_EQ(directory_.read("data.csv"), exact_csv);
  EXPECT_EQ(directory_.names().size(), 1U);
}

TEST_F(Cli, FitNeedsDataAndATarget) {
  expect_failure(batchgrad({"fit", "--target", "y"}), 2, "DATA");
  expect_failure(batchgrad({"fit", "data.csv"}), 2, "--target");
  expect_failure(batchgrad({"fit", "data.csv", "--target"}), 2, "--target");
}

TEST_F(Cli, OtherCommandsRefuseOptionsThatMakeNoSense) {
  const std::vector<Wrong> cases = {
      {{"devices", "--device", "cpu"}, "--device does not go with devices"},
      {{"devices", "--threads", "1"}, "--threads does not go with devices"},
      {{"generate", "cubic", "--samples", "1", "--features", "1"}, "linear, logistic, poisson"},
      {{"generate", "linear", "--features", "1"}, "--samples"},
      {{"generate", "linear", "--samples", "0", "--features", "1"}, "from 1"},
      {{"generate", "linear", "--samples", "1", "--features", "0"}, "from 1"},
      {{"generate", "linear", "--samples", "1", "--features", "1", "--seed", "-1"}, "2^64"},
      {{"generate", "linear", "--samples", "1", "--features", "1", "--noise", "-1"}, "at least 0"},
      {{"generate", "poisson", "--samples", "1", "--features", "1", "--noise", "3"}, "at most 2"},
      {{"generate", "linear", "--samples", "1", "--features", "1", "--format", "json"}, "CSV"},
      {{"generate", "linear", "--samples", "1", "--features", "1", "--device", "reference"},
       "--device"},
      {{"generate", "linear", "--samples", "1", "--features", "1", "--truth", "-"}, "--truth"},
      {{"predict", "model.json"}, "DATA"},
      {{"predict", "model.json", "data.csv", "--device", "reference"}, "--device"},
      {{"predict", "model.json", "data.csv", "-o", "p.npy", "--format", "csv"}, ".npy"},
      {{"predict", "model.json", "data.csv", "-o", "./model.json"}, "same file"},
  };
  for (const Wrong& wrong : cases) {
    SCOPED_TRACE(::testing::PrintToString(wrong.options));
    expect_failure(batchgrad(wrong.options), 2, wrong.message);
  }
}

}  // namespace
}  // namespace batchgrad::test
