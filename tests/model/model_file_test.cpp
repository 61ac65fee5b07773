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

/// A model with every part that can be there, and numbers whose last bits are easily lost.
Model full_model() {
  Model model;
  model.loss = HuberLoss{0.1};
  model.intercept = -0.0;
  model.coefficients = {1.0 / 3, std::nextafter(2.0, 3.0), std::numeric_limits<double>::max(),
                        std::numeric_limits<double>::denorm_min()};
  model.rules.inputs = {{"plain", {}}, {"a/b~c \"d\"", {}}, {"colour", {"blue", "green", "red"}}};
  model.rules.target = "y";
  model.rules.target_levels = {"no", "yes"};
  model.rules.weight = "w";
  model.rules.offset = "o";
  model.rules.missing_texts = {"", "?", "n/a"};
  model.header = Header::absent;
  model.labels = BinaryLabels{"no", "yes"};
  model.fit = {100, 3, 17, 19, 0.1, 1e-10, Stop::objective, "lbfgs", "cpu"};
  return model;
}

struct Tampering {
  const char* part;
  const char* replacement;
  const char* error;
};

class ModelFile : public ::testing::Test {
 protected:
  /// The file of a model with `part` replaced, read again: what the error says.
  std::string error_with(const std::string& part, const std::string& replacement,
                         const Model& model = full_model()) {
    write_model(path_, model);
    std::string text = directory_.read("model.json");
    const auto place = text.find(part);
    EXPECT_NE(place, std::string::npos) << part;
    if (place == std::string::npos) return "";
    return error_of(text.replace(place, part.size(), replacement));
  }

  std::string error_of(const std::string& text) {
    directory_.write("model.json", text);
    try {
      (void)read_model(path_);
    } catch (const Error& error) {
      const std::string what = error.what();
      EXPECT_EQ(what.rfind(path_, 0), 0U) << what;
      return what.substr(std::min(what.size(), path_.size()));
    }
    return "no error";
  }

  test::TemporaryDirectory directory_;
  std::string path_ = directory_ / "model.json";
};

TEST_F(ModelFile, ReadsBackToTheBit) {
  const Model model = full_model();
  write_model(path_, model);
  const Model back = read_model(path_);
  EXPECT_EQ(loss_text(back.loss), "huber:delta=0.1");
  ASSERT_TRUE(back.intercept.has_value());
  EXPECT_TRUE(std::signbit(*back.intercept));
  EXPECT_EQ(back.coefficients, model.coefficients);
  ASSERT_EQ(back.rules.inputs.size(), model.rules.inputs.size());
  for (std::size_t i = 0; i < model.rules.inputs.size(); ++i) {
    EXPECT_EQ(back.rules.inputs[i].column, model.rules.inputs[i].column);
    EXPECT_EQ(back.rules.inputs[i].levels, model.rules.inputs[i].levels);
  }
  EXPECT_EQ(back.rules.target, "y");
  EXPECT_EQ(back.rules.target_levels, model.rules.target_levels);
  EXPECT_EQ(back.rules.weight, "w");
  EXPECT_EQ(back.rules.offset, "o");
  EXPECT_EQ(back.rules.missing_texts, model.rules.missing_texts);
  EXPECT_EQ(back.header, Header::absent);
  ASSERT_TRUE(back.labels.has_value());
  EXPECT_EQ(back.labels->positive, "yes");
  EXPECT_EQ(back.fit.samples, 100);
  EXPECT_EQ(back.fit.dropped_rows, 3);
  EXPECT_EQ(back.fit.iterations, 17);
  EXPECT_EQ(back.fit.evaluations, 19);
  EXPECT_EQ(back.fit.objective, 0.1);
  EXPECT_EQ(back.fit.gradient_norm, 1e-10);
  EXPECT_EQ(back.fit.stop, Stop::objective);
  EXPECT_EQ(back.fit.solver, "lbfgs");
  EXPECT_EQ(back.fit.device, "cpu");
}

/// full_model() with expressions wherever there may be one.
Model computed_model() {
  Model model = full_model();
  model.rules.inputs[0] = {"x^2*e", {}, {"x", "e"}};
  model.rules.target = "log(y)";
  model.rules.target_levels.clear();
  model.rules.target_arguments = {"y"};
  model.rules.weight = "w*expo";
  model.rules.weight_arguments = {"w", "expo"};
  model.rules.offset = "log(expo)";
  model.rules.offset_arguments = {"expo"};
  model.rules.libsvm_features = 123;
  model.labels.reset();
  return model;
}

TEST_F(ModelFile, KeepsExpressionsAndTheirColumns) {
  const Model model = computed_model();
  write_model(path_, model);
  const ColumnRules back = read_model(path_).rules;
  EXPECT_EQ(back.inputs[0].column, "x^2*e");
  EXPECT_EQ(back.inputs[0].arguments, model.rules.inputs[0].arguments);
  EXPECT_TRUE(back.inputs[1].arguments.empty());
  EXPECT_EQ(back.target, "log(y)");
  EXPECT_EQ(back.target_arguments, model.rules.target_arguments);
  EXPECT_EQ(back.weight, "w*expo");
  EXPECT_EQ(back.weight_arguments, model.rules.weight_arguments);
  EXPECT_EQ(back.offset, "log(expo)");
  EXPECT_EQ(back.offset_arguments, model.rules.offset_arguments);
  EXPECT_EQ(back.libsvm_features, 123);
}

TEST_F(ModelFile, WithoutExpressionsIsWrittenAsBefore) {
  write_model(path_, full_model());
  const std::string text = directory_.read("model.json");
  EXPECT_NE(text.find(R"("offset": "o",)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("weight": "w",)"), std::string::npos) << text;
  EXPECT_EQ(text.find("libsvm_features"), std::string::npos);
  EXPECT_EQ(text.find("expression"), std::string::npos);
  EXPECT_EQ(read_model(path_).rules.libsvm_features, 0);
}

TEST_F(ModelFile, NamesTheExpressionThatIsWrong) {
  const std::vector<Tampering> cases = {
      {"\"expression\": \"x^2*e\"", "\"expression\": \"x^^2*e\"",
       ": /inputs/0/expression: '^' where a value is due"},
      {"\"expression\": \"x^2*e\"", "\"expression\": \"[x, e]\"",
       ": /inputs/0/expression: there are 2 results"},
      {"\"expression\": \"x^2*e\"", "\"expression\": \"x^2*z\"",
       ": /inputs/0/expression: unknown name 'z'"},
      {"\"expression\": \"x^2*e\"", "\"expression\": \"\"",
       ": /inputs/0/expression: the expression is empty"},
      {"\"expression\": \"x^2*e\"", "\"column\": \"x\"", ": /inputs/0: there is no key 'columns'"},
      {"\"expression\": \"x^2*e\"", "\"levels\": [\"x\"], \"expression\": \"x^2*e\"",
       ": /inputs/0: there is no key 'levels'"},
      {"\"x\",", "\"e\",", ": /inputs/0/expression: variable 'e' is listed twice"},
      {"\"expression\": \"log(expo)\"", "\"column\": \"expo\"",
       ": /offset: there is no key 'column'"},
      {"\"expression\": \"log(expo)\",", "", ": /offset: the key 'expression' is missing"},
      {"\"expression\": \"log(y)\"", "\"expression\": 3",
       ": /target/expression: expected a string"},
      {"\"libsvm_features\": 123", "\"libsvm_features\": -1", ": /libsvm_features: expected"},
  };
  for (const Tampering& tampering : cases) {
    SCOPED_TRACE(tampering.replacement);
    const std::string error = error_with(tampering.part, tampering.replacement, computed_model());
    EXPECT_NE(error.find(tampering.error), std::string::npos) << error;
  }
}

TEST_F(ModelFile, KeepsThatThereIsNoIntercept) {
  Model model = full_model();
  model.intercept.reset();
  model.labels.reset();
  write_model(path_, model);
  EXPECT_FALSE(read_model(path_).intercept.has_value());
  EXPECT_FALSE(read_model(path_).labels.has_value());
}

TEST_F(ModelFile, EveryLossAndEveryStopReadsBack) {
  for (const std::string_view name : loss_names())
    for (const Stop stop : {Stop::gradient, Stop::objective, Stop::max_iterations,
                            Stop::no_progress, Stop::diverged, Stop::interrupted, Stop::held_out}) {
      Model model = full_model();
      model.loss = parse_loss(name);
      model.fit.stop = stop;
      write_model(path_, model);
      EXPECT_EQ(loss_text(read_model(path_).loss), loss_text(model.loss));
      EXPECT_EQ(read_model(path_).fit.stop, stop);
    }
}

TEST_F(ModelFile, RefusesToWriteWhatCannotBeRead) {
  directory_.write("model.json", "old");
  const auto refused = [&](auto change) {
    Model model = full_model();
    change(model);
    EXPECT_THROW(write_model(path_, model), InvalidArgument);
  };
  refused([](Model& m) { m.coefficients[1] = std::numeric_limits<double>::quiet_NaN(); });
  refused([](Model& m) { m.intercept = std::numeric_limits<double>::infinity(); });
  refused([](Model& m) { m.fit.objective = std::numeric_limits<double>::infinity(); });
  refused([](Model& m) { m.coefficients.pop_back(); });
  refused([](Model& m) { m.rules.inputs[1].column = "plain"; });
  refused([](Model& m) { m.rules.inputs[0].column = "\xff"; });
  refused([](Model& m) { m.rules.inputs[0].arguments = {"x"}; });
  refused([](Model& m) {
    m.rules.offset = "[x, x]";
    m.rules.offset_arguments = {"x"};
  });
  EXPECT_EQ(directory_.read("model.json"), "old");
  EXPECT_EQ(directory_.names().size(), 1U);
}

TEST_F(ModelFile, NamesThePlaceOfWhatIsWrong) {
  const std::vector<Tampering> cases = {
      {"\"batchgrad-model\"", "\"other-model\"", ": /format: "},
      {"\"format\": \"batchgrad-model\"", "\"format\": 1", ": /format: expected a string"},
      {"\"version\": 1", "\"version\": 2", ": /version: the file has format version 2"},
      {"\"version\": 1", "\"version\": 1.0", ": /version: expected an integer"},
      {"\"version\": 1,", "", ": /: the key 'version' is missing"},
      {"\"huber:delta=0.1\"", "\"huber:delta=-1\"", ": /loss: "},
      {"\"huber:delta=0.1\"", "\"hubris\"", ": /loss: there is no loss"},
      {"\"intercept\": -0.0", "\"intercept\": \"0\"", ": /intercept: expected a number"},
      {"\"intercept\": -0.0", "\"intercept\": true", ": /intercept: expected a number"},
      {"\"plain\": 0.333", "\"plain\": null, \"x\": 0.333", ": /coefficients: there are 5"},
      {"\"plain\": 0.333", "\"simple\": 0.333", ": /coefficients/simple: expected the coefficient"},
      {"\"a/b~c \\\"d\\\"\": 2.0", "\"a/b~c \\\"d\\\"\": [2]", ": "},
      {"\"plain\": 0.333", "\"plain\": 1, \"plain\": 0.333", "twice"},
      {"\"plain\": 0.333", "\"plain\": 1e999, \"x\": 0.333", "too large"},
      {"\"plain\": 0.333", "\"plain\": NaN, \"x\": 0.333", "not JSON"},
      {"\"column\": \"plain\"", "\"column\": \"\"", ": /inputs/0/column: "},
      {"\"column\": \"plain\"", "\"column\": \"colour\"", ": /inputs/2/column: "},
      {"\"column\": \"plain\"", "\"columns\": \"plain\"", ": /inputs/0: there is no key 'columns'"},
      {"\"green\"", "\"a\"", ": /inputs/2/levels: the level 'a' is out of order"},
      {"\"green\"", "7", ": /inputs/2/levels/1: expected a string (found 7)"},
      {"\"header\": false", "\"header\": \"no\"", ": /header: expected true or false"},
      {"\"samples\": 100", "\"samples\": -1", ": /fit/samples: expected an integer of at least 0"},
      {"\"samples\": 100", "\"samples\": 1e2", ": /fit/samples: expected an integer of at least 0"},
      {"\"samples\": 100", "\"samples\": 18446744073709551615", ": /fit/samples: "},
      {"\"stop\": \"objective\"", "\"stop\": \"tired\"", ": /fit/stop: 'tired'"},
      {"\"missing_texts\": [", "\"missing_texts\": {}, \"more\": [", ": /: there is no key 'more'"},
      {"\"positive\": \"yes\"", "\"column\": \"y\"", "twice"},
      {"\"device\": \"cpu\"", "\"device\": cpu", ":"},
  };
  for (const Tampering& tampering : cases) {
    SCOPED_TRACE(tampering.replacement);
    const std::string error = error_with(tampering.part, tampering.replacement);
    EXPECT_NE(error, "no error");
    EXPECT_NE(error.find(tampering.error), std::string::npos) << error;
  }
}

TEST_F(ModelFile, SyntaxErrorsNameLineAndColumn) {
  EXPECT_EQ(error_of("{\n  \"format\" \"x\"}").rfind(":2:", 0), 0U);
  EXPECT_EQ(error_of("").rfind(":1:1: this is not JSON", 0), 0U);
}

TEST_F(ModelFile, EveryTruncationIsAnError) {
  write_model(path_, full_model());
  const std::string text = directory_.read("model.json");
  for (std::size_t size = 0; size + 2 < text.size(); ++size)
    EXPECT_NE(error_of(text.substr(0, size)), "no error") << size;
}

TEST_F(ModelFile, DeepNestingIsAnErrorLikeAnyOther) {
  EXPECT_NE(error_of(std::string(200000, '[')), "no error");
  EXPECT_NE(error_of(std::string(100000, '[') + std::string(100000, ']')), "no error");
  EXPECT_NE(error_of("{\"format\": " + std::string(100000, '[') + std::string(100000, ']') + "}"),
            "no error");
}

TEST_F(ModelFile, FilesThatCannotBeReadAreErrors) {
  EXPECT_THROW((void)read_model(directory_ / "none.json"), FileError);
  EXPECT_THROW((void)read_model(directory_ / ""), FileError);
}

}  // namespace
}  // namespace batchgrad
