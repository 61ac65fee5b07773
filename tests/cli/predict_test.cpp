#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

class CliPredict : public Cli {
 protected:
  std::string data_ = directory_.write("data.csv", exact_csv);
  std::string model_ = directory_ / "model.json";

  void fit(std::vector<std::string> options = {}) {
    options.insert(options.begin(), {"fit", data_, "--target", "y", "-o", model_, "--quiet"});
    const ProcessResult result = batchgrad(options);
    ASSERT_TRUE(result.exit_code == 0) << result.errors;
  }
};

/// Sums from the left as the library does; equality up to the rounding of one sum.
TEST_F(CliPredict, EqualsTheFitsOwnCoefficients) {
  const Json fitted =
      json_of(batchgrad({"fit", data_, "--target", "y", "-o", model_, "--format", "json"}));
  const Json& w = fitted["coefficients"];
  const ProcessResult result = batchgrad({"predict", model_, data_});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output.rfind("prediction\n", 0), 0U);
  const std::vector<std::pair<double, double>> rows = {{0, 0}, {1, 0}, {0, 1}, {1, 1},
                                                       {2, 1}, {3, 5}, {-1, 4}};
  const std::vector<double> predictions = first_numbers(result.output);
  ASSERT_EQ(predictions.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_NEAR(predictions[i],
                w["(intercept)"].get<double>() + rows[i].first * w["a"].get<double>() +
                    rows[i].second * w["b"].get<double>(),
                1e-14);
}

TEST_F(CliPredict, FindsColumnsByNameInAnyOrder) {
  fit();
  const std::string other =
      directory_.write("other.tsv", "note\tb\tmore\ta\nx\t1\ty\t2\nz\t\"3\"\t-\t4\n");
  const ProcessResult result = batchgrad({"predict", model_, other});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  const std::vector<double> predictions = first_numbers(result.output);
  ASSERT_EQ(predictions.size(), 2U);
  EXPECT_NEAR(predictions[0], 4, 1e-6);
  EXPECT_NEAR(predictions[1], 6, 1e-6);
}

TEST_F(CliPredict, NamesTheColumnThatIsMissing) {
  fit();
  const std::string other = directory_.write("other.csv", "a,c\n1,2\n");
  expect_failure(batchgrad({"predict", model_, other, "-o", directory_ / "p.csv"}), 1, "'b'");
  EXPECT_EQ(directory_.names().size(), 3U);
}

TEST_F(CliPredict, RemembersThatThereWasNoHeader) {
  const std::string bare = directory_.write("bare.csv", "0,0,1\n1,0,3\n0,1,0\n1,1,2\n");
  ASSERT_EQ(batchgrad({"fit", bare, "--target", "c3", "--header", "no", "-o", model_}).exit_code,
            0);
  EXPECT_EQ(first_numbers(batchgrad({"predict", model_, bare}).output).size(), 4U);
  const std::string named = directory_.write("named.csv", "c2,c1\n1,2\n");
  const ProcessResult result = batchgrad({"predict", model_, named, "--header", "yes"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_NEAR(first_numbers(result.output).at(0), 4, 1e-6);
}

TEST_F(CliPredict, FormatsAgree) {
  fit();
  const std::vector<double> csv = first_numbers(batchgrad({"predict", model_, data_}).output);
  const std::vector<double> text =
      first_numbers("\n" + batchgrad({"predict", model_, data_, "--format", "text"}).output);
  EXPECT_EQ(csv, text);
  const Json document = json_of(batchgrad({"predict", model_, data_, "--format", "json"}));
  EXPECT_EQ(document["samples"], csv.size());
  EXPECT_EQ(document["predictions"].get<std::vector<double>>(), csv);
  ASSERT_EQ(batchgrad({"predict", model_, data_, "-o", directory_ / "p.csv"}).exit_code, 0);
  EXPECT_EQ(first_numbers(directory_.read("p.csv")), csv);
  ASSERT_EQ(batchgrad({"predict", model_, data_, "-o", directory_ / "p.npy"}).exit_code, 0);
  const std::string npy = directory_.read("p.npy");
  ASSERT_GT(npy.size(), 8 * csv.size());
  std::vector<double> values(csv.size());
  std::memcpy(values.data(), npy.data() + npy.size() - 8 * csv.size(), 8 * csv.size());
  EXPECT_EQ(values, csv);
}

TEST_F(CliPredict, MissingValuesAreErrorsOrLeaveTheirLinesOut) {
  fit();
  const std::string gaps = directory_.write("gaps.csv", "a,b\n1,1\nNA,1\n2,1\n,\n0,0\n");
  expect_failure(batchgrad({"predict", model_, gaps}), 1, "gaps.csv:3:1");
  const ProcessResult result = batchgrad({"predict", model_, gaps, "--na", "drop"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(contains(result.errors, "2")) << result.errors;
  EXPECT_EQ(result.output.rfind("line,prediction\n2,", 0), 0U) << result.output;
  const Json document =
      json_of(batchgrad({"predict", model_, gaps, "--na", "drop", "--format", "json"}));
  EXPECT_EQ(document["lines"].get<std::vector<int>>(), (std::vector<int>{2, 4, 6}));
}

TEST_F(CliPredict, LevelsAreThoseOfTheFit) {
  const std::string train = directory_.write(
      "train.csv", "colour,a,y\nred,0,5\nblue,0,1\nred,1,7\nblue,1,3\ngreen,0,9\n");
  ASSERT_EQ(
      batchgrad({"fit", train, "--target", "y", "--categorical", "colour", "-o", model_}).exit_code,
      0);
  const std::string known = directory_.write("known.csv", "a,colour\n0,green\n2,blue\n");
  const std::vector<double> predictions =
      first_numbers(batchgrad({"predict", model_, known}).output);
  ASSERT_EQ(predictions.size(), 2U);
  EXPECT_NEAR(predictions[0], 9, 1e-6);
  EXPECT_NEAR(predictions[1], 5, 1e-6);
  const std::string unknown = directory_.write("unknown.csv", "a,colour\n0,green\n2,pink\n");
  expect_failure(batchgrad({"predict", model_, unknown}), 1, "pink");
}

TEST_F(CliPredict, NeedsTheOffsetUnlessToldOtherwise) {
  const std::string train = directory_.write("wo.csv", "a,o,y\n0,10,11\n1,20,23\n2,30,35\n");
  ASSERT_EQ(batchgrad({"fit", train, "--target", "y", "--offset", "o", "-o", model_}).exit_code, 0);
  EXPECT_NEAR(first_numbers(batchgrad({"predict", model_, train}).output).at(2), 35, 1e-6);
  const std::string without = directory_.write("without.csv", "a\n2\n");
  expect_failure(batchgrad({"predict", model_, without}), 1, "'o'");
  EXPECT_NEAR(first_numbers(batchgrad({"predict", model_, without, "--no-offset"}).output).at(0), 5,
              1e-6);
}

TEST_F(CliPredict, NoOffsetNeedsAModelWithOne) {
  fit();
  expect_failure(batchgrad({"predict", model_, data_, "--no-offset"}), 2, "--no-offset");
}

TEST_F(CliPredict, RefusesWhatIsNoModel) {
  for (const std::string& content :
       {std::string("{}"), std::string("[1, 2"), std::string(""), std::string(exact_csv)}) {
    SCOPED_TRACE(content);
    directory_.write("model.json", content);
    expect_failure(batchgrad({"predict", model_, data_, "-o", directory_ / "p.csv"}), 1,
                   "model.json");
  }
  expect_failure(batchgrad({"predict", directory_ / "none.json", data_}), 1, "none.json");
  EXPECT_EQ(directory_.names().size(), 2U);
}

TEST_F(CliPredict, NpyGoesInAndOut) {
  const std::string data = directory_ / "data.npy";
  ASSERT_EQ(batchgrad({"generate", "linear", "--samples", "50", "--features", "2", "--noise", "0",
                       "-o", data, "--quiet"})
                .exit_code,
            0);
  ASSERT_EQ(batchgrad({"fit", data, "--target", "c3", "-o", model_}).exit_code, 0);
  const ProcessResult result = batchgrad({"predict", model_, data});
  EXPECT_EQ(first_numbers(result.output).size(), 50U) << result.errors;
}

TEST_F(CliPredict, ReadsStandardInput) {
  fit();
  const ProcessResult result = batchgrad({"predict", model_, "-"}, {.input = data_});
  EXPECT_EQ(result.output, batchgrad({"predict", model_, data_}).output);
}

}  // namespace
}  // namespace batchgrad::test
