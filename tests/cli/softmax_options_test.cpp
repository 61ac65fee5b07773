// Softmax together with the solvers, batches, expressions and formats of the other losses.
#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

class CliSoftmaxOptions : public Cli {
 protected:
  void SetUp() override {
    std::string text = "a,b,kind\n";
    for (int row = 0; row < 60; ++row) {
      const int a = row % 10;
      const int kind = (a + row * 7 % 4) / 5;
      text += std::to_string(a) + "," + std::to_string(row * 3 % 11) + "," + std::to_string(kind) +
              "\n";
    }
    data_ = directory_.write("data.csv", text);
  }

  ProcessResult fit(std::vector<std::string> options) {
    options.insert(options.begin(), {"fit", data_, "--target", "kind", "--loss", "softmax"});
    return batchgrad(options);
  }

  std::string data_;
  std::string model_ = directory_ / "model.json";
};

TEST_F(CliSoftmaxOptions, AutoSaysItsSolver) {
  const ProcessResult plain = fit({"--l2", "0.01"});
  EXPECT_EQ(plain.exit_code, 0) << plain.errors;
  EXPECT_TRUE(contains(plain.errors, "solver lbfgs, by auto: it needs no learning rate"))
      << plain.errors;
  const ProcessResult sparse = fit({"--l1", "0.05", "--format", "json"});
  EXPECT_EQ(sparse.exit_code, 0) << sparse.errors;
  EXPECT_TRUE(contains(sparse.errors, "solver proximal, by auto: with an l1 penalty"))
      << sparse.errors;
  const Json document = json_of(sparse);
  EXPECT_EQ(document["l1"], 0.05);
  for (const char* name : {"0", "1", "2"}) EXPECT_EQ(document["coefficients"][name]["b"], 0);
  EXPECT_NE(document["coefficients"]["0"]["a"], 0);
}

TEST_F(CliSoftmaxOptions, BatchesAndHoldoutAreReported) {
  const std::string history = directory_ / "history.csv";
  const std::vector<std::string> options = {
      "--solver", "adam", "--learning-rate", "0.05", "--batch-size", "8",   "--holdout", "0.25",
      "--l2",     "0.01", "--patience",      "3",    "--max-epochs", "500", "--history", history};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), options.begin(), options.end());
    return fit(more);
  };
  const ProcessResult result = with({"--format", "json", "-o", model_});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  const Json document = json_of(result);
  EXPECT_EQ(document["stop"], "held-out");
  EXPECT_EQ(document["batch_size"], 8);
  EXPECT_TRUE(document["held_out_loss"].is_number());
  EXPECT_EQ(document["classes"].size(), 3U);
  EXPECT_TRUE(contains(directory_.read("history.csv"), "held_out_loss"));
  EXPECT_EQ(batchgrad({"predict", model_, data_, "--quiet"}).exit_code, 0);
  const ProcessResult text = with({});
  EXPECT_TRUE(contains(text.output, "classes        3\n")) << text.output;
  EXPECT_TRUE(contains(text.output, "batch size     8\n")) << text.output;
}

TEST_F(CliSoftmaxOptions, ExpressionsMakeFeaturesAndClasses) {
  const ProcessResult result =
      batchgrad({"fit", data_, "--target", "kind * 2 + 1", "--features", "a,a^2", "--loss",
                 "softmax", "--l2", "0.01", "--format", "json", "-o", model_});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(json_of(result)["classes"], (std::vector<std::string>{"1", "3", "5"}));
  const std::string fresh = directory_.write("new.csv", "name,a\nx,0\ny,9\n");
  const ProcessResult predicted =
      batchgrad({"predict", model_, fresh, "--id", "name,a", "--class", "--proba", "--quiet"});
  EXPECT_EQ(predicted.output.rfind("name,a,prediction,p_1,p_3,p_5\nx,0,1,", 0), 0U)
      << predicted.output << predicted.errors;
  EXPECT_TRUE(contains(predicted.output, "\ny,9,5,")) << predicted.output;
}

TEST_F(CliSoftmaxOptions, LibsvmLabelsAreClasses) {
  const std::string data =
      directory_.write("data.svm", "3 1:1\n1 2:1\n2 1:1 2:2\n3 1:2\n1 2:2\n2 1:2 2:1\n");
  const ProcessResult fitted = batchgrad({"fit", data, "--target", "label", "--loss", "softmax",
                                          "--l2", "0.01", "--format", "json", "-o", model_});
  ASSERT_EQ(fitted.exit_code, 0) << fitted.errors;
  EXPECT_EQ(json_of(fitted)["classes"], (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(batchgrad({"predict", model_, data, "--quiet"}).output,
            "prediction\n3\n1\n2\n3\n1\n2\n");
  for (const char* id : {"label", "c1"})
    expect_failure(batchgrad({"predict", model_, data, "--id", id}), 1,
                   "--id does not go with libsvm files");
}

TEST_F(CliSoftmaxOptions, RefusesWhatNeedsOnePrediction) {
  expect_failure(fit({"--errors"}), 2, "--errors does not go with --loss softmax");
  expect_failure(fit({"--errors", "--robust"}), 2, "--errors does not go with --loss softmax");
  expect_failure(fit({"--robust"}), 2, "--robust");
  expect_failure(fit({"--solver", "newton"}), 2, "--solver newton does not go with --loss softmax");
  expect_failure(fit({"--path", "0,1", "--solver", "newton"}), 2, "--solver newton does not go");
  expect_failure(fit({"--cv", "5"}), 2, "--cv needs --path");
  expect_failure(fit({"--solver", "gram"}), 2, "--solver gram does not go with --loss softmax");
  expect_failure(fit({"--solver", "lbfgs", "--l1", "0.1"}), 2, "--l1 needs --solver proximal");
}

}  // namespace
}  // namespace batchgrad::test
