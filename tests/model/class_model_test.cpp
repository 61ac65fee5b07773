// Model files of softmax models.
#include <batchgrad/error.hpp>
#include <batchgrad/model_file.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "temporary_directory.hpp"

namespace batchgrad {
namespace {

Model class_model() {
  Model model;
  model.classes = {"no", "may be", "yes"};
  model.intercepts = {0.1, -0.0, 1.0 / 3};
  model.coefficients = {1, 2, 3, 4, 5, std::numeric_limits<double>::denorm_min()};
  model.rules.inputs = {{"a", {}}, {"b", {}}};
  model.rules.target = "y";
  model.fit = {100, 3, 17, 19, 0.1, 1e-10, Stop::objective, "lbfgs", "cpu"};
  return model;
}

class ClassModelFile : public ::testing::Test {
 protected:
  std::string error_with(const std::string& part, const std::string& replacement) {
    write_model(path_, class_model());
    std::string text = directory_.read("model.json");
    const auto place = text.find(part);
    EXPECT_NE(place, std::string::npos) << part;
    if (place == std::string::npos) return "";
    directory_.write("model.json", text.replace(place, part.size(), replacement));
    try {
      (void)read_model(path_);
    } catch (const DataError& error) {
      return error.what();
    }
    return "no error";
  }

  test::TemporaryDirectory directory_;
  std::string path_ = directory_ / "model.json";
};

TEST_F(ClassModelFile, ReadsBackToTheBit) {
  write_model(path_, class_model());
  const Model back = read_model(path_);
  EXPECT_EQ(back.classes, class_model().classes);
  EXPECT_EQ(back.coefficients, class_model().coefficients);
  EXPECT_EQ(back.intercepts, class_model().intercepts);
  EXPECT_TRUE(std::signbit(back.intercepts[1]));
  EXPECT_FALSE(back.intercept.has_value());
}

TEST_F(ClassModelFile, KeepsThatThereAreNoIntercepts) {
  Model model = class_model();
  model.intercepts.clear();
  write_model(path_, model);
  EXPECT_TRUE(read_model(path_).intercepts.empty());
  EXPECT_EQ(read_model(path_).coefficients, model.coefficients);
}

TEST_F(ClassModelFile, RefusesToWriteWhatCannotBeRead) {
  const auto refused = [&](auto change) {
    Model model = class_model();
    change(model);
    EXPECT_THROW(write_model(path_, model), InvalidArgument);
  };
  refused([](Model& m) { m.classes[2] = "no"; });
  refused([](Model& m) { m.classes = {"no"}; });
  refused([](Model& m) { m.intercepts.pop_back(); });
  refused([](Model& m) { m.coefficients.pop_back(); });
  refused([](Model& m) { m.coefficients[4] = std::numeric_limits<double>::infinity(); });
  refused([](Model& m) { m.intercepts[0] = std::numeric_limits<double>::quiet_NaN(); });
  EXPECT_TRUE(directory_.names().empty());
}

TEST_F(ClassModelFile, NamesThePlaceOfWhatIsWrong) {
  const auto expect = [&](const char* part, const char* replacement, const char* error) {
    SCOPED_TRACE(replacement);
    const std::string what = error_with(part, replacement);
    EXPECT_NE(what.find(error), std::string::npos) << what;
  };
  expect("\"softmax\"", "\"squared\"", ": /target/classes: there are classes");
  expect("\"classes\"", "\"levels\"", "'classes' is missing");
  expect("\"classes\": [", "\"classes\": [\"also\", ", ": /intercept: there are 3 members");
  expect("\"classes\": [\n      \"no\"", "\"classes\": [\n      \"yes\"", "is there twice");
  expect("\"classes\": [\n      \"no\"", "\"classes\": [\n      \"nein\"",
         ": /intercept/no: expected the class 'nein'");
  expect("\"coefficients\": {\n    \"no\"", "\"coefficients\": {\n    \"nein\"",
         ": /coefficients/nein: expected the class 'no'");
  expect("\"a\": 1.0", "\"c\": 1.0", ": /coefficients/no/c: expected the coefficient of 'a'");
  expect("\"a\": 1.0", "\"a\": \"1\"", ": /coefficients/no/a: expected a number");
  expect("\"no\": 0.1", "\"no\": null", ": /intercept/no: expected a number");
}

}  // namespace
}  // namespace batchgrad
