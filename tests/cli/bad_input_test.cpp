#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

struct BadFile {
  const char* name;
  std::string content;
  const char* message;  ///< after the file's name
};

const std::vector<BadFile>& bad_files() {
  static const std::vector<BadFile> files = {
      {"TextCell", "a,y\n1,2\nblue,3\n", ":3:1: "},
      {"RaggedRow", "a,y\n1,2\n1,2,3\n", ":3"},
      {"ShortRow", "a,y\n1,2\n1\n", ":3"},
      {"OpenQuote", "a,y\n1,2\n\"1,2\n3,4\n", ":3:1: "},
      {"NulByte", std::string("a,y\n1,2\n1\0,3\n", 13), ":3"},
      {"TooLarge", "a,y\n1,2\n1e400,3\n", ":3:1: "},
      {"CutExponent", "a,y\n1,2\n1e,3\n", ":3:1: "},
      {"DecimalComma", "a;y\n1;2\n1,5;3\n", ":3:1: "},
      {"Missing", "a,y\n1,2\nNA,3\n", ":3:1: "},
      {"Empty", "a,y\n1,2\n,3\n", ":3:1: "},
      {"Infinite", "a,y\n1,2\ninf,3\n", ":3:1: "},
      {"NumericHeader", "1,2\n3,4\n", ":1"},
      {"DuplicateName", "a,a,y\n1,2,3\n", ":1"},
      {"NoRows", "a,y\n", ""},
      {"NothingAtAll", "", ""},
      {"NoSuchTarget", "a,z\n1,2\n", "'y'"},
      {"NoFeatures", "y\n1\n2\n", ""},
  };
  return files;
}

class CliBadInput : public ::testing::TestWithParam<BadFile> {
 protected:
  TemporaryDirectory directory_;
};

TEST_P(CliBadInput, IsAnErrorThatNamesThePlaceAndLeavesNothing) {
  const std::string data = directory_.write("data.csv", GetParam().content);
  for (const char* device : {"cpu", "reference"}) {
    const ProcessResult result =
        batchgrad({"fit", data, "--target", "y", "--device", device, "-o",
                   directory_ / "model.json", "--history", directory_ / "history.csv"});
    expect_failure(result, 1, "data.csv");
    expect_failure(result, 1, GetParam().message);
  }
  EXPECT_EQ(directory_.names(), std::vector<std::string>{"data.csv"});
}

INSTANTIATE_TEST_SUITE_P(Files, CliBadInput, ::testing::ValuesIn(bad_files()),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST_F(Cli, DroppingRowsIsTheRemedyForMissingValues) {
  const std::string data = directory_.write("data.csv", "a,y\n1,2\nNA,3\n2,4\n3,6\n");
  expect_failure(batchgrad({"fit", data, "--target", "y"}), 1, "--na drop");
  EXPECT_EQ(batchgrad({"fit", data, "--target", "y", "--na", "drop"}).exit_code, 0);
}

TEST_F(Cli, TargetsOutsideTheLossAreErrors) {
  const std::string three = directory_.write("three.csv", "a,y\n1,1\n2,2\n3,3\n");
  expect_failure(batchgrad({"fit", three, "--target", "y", "--loss", "logistic"}), 1, "y");
  const std::string one = directory_.write("one.csv", "a,y\n1,1\n2,1\n3,1\n");
  expect_failure(batchgrad({"fit", one, "--target", "y", "--loss", "logistic"}), 1, "y");
  const std::string two = directory_.write("two.csv", "a,y\n1,1\n2,2\n3,1\n");
  expect_failure(batchgrad({"fit", two, "--target", "y", "--loss", "logistic", "--positive", "3"}),
                 1, "3");
  const std::string text = directory_.write("text.csv", "a,y\n1,no\n2,yes\n3,no\n");
  expect_failure(batchgrad({"fit", text, "--target", "y", "--categorical", "y"}), 1, "categorical");
}

TEST_F(Cli, TargetsThatALossIsNotDefinedForAreNamedByTheirPlace) {
  const std::string data = directory_.write("data.csv", "a,y\n1,1\n2,0\n3,-1\n4,2\n");
  const auto fit = [&](const char* loss) {
    return batchgrad({"fit", data, "--target", "y", "--loss", loss});
  };
  const std::string remedy = ") correct the row, or choose another --target or --loss";
  const std::string outside = " in column 'y' is outside the loss's domain (loss ";
  for (const char* loss : {"poisson", "tweedie:power=1.3"}) {
    const std::string name = std::string(loss).substr(0, 7);
    const std::string needed = "'" + name + "' needs numbers that are not negative";
    expect_failure(fit(loss), 1, "data.csv:4: the target -1" + outside + needed + remedy);
  }
  expect_failure(fit("gamma"), 1,
                 "data.csv:3: the target 0" + outside + "'gamma' needs numbers above 0" + remedy);
  expect_failure(fit("squared_hinge"), 1, "data.csv:4: the target has 4 distinct values");
  const std::string text = directory_.write("text.csv", "a,y\n1,no\n2,yes\n3,no\n");
  expect_failure(
      batchgrad({"fit", text, "--target", "y", "--categorical", "y", "--loss", "poisson"}), 1,
      "use --loss logistic or squared-hinge where it has two levels");
  const std::string shares = directory_.write("shares.csv", "a,y\n1,0.5\n2,1\n3,0\n");
  expect_failure(batchgrad({"fit", shares, "--target", "y", "--loss", "squared-hinge"}), 1,
                 "shares.csv:4: the target has 3 distinct values");
}

TEST_F(Cli, WeightsMustNotBeNegative) {
  const std::string data = directory_.write("data.csv", "a,w,y\n1,1,1\n2,-1,2\n");
  expect_failure(batchgrad({"fit", data, "--target", "y", "--weight", "w"}), 1, "weight");
}

TEST_F(Cli, TermsThatShareANameAreRefused) {
  const std::string data = directory_.write("data.csv", "(intercept),y\n1,1\n2,2\n");
  expect_failure(batchgrad({"fit", data, "--target", "y"}), 1, "(intercept)");
  EXPECT_EQ(batchgrad({"fit", data, "--target", "y", "--no-intercept"}).exit_code, 0);
}

TEST_F(Cli, NamesThatJsonCannotHoldAreRefusedBeforeTheFit) {
  const std::string data = directory_.write("data.csv", "h\xf6he,y\n1,1\n2,2\n");
  expect_failure(batchgrad({"fit", data, "--target", "y", "--format", "json"}), 1, "UTF-8");
  expect_failure(batchgrad({"fit", data, "--target", "y", "-o", directory_ / "model.json"}), 1,
                 "UTF-8");
  EXPECT_EQ(batchgrad({"fit", data, "--target", "y"}).exit_code, 0);
}

TEST_F(Cli, FilesThatCannotBeReadAreErrors) {
  expect_failure(batchgrad({"fit", directory_ / "none.csv", "--target", "y"}), 1, "none.csv");
  expect_failure(batchgrad({"fit", directory_ / "", "--target", "y"}), 1, "");
}

TEST_F(Cli, DevicesThatCannotBeUsedAreErrors) {
  const std::string data = directory_.write("data.csv", exact_csv);
  expect_failure(batchgrad({"fit", data, "--target", "y", "--device", "cuda:99"}), 1, "cuda");
}

}  // namespace
}  // namespace batchgrad::test
