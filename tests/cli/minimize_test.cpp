#include <algorithm>
#include <cmath>
#include <csignal>
#include <string>
#include <vector>

#include "interrupted_run.hpp"

namespace batchgrad::test {
namespace {

class CliMinimize : public Cli {
 protected:
  static ProcessResult minimize(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "minimize");
    return batchgrad(arguments);
  }
  static Json minimum(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--format", "json", "--quiet"});
    return json_of(minimize(arguments));
  }
};

TEST_F(CliMinimize, FindsAMinimum) {
  const ProcessResult result =
      minimize({"(x-1)^2 + (y-2)^2", "--start", "y=0,x=5", "--format", "json", "--quiet"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.errors, "");
  const Json found = json_of(result);
  EXPECT_EQ(found["converged"], true);
  EXPECT_EQ(found["stop"], "gradient");
  EXPECT_EQ(found["solver"], "lbfgs");
  EXPECT_EQ(found["method"], "symbolic");
  EXPECT_NEAR(found["point"]["x"].get<double>(), 1, 1e-9);
  EXPECT_NEAR(found["point"]["y"].get<double>(), 2, 1e-9);
  EXPECT_LE(std::fabs(found["gradient"]["x"].get<double>()), 1e-9);
  EXPECT_LE(found["value"].get<double>(), 1e-18);
}

TEST_F(CliMinimize, TakesTheStepsOfTheTextbook) {
  const std::string trace = directory_ / "steps.csv";
  const ProcessResult result =
      minimize({"x^2 + y^2", "--start", "x=10,y=-10", "--solver", "gradient_descent",
                "--learning-rate", "0.1", "--max-iterations", "2", "--trace", trace});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_TRUE(contains(result.errors, "iterations are used up")) << result.errors;
  const std::string steps = directory_.read("steps.csv");
  EXPECT_EQ(steps.substr(0, steps.find('\n')), "start,iteration,x,y,value,d_x,d_y,step");
  EXPECT_TRUE(contains(steps, "\n0,0,10,-10,200,20,-20,0\n")) << steps;
  EXPECT_TRUE(contains(steps, "\n0,1,8,-8,128,16,-16,2.82842712474619")) << steps;
  EXPECT_TRUE(contains(steps, "\n0,2,6.4,-6.4,")) << steps;
}

TEST_F(CliMinimize, GivesTheTextbooksDigits) {
  const Json found =
      minimum({"(x-1)^2 + (y-2)^2", "--start", "x=0,y=0", "--solver", "gradient-descent",
               "--learning-rate", "0.1", "--max-iterations", "100", "--tolerance", "0"});
  EXPECT_EQ(found["point"]["x"], 0.9999999997962964);
  EXPECT_EQ(found["point"]["y"], 1.9999999995925928);
  EXPECT_EQ(found["iterations"], 100);
}

TEST_F(CliMinimize, StopsWhereTheMoveIsShort) {
  const Json found =
      minimum({"(w-5)^2", "--start", "w=0", "--solver", "gradient-descent", "--learning-rate",
               "0.1", "--momentum", "0.5", "--step-tolerance", "1e-3", "--tolerance", "0"});
  EXPECT_EQ(found["stop"], "step");
  EXPECT_EQ(found["converged"], true);
  EXPECT_NEAR(found["point"]["w"].get<double>(), 5, 0.01);
}

TEST_F(CliMinimize, KnowsEverySolverAndMethod) {
  const std::vector<std::vector<std::string>> solvers = {
      {"--solver", "lbfgs", "--memory", "3"},
      {"--solver", "adam", "--learning-rate", "0.05", "--beta1", "0.8", "--beta2", "0.99",
       "--epsilon", "1e-9", "--max-iterations", "20000"},
      {"--solver", "gradient-descent", "--momentum", "0.8", "--nesterov"},
      {"--solver", "gradient-descent", "--learning-rate", "0.02", "--schedule", "cosine:floor=0.01",
       "--clip-value", "20", "--clip-norm", "25"},
      {"--solver", "adagrad", "--learning-rate", "0.5"},
      {"--solver", "rmsprop", "--learning-rate", "0.01", "--decay", "0.9", "--epsilon", "1",
       "--max-iterations", "20000"},
      {"--solver", "proximal"},
      {"--method", "forward-ad"},
      {"--method", "central", "--accuracy", "4"},
      {"--method", "forward_ad", "--device", "reference"}};
  for (const auto& options : solvers) {
    std::vector<std::string> arguments = {"(x-1)^2 + 3*(y-2)^4 + y^2", "--start", "x=0,y=0"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Json found = minimum(arguments);
    EXPECT_EQ(found["stop"], "gradient") << options[1] << " " << found;
    EXPECT_NEAR(found["point"]["x"].get<double>(), 1, 1e-6) << options[1];
    // The real root of 12 (y-2)^3 + 2 y, to 17 digits.
    EXPECT_NEAR(found["point"]["y"].get<double>(), 1.3863666550075671, 1e-6) << options[1];
  }
}

TEST_F(CliMinimize, SearchesFromManyStarts) {
  const std::string himmelblau = "(x^2+y-11)^2 + (x+y^2-7)^2";
  const std::vector<std::string> starts = {himmelblau, "--starts", "200", "--box", "x=-5:5,y=-5:5"};
  const Json found = minimum(starts);
  EXPECT_EQ(found["starts"], 200);
  EXPECT_GE(found["starts_converged"].get<int>(), 190);
  ASSERT_EQ(found["results"].size(), 200U);
  const Json best = found["results"][found["best_start"].get<std::size_t>()];
  EXPECT_EQ(best["point"], found["point"]);
  for (const Json& each : found["results"]) EXPECT_GE(each["value"], found["value"]);
  EXPECT_LE(found["value"].get<double>(), 1e-15);

  std::vector<std::string> seeded = starts;
  seeded.insert(seeded.end(), {"--seed", "1", "--threads", "1"});
  EXPECT_EQ(minimum(seeded)["results"], found["results"]);
  seeded[6] = "2";
  EXPECT_NE(minimum(seeded)["results"], found["results"]);
}

TEST_F(CliMinimize, WritesOneRowForEachStart) {
  const std::string output = directory_ / "out.csv";
  const ProcessResult result = minimize({"x - log(x)", "--starts", "5", "--box", "x=0.5:2",
                                         "--format", "csv", "-o", output, "--quiet"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output, "");
  const std::string rows = directory_.read("out.csv");
  EXPECT_EQ(rows.substr(0, rows.find('\n')),
            "start,x,value,gradient_norm,stop,iterations,evaluations");
  EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 6);
  EXPECT_TRUE(contains(rows, ",gradient,")) << rows;
}

TEST_F(CliMinimize, TellsPeople) {
  const ProcessResult result = minimize({"(x-1)^2", "--start", "x=0"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(contains(result.output, "converged, the gradient is within")) << result.output;
  EXPECT_TRUE(contains(result.output, "lbfgs on ")) << result.output;
}

TEST_F(CliMinimize, AnswersFourWhereNothingIsFinite) {
  const ProcessResult outside = minimize({"x - log(x)", "--start", "x=-1", "--format", "json"});
  EXPECT_EQ(outside.exit_code, 4);
  EXPECT_EQ(json_of(outside)["stop"], "not-finite");
  EXPECT_EQ(json_of(outside)["value"], "nan");
  const ProcessResult diverging = minimize({"x^2", "--start", "x=1", "--solver", "gradient-descent",
                                            "--learning-rate", "3", "--format", "json"});
  EXPECT_EQ(diverging.exit_code, 4);
  EXPECT_EQ(json_of(diverging)["stop"], "diverged");
  EXPECT_EQ(json_of(diverging)["point"]["x"], 1.0);
}

TEST_F(CliMinimize, RefusesWhatMakesNoSense) {
  const std::string f = "(x-1)^2 + (y-2)^2";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{f}, "there is no start"},
      {{f, "--start", "x=1"}, "y"},
      {{f, "--start", "x=1,y=2,z=3"}, "z"},
      {{f, "--start", "x=1,y=2,x=3"}, "twice"},
      {{f, "--start", "x=1,y=inf"}, "inf"},
      {{f, "--start", "x=1,y=2", "--starts", "5", "--box", "x=0:1,y=0:1"}, "--start"},
      {{f, "--starts", "5"}, "--box"},
      {{f, "--box", "x=0:1,y=0:1"}, "--starts"},
      {{f, "--starts", "0", "--box", "x=0:1,y=0:1"}, "from 1"},
      {{f, "--starts", "5", "--box", "x=0:1"}, "y"},
      {{f, "--starts", "5", "--box", "x=0:1,y=0:inf"}, "finite"},
      {{f, "--starts", "5", "--box", "x=1:0,y=0:1"}, "1:0"},
      {{f, "--start", "x=0,y=0", "--seed", "3"}, "--starts"},
      {{f, "--start", "x=0,y=0", "--solver", "newton"}, "lbfgs"},
      {{f, "--start", "x=0,y=0", "--learning-rate", "0.1"}, "needs --solver"},
      {{f, "--start", "x=0,y=0", "--solver", "adam", "--momentum", "0.5"}, "needs --solver"},
      {{f, "--start", "x=0,y=0", "--solver", "lbfgs", "--beta1", "0.5"}, "needs --solver adam"},
      {{f, "--start", "x=0,y=0", "--solver", "gradient-descent", "--nesterov"}, "--momentum"},
      {{f, "--start", "x=0,y=0", "--method", "magic"}, "forward-ad"},
      {{f, "--start", "x=0,y=0", "--method", "symbolic", "--accuracy", "4"}, "accuracy"},
      {{f, "--start", "x=0,y=0", "--tolerance", "-1"}, "at least 0"},
      {{"[x, y]", "--start", "x=0,y=0"}, "2 results"},
      {{"x +", "--start", "x=0"}, "x +"},
      {{"3 + 4", "--start", "x=0"}, "no variables"},
      {{"value^2", "--start", "value=0", "--format", "csv"}, "two columns 'value'"},
      {{f, "--start", "x=0,y=0", "--trace", "-"}, "--trace"},
  };
  for (const auto& [arguments, part] : cases) expect_failure(minimize(arguments), 2, part);
}

TEST_F(CliMinimize, RefusesATraceThatIsTheResult) {
  const std::string path = directory_ / "out";
  expect_failure(minimize({"x^2", "--start", "x=1", "--trace", path, "-o", path}), 2, "same file");
  expect_failure(minimize({"x^2", "--start", "x=1", "--trace", directory_ / "no/where"}), 1,
                 "cannot write");
  expect_failure(minimize({"step^2", "--start", "step=1", "--trace", path}), 2,
                 "two columns 'step'");
  EXPECT_TRUE(directory_.names().empty());
}

void expect_trace_saved_on(int signal, const TemporaryDirectory& directory) {
  expect_saved_on(signal, {"minimize", "x^2", "--start", "x=1", "--trace", directory / "steps.csv"},
                  directory, "steps.csv", "\n0,0,1,1,2,0\n");
}

TEST_F(CliMinimize, SignalsStopItAfterSaving) { expect_trace_saved_on(SIGINT, directory_); }
TEST_F(CliMinimize, TerminationStopsItAfterSaving) { expect_trace_saved_on(SIGTERM, directory_); }
TEST_F(CliMinimize, AClosedTerminalStopsItAfterSaving) {
  expect_trace_saved_on(SIGHUP, directory_);
}

}  // namespace
}  // namespace batchgrad::test
