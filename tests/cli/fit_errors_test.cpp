// Standard errors, tests and intervals of a fit: in every format, refused where there are none.
#include <cmath>
#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

// Slope 7/5, intercept 9/10, RSS 4.2 on 2 degrees of freedom: tests/inference does it by hand.
constexpr const char* four_csv = "x,y\n0,1\n1,3\n2,2\n3,6\n";

class CliFitErrors : public Cli {
 protected:
  ProcessResult fit(std::vector<std::string> options, const std::string& csv = four_csv) {
    options.insert(options.begin(),
                   {"fit", directory_.write("data.csv", csv), "--target", "y", "--quiet"});
    return batchgrad(options);
  }
};

TEST_F(CliFitErrors, AreInJson) {
  const ProcessResult result = fit({"--errors", "--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  const Json document = json_of(result);
  EXPECT_NEAR(document["standard_errors"]["x"].get<double>(), std::sqrt(0.42), 1e-12);
  EXPECT_NEAR(document["standard_errors"]["(intercept)"].get<double>(), std::sqrt(1.47), 1e-12);
  EXPECT_NEAR(document["statistics"]["x"].get<double>(), 1.4 / std::sqrt(0.42), 1e-12);
  EXPECT_NEAR(document["lower"]["x"].get<double>(), 1.4 - 4.302652729749464 * std::sqrt(0.42),
              1e-10);
  EXPECT_NEAR(document["upper"]["x"].get<double>(), 1.4 + 4.302652729749464 * std::sqrt(0.42),
              1e-10);
  EXPECT_GT(document["p_values"]["x"], 0.05);
  EXPECT_LT(document["p_values"]["x"], 0.2);
  const Json& summary = document["inference"];
  EXPECT_EQ(summary["covariance"], "expected");
  EXPECT_EQ(summary["distribution"], "student-t");
  EXPECT_EQ(summary["confidence"], 0.95);
  EXPECT_EQ(summary["residual_degrees_of_freedom"], 2);
  EXPECT_NEAR(summary["deviance"].get<double>(), 4.2, 1e-12);
  EXPECT_NEAR(summary["dispersion"].get<double>(), 2.1, 1e-12);
  EXPECT_TRUE(summary["log_likelihood"].is_number());
  EXPECT_FALSE(json_of(fit({"--format", "json"})).contains("standard_errors"));
}

TEST_F(CliFitErrors, AreColumnsOfTextAndCsv) {
  const ProcessResult csv = fit({"--errors", "--format", "csv"});
  EXPECT_EQ(
      csv.output.rfind("term,estimate,std_error,statistic,p_value,lower,upper\n(intercept),", 0),
      0U)
      << csv.output;
  const ProcessResult text = fit({"--errors"});
  EXPECT_TRUE(contains(text.output, "estimate     std_error     statistic       p_value"))
      << text.output;
  EXPECT_TRUE(contains(text.output, "deviance       4.2 on 2 degrees of freedom")) << text.output;
  EXPECT_TRUE(contains(text.output, "0.64807")) << text.output;
}

TEST_F(CliFitErrors, FollowConfidenceAndRobust) {
  const Json usual = json_of(fit({"--errors", "--format", "json"}));
  const Json wide = json_of(fit({"--errors", "--confidence", "0.99", "--format", "json"}));
  EXPECT_EQ(wide["standard_errors"], usual["standard_errors"]);
  EXPECT_GT(wide["upper"]["x"], usual["upper"]["x"]);
  const Json robust = json_of(fit({"--errors", "--robust", "--format", "json"}));
  EXPECT_EQ(robust["inference"]["covariance"], "sandwich");
  // sum r^2 (x - 1.5)^2 / 25 with residuals .1 .7 -1.7 .9
  EXPECT_NEAR(robust["standard_errors"]["x"].get<double>(),
              std::sqrt((2.25 * 0.01 + 0.25 * 0.49 + 0.25 * 2.89 + 2.25 * 0.81) / 25), 1e-12);
  EXPECT_EQ(fit({"--errors", "--robust", "--loss", "huber:delta=1.5"}).exit_code, 0);
}

TEST_F(CliFitErrors, OfDependentColumnsAreEmpty) {
  const std::string csv = "a,b,y\n0,0,1\n1,2,3\n2,4,2\n3,6,6\n";
  const ProcessResult json = fit({"--errors", "--format", "json"}, csv);
  EXPECT_EQ(json.exit_code, 0);
  EXPECT_TRUE(contains(json.errors, "column 'b' is a combination of a")) << json.errors;
  EXPECT_TRUE(json_of(json)["standard_errors"]["b"].is_null());
  EXPECT_NEAR(json_of(json)["standard_errors"]["a"].get<double>(), std::sqrt(0.42), 1e-12);
  EXPECT_TRUE(contains(fit({"--errors", "--format", "csv"}, csv).output, "\nb,0,,,,,\n"));
  EXPECT_TRUE(contains(fit({"--errors"}, csv).output, "dependent"));
}

TEST_F(CliFitErrors, AreRefusedBeforeTheFitWhereThereAreNone) {
  expect_failure(fit({"--errors", "--l2", "0.1"}), 2,
                 "--errors: there are no standard errors of a "
                 "penalised fit");
  expect_failure(fit({"--errors", "--loss", "absolute"}), 2,
                 "no standard errors for loss 'absolute'");
  expect_failure(fit({"--errors", "--loss", "huber"}), 2, "use the sandwich");
  EXPECT_EQ(fit({"--robust"}).exit_code, 2);
  EXPECT_EQ(fit({"--confidence", "0.9"}).exit_code, 2);
  EXPECT_EQ(fit({"--errors", "--confidence", "1"}).exit_code, 2);
}

TEST_F(CliFitErrors, ThatTheDataDoNotAllowAreAWarningBesideTheFit) {
  const ProcessResult few = fit({"--errors", "--format", "json"}, "x,y\n0,1\n1,3\n");
  EXPECT_EQ(few.exit_code, 1);
  EXPECT_TRUE(contains(few.errors, "no standard errors: 2 samples are as many")) << few.errors;
  EXPECT_FALSE(json_of(few).contains("standard_errors"));
  const ProcessResult separated =
      fit({"--errors", "--loss", "logistic", "--format", "json"}, "x,y\n0,0\n1,0\n2,1\n3,1\n");
  EXPECT_EQ(separated.exit_code, 3);
  EXPECT_TRUE(contains(separated.errors, "no standard errors: the fit has not converged"));
}

}  // namespace
}  // namespace batchgrad::test
