#include <batchgrad/sampled_gradient.hpp>

#include <cmath>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "function_test.hpp"

namespace batchgrad::test {
namespace {

class CliDifferentiate : public Cli {
 protected:
  // What is added up is below 10^4, so a hundred roundings of it are below 10^-9.
  static void expect_last_column(std::vector<std::string> options, const std::string& file,
                                 const std::vector<double>& expected) {
    options.insert(options.begin(), {"differentiate", file});
    const ProcessResult result = batchgrad(options);
    std::vector<double> column;
    for (std::size_t end = result.output.find('\n'); end + 1 < result.output.size();) {
      end = result.output.find('\n', end + 1);
      column.push_back(std::stod(result.output.substr(result.output.rfind(',', end) + 1)));
    }
    ASSERT_EQ(column.size(), expected.size()) << result.output << result.errors;
    for (std::size_t i = 0; i < column.size(); ++i)
      EXPECT_TRUE(is_within(column[i], expected[i], 1e-9)) << i;
  }

  // numpy.gradient of y by t, edge_order 2; t^2 would be exact, t^3 is not.
  std::string data_ = directory_.write("data.csv", "t,y\n0,0\n1,1\n2,8\n3,27\n");
};

TEST_F(CliDifferentiate, WritesTheColumnsAndTheDerivative) {
  const ProcessResult result = batchgrad({"differentiate", data_, "--y", "y", "--x", "t"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output, "t,y,d_y\n0,0,-2\n1,1,4\n2,8,13\n3,27,25\n");
  EXPECT_EQ(result.errors, "");
}

TEST_F(CliDifferentiate, TakesEdgesAsNumpyDoes) {
  const ProcessResult slopes =
      batchgrad({"differentiate", data_, "--y", "y", "--x", "t", "--edge-order", "1"});
  EXPECT_EQ(slopes.output, "t,y,d_y\n0,0,1\n1,1,4\n2,8,13\n3,27,19\n") << slopes.errors;
  const ProcessResult second =
      batchgrad({"differentiate", data_, "--y", "y", "--x", "t", "--edge-order", "2"});
  EXPECT_EQ(second.output, "t,y,d_y\n0,0,-2\n1,1,4\n2,8,13\n3,27,25\n") << second.errors;
}

TEST_F(CliDifferentiate, TakesSpacingOrdersAndAccuracies) {
  const std::string file = directory_.write("p.csv", "a,b\n0,1\n1,2\n16,4\n81,8\n256,16\n625,32\n");
  // a = n^4 at x = 2 n: windows of five and six samples are exact but for rounding.
  expect_last_column({"--y", "a", "--spacing", "2", "--accuracy", "4"}, file,
                     {0, 2, 16, 54, 128, 250});
  expect_last_column({"--y", "b,a", "--order", "2", "--accuracy", "4"}, file,
                     {0, 12, 48, 108, 192, 300});
  const ProcessResult backwards =
      batchgrad({"differentiate", file, "--y", "b", "--spacing=-1", "--edge-order", "1"});
  EXPECT_EQ(backwards.output.rfind("a,b,d_b\n0,1,-1\n1,2,-1.5\n", 0), 0U) << backwards.output;
}

TEST_F(CliDifferentiate, WritesEveryFormat) {
  const Json json =
      json_of(batchgrad({"differentiate", data_, "--y", "y", "--x", "t", "--format", "json"}));
  EXPECT_EQ(json["columns"], (std::vector<std::string>{"t", "y", "d_y"}));
  EXPECT_EQ(json["rows"][3], (std::vector<double>{3, 27, 25}));
  EXPECT_EQ(batchgrad({"differentiate", data_, "--y", "y", "--x", "t", "--format", "text"}).output,
            "0 0 -2\n1 1 4\n2 8 13\n3 27 25\n");
  const std::string npy = directory_ / "out.npy";
  ASSERT_EQ(batchgrad({"differentiate", data_, "--y", "y", "--x", "t", "-o", npy}).exit_code, 0);
  const std::string bytes = directory_.read("out.npy");
  EXPECT_TRUE(contains(bytes, "'shape': (4, 3)"));
  std::vector<double> last(3);
  ASSERT_GT(bytes.size(), 24U);
  std::memcpy(last.data(), bytes.data() + bytes.size() - 24, 24);
  EXPECT_EQ(last, (std::vector<double>{3, 27, 25}));
  const ProcessResult again = batchgrad({"differentiate", npy, "--y", "c2", "--x", "c1"});
  EXPECT_EQ(again.output.rfind("c1,c2,c3,d_c2\n0,0,-2,-2\n", 0), 0U) << again.errors;
}

TEST_F(CliDifferentiate, RunsOnEveryDevice) {
  for (const char* device : {"cpu", "reference"})
    EXPECT_EQ(
        batchgrad({"differentiate", data_, "--y", "y", "--x", "t", "--device", device}).output,
        "t,y,d_y\n0,0,-2\n1,1,4\n2,8,13\n3,27,25\n");
}

TEST_F(CliDifferentiate, NamesTheLineOfACoordinate) {
  const auto run = [&](const std::string& text) {
    return batchgrad({"differentiate", directory_.write("bad.csv", text), "--y", "y", "--x", "t"});
  };
  expect_failure(run("t,y\n0,1\n1,2\n1,3\n2,4\n"), 1,
                 "bad.csv:4: 1 in column 't' repeats the row in front (no slope lies between "
                 "them) leave one of the rows out");
  expect_failure(run("t,y\n0,1\n1,2\n3,3\n2,4\n"), 1,
                 "bad.csv:5: 2 in column 't' comes behind 3 (coordinates all increase or all "
                 "decrease) sort the rows by it");
  expect_failure(run("t,y\n0,1\n1,2\n"), 1, "the axis has 2 samples");
  expect_failure(run("t,z\n0,1\n1,2\n"), 1, "no column 'y'");
  expect_failure(run("t,y,d_y\n0,1,1\n1,2,1\n2,3,1\n"), 1, "there is a column 'd_y' already");
}

TEST_F(CliDifferentiate, GapsNeedCoordinates) {
  const std::string gaps = directory_.write("gaps.csv", "t,y,note\n0,0,x\n1,NA,x\n2,4,x\n4,16,x\n");
  const std::vector<std::string> options = {"differentiate", gaps,   "--y",  "y",
                                            "--ignore",      "note", "--na", "drop"};
  expect_failure(batchgrad(options), 1, "no longer be evenly spaced");
  std::vector<std::string> with_x = options;
  with_x.insert(with_x.end(), {"--x", "t"});
  const ProcessResult result = batchgrad(with_x);
  EXPECT_EQ(result.output, "t,y,d_y\n0,0,0\n2,4,4\n4,16,8\n") << result.errors;
  EXPECT_TRUE(contains(result.errors, "rows left out because a value is missing: 1"));
}

/// sin(0.001 n) with uneven coordinates, in a .npy file; from one block of rows to several.
class CliDifferentiateManyRows : public Cli {
 protected:
  std::string write(std::size_t rows) {
    values_.clear();
    x_.clear();
    y_.clear();
    for (std::size_t n = 0; n < rows; ++n) {
      x_.push_back(static_cast<double>(n) + 0.25 * static_cast<double>(n % 3));
      y_.push_back(std::sin(0.001 * x_.back()));
      values_.insert(values_.end(), {x_.back(), y_.back()});
    }
    return directory_.write("many.npy", npy_text<double>(rows, 2, values_));
  }
  std::vector<double> values_;
  std::vector<double> x_;
  std::vector<double> y_;
};

TEST_F(CliDifferentiateManyRows, GivesTheBitsOfTheWholeAtOnce) {
  struct Case {
    std::vector<std::string> options;
    bool has_coordinates;
    SampledGradientOptions whole;
  };
  const std::vector<Case> cases = {
      {{"--edge-order", "1"}, false, {.edge_order = 1}},
      {{"--order", "2", "--accuracy", "6"}, false, {.order = 2, .accuracy = 6}},
      {{"--x", "c1"}, true, {}},
      {{"--x", "c1", "--order", "3", "--accuracy", "4"}, true, {.order = 3, .accuracy = 4}}};
  Context context = Context::on("cpu");
  const std::string out = directory_ / "out.npy";
  for (const std::size_t rows : {65535U, 65536U, 65537U, 65545U, 150000U}) {
    const std::string file = write(rows);
    for (const auto& [options, has_coordinates, whole] : cases) {
      SCOPED_TRACE(::testing::PrintToString(options) + " of " + std::to_string(rows));
      std::vector<double> expected(rows, NAN);
      sampled_gradient(
          context, VectorView<const double>(y_), {},
          has_coordinates ? SampleGrid::at(VectorView<const double>(x_)) : SampleGrid{},
          VectorView<double>(expected), whole);
      std::vector<std::string> arguments = {"differentiate", file, "--y", "c2", "-o", out,
                                            "--device",      "cpu"};
      arguments.insert(arguments.end(), options.begin(), options.end());
      const ProcessResult result = batchgrad(arguments);
      ASSERT_EQ(result.exit_code, 0) << result.errors;
      const auto found = npy_values<double>(directory_.read("out.npy"));
      ASSERT_EQ(found.size(), 3 * rows);
      std::size_t different = 0;
      for (std::size_t n = 0; n < rows; ++n) different += found[3 * n + 2] == expected[n] ? 0 : 1;
      EXPECT_EQ(different, 0U);
    }
  }
}

TEST_F(CliDifferentiateManyRows, NeedsTheMemoryOfAFew) {
#if defined(BATCHGRAD_SANITIZED)
  GTEST_SKIP() << "the sanitizer keeps what is freed";
#endif
  const auto peak_memory = [&](int rows) {
    const std::string path = directory_ / "many.csv";
    {
      std::ofstream file(path);  // piece by piece: a test's own memory counts as its children's
      file << "t,y\n";
      for (int n = 0; n < rows; ++n) file << n << ".5," << n % 89 << '\n';
    }
    const ProcessResult result = batchgrad(
        {"differentiate", path, "--y", "y", "--x", "t", "-o", directory_ / "out.npy", "--quiet"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return result.peak_memory;
  };
  // 900,000 more rows are 11 MiB as they come and 21 MiB as they leave. What is on its way at a
  // time depends on how busy the machine is.
  const long few = peak_memory(100000);
  EXPECT_LT(peak_memory(1000000), few + 16 * 1024);
}

TEST_F(CliDifferentiateManyRows, NamesALateLine) {
  std::string text = "t,y\n";
  for (int n = 0; n < 70000; ++n) text += std::to_string(n) + ",1\n";
  const std::string turned = directory_.write("turned.csv", text + "69998,1\n");
  const std::string out = directory_ / "out.csv";
  expect_failure(batchgrad({"differentiate", turned, "--y", "y", "--x", "t", "-o", out}), 1,
                 "turned.csv:70002: 69998 in column 't' comes behind 69999");
  const std::string gap = directory_.write("gap.csv", text + "70000,NA\n");
  expect_failure(batchgrad({"differentiate", gap, "--y", "y", "--na", "drop", "-o", out}), 1,
                 "no longer be evenly spaced");
  EXPECT_EQ(directory_.names().size(), 2U);
}

TEST_F(CliDifferentiate, RefusesOptionsThatClash) {
  const auto refuses = [&](std::vector<std::string> options, const std::string& part) {
    options.insert(options.begin(), {"differentiate", data_});
    const ProcessResult result = batchgrad(options);
    EXPECT_EQ(result.exit_code, 2) << part;
    EXPECT_TRUE(contains(result.errors, part)) << result.errors;
    EXPECT_EQ(result.output, "");
  };
  refuses({"--y", "y", "--x", "t", "--spacing", "1"}, "--x and --spacing both say");
  refuses({"--y", "y", "--accuracy", "4", "--edge-order", "1"}, "--edge-order does not go with");
  refuses({"--y", "y", "--accuracy", "3"}, "there is no accuracy 3 choose 2, 4, 6 or 8");
  refuses({"--y", "y", "--edge-order", "3"}, "--edge-order");
  refuses({"--y", "y", "--spacing", "0"}, "0 is no distance");
  refuses({"--y", "y", "--order", "9"}, "--order");
  refuses({"--y", "t", "--x", "t"}, "--x and --y both name t");
  refuses({"--y", "y,y"}, "--y names y twice");
  refuses({"--x", "t"}, "--y");
  refuses({"--y", "y", "-o", data_}, "are the same file");
  refuses({"--y", "y", "-o", directory_ / "o.npy", "--format", "csv"}, "the name says .npy");
}

}  // namespace
}  // namespace batchgrad::test
