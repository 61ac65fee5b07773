#include <string>
#include <vector>

#include "function_test.hpp"

namespace batchgrad::test {
namespace {

using Arguments = std::vector<std::string>;

class CliHessian : public Cli {};

TEST_F(CliHessian, OnePointInEveryFormat) {
  const ProcessResult json = batchgrad({"hessian", cubic, "--at", "x=2,y=3", "--format", "json"});
  EXPECT_EQ(json.exit_code, 0) << json.errors;
  EXPECT_EQ(json_of(json).dump(),
            R"({"value":39,"hessian":{"x":{"x":6,"y":4},"y":{"x":4,"y":18}}})");
  EXPECT_EQ(batchgrad({"hessian", cubic, "--at", "x=2,y=3"}).output,
            "f(x = 2, y = 3) = 39\nd2f/dx2   6\nd2f/dxdy  4\nd2f/dydx  4\nd2f/dy2   18\n");
  EXPECT_EQ(batchgrad({"hessian", cubic, "--at", "x=2,y=3", "--format", "csv"}).output,
            "x,y,value,d_x_x,d_x_y,d_y_x,d_y_y\n2,3,39,6,4,4,18\n");
}

TEST_F(CliHessian, EveryMethodFindsTheSecondDerivatives) {
  for (const char* method : {"symbolic", "forward-ad", "central", "richardson", "adaptive"}) {
    SCOPED_TRACE(method);
    const Json hessian = json_of(batchgrad(
        {"hessian", cubic, "--at", "x=2,y=3", "--format", "json", "--method", method}))["hessian"];
    EXPECT_TRUE(is_within(hessian["x"]["x"].get<double>(), 6, 1e-5));
    EXPECT_TRUE(is_within(hessian["x"]["y"].get<double>(), 4, 1e-5));
    EXPECT_TRUE(is_within(hessian["y"]["y"].get<double>(), 18, 1e-5));
  }
}

TEST_F(CliHessian, ErrorsAndSeveralResults) {
  const Json document = json_of(batchgrad({"hessian", "[x*y, x^3]", "--at", "x=2,y=3", "--errors",
                                           "--method", "central", "--format", "json"}));
  ASSERT_EQ(document["hessian"].size(), 2U);
  const double error = document["error"][1]["x"]["x"].get<double>();
  EXPECT_TRUE(is_within(document["hessian"][1]["x"]["x"].get<double>(), 12, error));
  EXPECT_TRUE(is_within(document["hessian"][0]["x"]["y"].get<double>(), 1, 1e-5));
  EXPECT_EQ(document["status"][0]["y"]["x"], "ok");
}

TEST_F(CliHessian, FilesHaveOneColumnForEachPair) {
  const std::string points = directory_.write("points.csv", "x,y\n2,3\n1,1\n");
  EXPECT_EQ(batchgrad({"hessian", cubic, "--points", points}).output,
            "x,y,value,d_x_x,d_x_y,d_y_x,d_y_y\n2,3,39,6,4,4,18\n1,1,2,2,2,2,6\n");
  const ProcessResult errors =
      batchgrad({"hessian", "x*y", "--points", points, "--errors", "--results-only"});
  EXPECT_EQ(errors.output.rfind("value,d_x_x,d_x_y,d_y_x,d_y_y,err_x_x,", 0), 0U) << errors.output;
  EXPECT_TRUE(contains(errors.output, "right_y_y\n")) << errors.output;
}

TEST_F(CliHessian, RefusesWhatMakesNoSense) {
  const auto refuse = [](Arguments options, const char* message) {
    options.insert(options.begin(), {"hessian", cubic, "--at", "x=2,y=3"});
    expect_failure(batchgrad(options), 2, message);
  };
  refuse({"--order", "2"}, "--order");
  refuse({"--direction", "x=1"}, "--direction");
  refuse({"--laplacian"}, "--laplacian");
  refuse({"--step", "1e-3"}, "symbolic takes no steps");
  expect_failure(batchgrad({"hessian", "x*(y", "--at", "x=2,y=3"}), 2, "x*(y");
  expect_failure(batchgrad({"hessian", cubic, "--at", "x=2,y=3"}, {.output = "/dev/full"}), 1,
                 "No space left");
  EXPECT_EQ(batchgrad({"hessian", "log(x)", "--at", "x=0"}).exit_code, 4);
}

}  // namespace
}  // namespace batchgrad::test
