// The second-order solvers, what auto chooses, and what is said of columns and labels that have no
// unique fit.
#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

class CliFitSecondOrder : public Cli {
 protected:
  ProcessResult fit(const std::string& csv, std::vector<std::string> options) {
    options.insert(options.begin(),
                   {"fit", directory_.write("data.csv", csv), "--target", "y", "--format", "json"});
    return batchgrad(options);
  }
};

TEST_F(CliFitSecondOrder, AutoSaysWhatItChoseAndWhy) {
  const ProcessResult squared = fit(exact_csv, {});
  EXPECT_TRUE(contains(squared.errors, "note: solver gram, by auto: least squares"))
      << squared.errors;
  const std::string labels = "a,y\n0,0\n1,1\n2,0\n3,1\n4,1\n";
  const ProcessResult logistic = fit(labels, {"--loss", "logistic"});
  EXPECT_TRUE(contains(logistic.errors, "note: solver newton, by auto: a smooth loss"));
  EXPECT_EQ(json_of(logistic)["solver"]["name"], "newton");
  const ProcessResult huber = fit(exact_csv, {"--loss", "huber"});
  EXPECT_TRUE(contains(huber.errors, "note: solver lbfgs, by auto: it needs"));
  EXPECT_EQ(fit(exact_csv, {"--quiet"}).errors, "");
}

TEST_F(CliFitSecondOrder, DependentColumnsAreNamed) {
  const std::string csv = "a,b,c,d,y\n0,1,7,0,1\n1,3,7,0,2\n2,5,7,0,2\n4,9,7,0,5\n";
  for (const char* solver : {"gram", "newton"}) {
    const ProcessResult result = fit(csv, {"--solver", solver});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_TRUE(contains(result.errors, "column 'b' is a combination of a, (intercept)"))
        << result.errors;
    EXPECT_TRUE(contains(result.errors, "column 'c' is constant"));
    EXPECT_TRUE(contains(result.errors, "column 'd' is 0 in every row"));
    EXPECT_EQ(json_of(result)["coefficients"]["b"], 0);
  }
}

TEST_F(CliFitSecondOrder, ManyDependentColumnsAreCounted) {
  std::string csv = "y";
  for (int j = 0; j < 15; ++j) csv += ",c" + std::to_string(j);
  for (int m = 0; m < 4; ++m) {
    csv += "\n" + std::to_string(m * m);
    for (int j = 0; j < 15; ++j) csv += "," + std::to_string(m * (j + 1));
  }
  const ProcessResult result = fit(csv + "\n", {});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(contains(result.errors, "column 'c10' is a combination of c0 ")) << result.errors;
  EXPECT_FALSE(contains(result.errors, "column 'c11'"));
  EXPECT_TRUE(contains(result.errors, "and 4 columns more are combinations of others"));
}

TEST_F(CliFitSecondOrder, SeparatedLabelsAreNamedAndNotConverged) {
  const std::string csv = "a,y\n0,0\n1,0\n2,1\n3,1\n";
  for (const char* solver : {"auto", "newton", "lbfgs"}) {
    const ProcessResult result = fit(csv, {"--loss", "logistic", "--solver", solver});
    EXPECT_EQ(result.exit_code, 3) << result.errors;
    EXPECT_EQ(json_of(result)["stop"], "separated");
    EXPECT_TRUE(contains(result.errors, "the features separate the labels")) << result.errors;
  }
  EXPECT_EQ(fit(csv, {"--loss", "logistic", "--l2", "0.01"}).exit_code, 0);
}

TEST_F(CliFitSecondOrder, ASolverThatDoesNotFitTheLossSaysSo) {
  expect_failure(fit(exact_csv, {"--solver", "gram", "--loss", "huber", "--quiet"}), 1,
                 "solver gram cannot fit loss 'huber'");
  expect_failure(fit(exact_csv, {"--solver", "newton", "--loss", "absolute", "--quiet"}), 1,
                 "solver newton cannot fit loss 'absolute'");
  const ProcessResult result =
      batchgrad({"minimize", "x^2", "--start", "x=1", "--solver", "newton"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(contains(result.errors, "is for fits")) << result.errors;
}

TEST_F(CliFitSecondOrder, ExtendedPrecisionIsOfGram) {
  const ProcessResult result = fit(exact_csv, {"--solver", "gram", "--extended-precision"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(json_of(result)["coefficients"]["a"], 2);
  EXPECT_EQ(json_of(result)["coefficients"]["b"], -1);
  EXPECT_EQ(json_of(result)["solver"]["precision"], "extended");
  EXPECT_EQ(json_of(fit(exact_csv, {}))["solver"]["precision"], "standard");
}

}  // namespace
}  // namespace batchgrad::test
