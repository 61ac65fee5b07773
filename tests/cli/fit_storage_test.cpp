#include <batchgrad/core/storage.hpp>

#include <cmath>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

/// A feature x and a target near 1 + 2 x, x as given or rounded first.
template <class Round>
std::string csv_of(const Round& round) {
  std::string text = "x,y\n";
  for (int m = 0; m < 20; ++m) {
    const double x = 0.1 * m + 0.0123;
    text += fmt::format("{},{}\n", round(x), 1 + 2 * x + (m % 3 == 0 ? 0.25 : 0.0));
  }
  return text;
}

class CliFitStorage : public Cli {
 protected:
  std::string data_ = directory_.write("data.csv", csv_of([](double x) { return x; }));

  static Json fit(const std::string& data, std::vector<std::string> options) {
    options.insert(options.begin(), {"fit", data, "--target", "y", "--format", "json"});
    const ProcessResult result = batchgrad(options);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return json_of(result);
  }
  /// The fit is that of the rounded features.
  void expect_fit_of(const std::string& storage, const std::string& rounded) {
    const Json found = fit(data_, {"--storage", storage});
    const Json truth = fit(rounded, {});
    EXPECT_EQ(found["storage"], storage);
    for (const char* term : {"(intercept)", "x"})
      EXPECT_NEAR(found["coefficients"][term].get<double>(),
                  truth["coefficients"][term].get<double>(), 1e-5);
    EXPECT_GT(std::fabs(truth["coefficients"]["x"].get<double>() -
                        fit(data_, {})["coefficients"]["x"].get<double>()),
              1e-5);
  }
};

TEST_F(CliFitStorage, RoundsTheFeaturesToSixteenBits) {
  const auto round = [](auto stored) { return static_cast<double>(stored); };
  expect_fit_of("bf16",
                directory_.write("bf16.csv", csv_of([&](double x) { return round(Bfloat16(x)); })));
  expect_fit_of("f16",
                directory_.write("f16.csv", csv_of([&](double x) { return round(Float16(x)); })));
}

TEST_F(CliFitStorage, GoesWithEverythingElse) {
  for (const std::string storage : {"f32", "bf16", "f16"})
    for (const std::vector<std::string>& options :
         std::vector<std::vector<std::string>>{{"--solver", "lbfgs", "--errors"},
                                               {"--l1", "0.01"},
                                               {"--path", "0.1,1", "--cv", "4"},
                                               {"--path", "0.1,1"},
                                               {"--loss", "huber", "--holdout", "0.2"},
                                               {"--solver", "adam", "--batch-size", "4",
                                                "--max-epochs", "300", "--tolerance", "1"}}) {
      std::vector<std::string> all{"--storage", storage};
      all.insert(all.end(), options.begin(), options.end());
      SCOPED_TRACE(storage + " " + options[0]);
      fit(data_, all);
    }
}

TEST_F(CliFitStorage, LeavesAModelThatPredicts) {
  const std::string model = directory_ / "model.json";
  const Json found = fit(data_, {"--storage", "bf16", "-o", model});
  const ProcessResult predictions = batchgrad({"predict", model, data_});
  EXPECT_EQ(predictions.exit_code, 0) << predictions.errors;
  const double first = found["coefficients"]["(intercept)"].get<double>() +
                       0.0123 * found["coefficients"]["x"].get<double>();
  const std::size_t second_line = predictions.output.find('\n') + 1;
  EXPECT_NEAR(std::stod(predictions.output.substr(second_line)), first, 1e-12);
}

TEST_F(CliFitStorage, NamesTheValueThatIsTooLarge) {
  const std::string data = directory_.write("large.csv", "x,y\n1,2\n-70000,3\n65504,4\n65519,5\n");
  expect_failure(batchgrad({"fit", data, "--target", "y", "--storage", "f16"}), 1,
                 data +
                     ":3: -70000 in column 'x' is out of range (the largest float16 is 65504) "
                     "rescale it, or store the data in a type of a wider range");
  EXPECT_EQ(fit(data, {"--storage", "bf16", "--l2", "1"})["storage"], "bf16");
  const std::string target = directory_.write("target.csv", "x,y\n1,2\n2,1e39\n");
  expect_failure(batchgrad({"fit", target, "--target", "y", "--storage", "f16"}), 1,
                 ":3: 1e+39 in column 'y' is out of range (the largest float32");
}

}  // namespace
}  // namespace batchgrad::test
