#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>
#include <zlib.h>

#include "function_test.hpp"

namespace batchgrad::test {
namespace {

constexpr const char* cubic = "x^2*y + y^3";

/// Derivatives at the points of a file.
class CliPoints : public Cli {
 protected:
  std::string points_ = directory_.write("points.csv", "y,name id,x\n3,7,2\n2,8,-1\n0.5,9,0\n");
};

TEST_F(CliPoints, ColumnsAreFoundByNameAndKept) {
  const ProcessResult result = batchgrad({"gradient", cubic, "--points", points_});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
  EXPECT_EQ(result.output,
            "y,name id,x,value,d_x,d_y\n3,7,2,39,12,31\n2,8,-1,10,-4,13\n0.5,9,0,0.125,0,0.75\n");
  const ProcessResult only =
      batchgrad({"gradient", cubic, "--points", points_, "--results-only", "--format", "text"});
  EXPECT_EQ(only.output, "39 12 31\n10 -4 13\n0.125 0 0.75\n");
}

TEST_F(CliPoints, JsonHoldsColumnsAndRows) {
  const Json document =
      json_of(batchgrad({"gradient", cubic, "--points", points_, "--format", "json"}));
  EXPECT_EQ(document["columns"].dump(), R"(["y","name id","x","value","d_x","d_y"])");
  EXPECT_EQ(document["rows"].dump(), "[[3,7,2,39,12,31],[2,8,-1,10,-4,13],[0.5,9,0,0.125,0,0.75]]");
}

TEST_F(CliPoints, ErrorsAddColumns) {
  const ProcessResult result =
      batchgrad({"gradient", "abs(x)", "--points", points_, "--method", "adaptive", "--errors"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  const auto rows = cells_of(result.output);
  EXPECT_EQ(result.output.substr(0, result.output.find('\n')),
            "y,name id,x,value,d_x,err_x,status_x,step_x,left_x,right_x");
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[1][6], "ok");
  EXPECT_EQ(rows[3][6], "kink");
  const auto numbers = numbers_of(result.output);
  EXPECT_TRUE(is_within(numbers[1][4], -1, 1e-9));
  EXPECT_TRUE(is_within(numbers[2][8], -1, 1e-9));
  EXPECT_TRUE(is_within(numbers[2][9], 1, 1e-9));
}

TEST_F(CliPoints, NamesAreQuotedWhereTheyHaveTo) {
  const std::string file = directory_.write("quoted.csv", "x,\"a,\"\"b\"\"\"\n2,5\n");
  const ProcessResult result = batchgrad({"gradient", "x^2", "--points", file});
  EXPECT_EQ(result.output, "x,\"a,\"\"b\"\"\",value,d_x\n2,5,4,4\n");
}

TEST_F(CliPoints, ReadsPipesAndGzip) {
  const std::string plain = batchgrad({"gradient", cubic, "--points", points_}).output;
  EXPECT_EQ(batchgrad({"gradient", cubic, "--points", "-"}, {.input = points_}).output, plain);
  const std::string packed = directory_ / "points.csv.gz";
  gzFile file = gzopen(packed.c_str(), "wb");
  gzputs(file, directory_.read("points.csv").c_str());
  gzclose(file);
  EXPECT_EQ(batchgrad({"gradient", cubic, "--points", packed}).output, plain);
  ASSERT_EQ(
      batchgrad({"gradient", cubic, "--points", points_, "-o", directory_ / "g.csv"}).exit_code, 0);
  EXPECT_EQ(directory_.read("g.csv"), plain);
}

TEST_F(CliPoints, NamesWhatIsMissing) {
  const std::string out = directory_ / "g.csv";
  expect_failure(batchgrad({"gradient", "x*z", "--points", points_, "-o", out}), 1, "'z'");
  const std::string text = directory_.write("text.csv", "x,id\n1,a\n2,b\n");
  expect_failure(batchgrad({"gradient", "x^2", "--points", text, "-o", out}), 1, "--ignore id");
  EXPECT_EQ(batchgrad({"gradient", "x^2", "--points", text, "--ignore", "id"}).output,
            "x,value,d_x\n1,1,2\n2,4,4\n");
  expect_failure(batchgrad({"gradient", "x^2", "--points", directory_ / "none.csv"}), 1,
                 "none.csv");
  const std::string empty = directory_.write("empty.csv", "x\n");
  expect_failure(batchgrad({"gradient", "x^2", "--points", empty, "-o", out}), 1, "empty.csv");
  const std::string late = directory_.write("late.csv", "x\n1\n2\nthree\n");
  expect_failure(batchgrad({"gradient", "x^2", "--points", late, "-o", out}), 1, "late.csv:4:1");
  EXPECT_EQ(directory_.names().size(), 4U);
}

TEST_F(CliPoints, AColumnWithAResultsNameIsRefused) {
  const std::string file = directory_.write("again.csv", "x,value\n2,5\n");
  expect_failure(batchgrad({"gradient", "x^2", "--points", file}), 1, "'value'");
  EXPECT_EQ(batchgrad({"gradient", "x^2", "--points", file, "--ignore", "value"}).output,
            "x,value,d_x\n2,4,4\n");
  EXPECT_EQ(batchgrad({"gradient", "x^2", "--points", file, "--results-only"}).output,
            "value,d_x\n4,4\n");
}

TEST_F(CliPoints, MissingValuesAreErrorsOrLeaveRowsOut) {
  const std::string gaps = directory_.write("gaps.csv", "x,y\n2,3\nNA,1\n0,0.5\n");
  expect_failure(batchgrad({"gradient", cubic, "--points", gaps}), 1, "gaps.csv:3:1");
  const ProcessResult result = batchgrad({"gradient", cubic, "--points", gaps, "--na", "drop"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output, "x,y,value,d_x,d_y\n2,3,39,12,31\n0,0.5,0.125,0,0.75\n");
  EXPECT_TRUE(contains(result.errors, "missing: 1")) << result.errors;
}

TEST_F(CliPoints, FilesWithoutNamesHaveOneColumnForEachVariable) {
  const std::string bare = directory_.write("bare.csv", "2,3\n-1,2\n");
  const ProcessResult result =
      batchgrad({"gradient", cubic, "--points", bare, "--header", "no", "--results-only"});
  EXPECT_EQ(result.output, "value,d_x,d_y\n39,12,31\n10,-4,13\n");
  expect_failure(batchgrad({"gradient", "x*y*z", "--points", bare, "--header", "no"}), 1,
                 "2 columns without names");
  EXPECT_EQ(batchgrad({"gradient", "c2^2", "--points", bare, "--header", "no"}).output,
            "c1,c2,value,d_c2\n2,3,9,6\n-1,2,4,4\n");
}

TEST_F(CliPoints, NpyGoesInAndOut) {
  const std::string in = directory_.write("p.npy", npy_text<double>(3, 2, {2, 3, -1, 2, 0, 0.5}));
  ASSERT_EQ(batchgrad({"gradient", cubic, "--points", in, "-o", directory_ / "g.npy"}).exit_code,
            0);
  const std::string npy = directory_.read("g.npy");
  EXPECT_TRUE(contains(npy_header(npy), "'<f8'"));
  EXPECT_TRUE(contains(npy_header(npy), "(3, 5)"));
  EXPECT_EQ(npy_values<double>(npy),
            (std::vector<double>{2, 3, 39, 12, 31, -1, 2, 10, -4, 13, 0, 0.5, 0.125, 0, 0.75}));
  EXPECT_EQ(batchgrad({"gradient", cubic, "--points", in}).output,
            "c1,c2,value,d_x,d_y\n2,3,39,12,31\n-1,2,10,-4,13\n0,0.5,0.125,0,0.75\n");
  const std::string three = directory_.write("three.npy", npy_text<double>(1, 3, {1, 2, 3}));
  expect_failure(batchgrad({"gradient", cubic, "--points", three}), 1, "2 variables: x, y");
}

TEST_F(CliPoints, SinglePrecisionStaysSinglePrecision) {
  // In float32 a central difference keeps some 5 digits; in float64 the result is rounded once.
  const std::string in = directory_.write("p.npy", npy_text<float>(1, 1, {0.75F}));
  const auto slope = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"gradient", "exp(x)", "--points", in, "--results-only", "-o",
                               directory_ / "g.npy", "--method", "central"});
    const ProcessResult result = batchgrad(more);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    const std::string npy = directory_.read("g.npy");
    EXPECT_TRUE(contains(npy_header(npy), "'<f4'"));
    return static_cast<double>(npy_values<float>(npy).at(1));
  };
  const double exact = std::exp(0.75);
  EXPECT_TRUE(is_within(slope({}), exact, 0x1p-24 * exact + 1e-9));
  const double native = slope({"--native"});
  EXPECT_TRUE(is_within(native, exact, 1e-3));
  EXPECT_NE(native, slope({}));
  const std::string wide = directory_.write("w.npy", npy_text<double>(1, 1, {0.75}));
  expect_failure(
      batchgrad({"gradient", "exp(x)", "--points", wide, "--native", "--method", "central"}), 2,
      "not float32");
}

TEST_F(CliPoints, StatusesAreNumbersInNpy) {
  const std::string in = directory_.write("p.npy", npy_text<double>(2, 1, {0, 1}));
  ASSERT_EQ(batchgrad({"gradient", "abs(x)", "--points", in, "--method", "adaptive", "--errors",
                       "-o", directory_ / "g.npy"})
                .exit_code,
            0);
  const auto values = npy_values<double>(directory_.read("g.npy"));
  ASSERT_EQ(values.size(), 16U);
  EXPECT_EQ(values[4], 2);
  EXPECT_EQ(values[12], 0);
}

TEST_F(CliPoints, ValuesThatAreNotFiniteAreCounted) {
  const std::string file = directory_.write("roots.csv", "x\n1\n0\n-1\n");
  const ProcessResult result = batchgrad({"gradient", "sqrt(x)", "--points", file});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(contains(result.errors, "at 2 of 3 points")) << result.errors;
  EXPECT_EQ(result.output, "x,value,d_x\n1,1,0.5\n0,0,inf\n-1,nan,nan\n");
  EXPECT_EQ(batchgrad({"gradient", "sqrt(x)", "--points", file, "--quiet"}).errors, "");
}

TEST_F(CliPoints, PointsOutOfBoundsNameTheirLine) {
  expect_failure(
      batchgrad({"gradient", cubic, "--points", points_, "--bounds", "x=0:inf", "--quiet"}), 1,
      "points.csv:3: x = -1 is out of its bounds");
}

TEST_F(CliPoints, OutputsThatCannotBeAreErrors) {
  expect_failure(batchgrad({"gradient", cubic, "--points", points_}, {.output = "/dev/full"}), 1,
                 "No space left");
  expect_failure(batchgrad({"gradient", cubic, "--points", points_, "-o", "/dev/full"}), 1,
                 "/dev/full");
  expect_failure(batchgrad({"gradient", cubic, "--points", points_, "-o", points_}), 2,
                 "same file");
  expect_failure(
      batchgrad({"gradient", cubic, "--points", points_, "-o", "g.npy", "--format", "csv"}), 2,
      ".npy");
  expect_failure(batchgrad({"gradient", cubic, "--points", points_, "-o", directory_ / "no/g.csv"}),
                 1, "No such file");
}

TEST_F(CliPoints, EveryDeviceAndMethodWritesTheSameColumns) {
  for (const char* device : {"cpu", "reference"})
    for (const char* method : {"symbolic", "forward-ad", "central", "richardson", "adaptive"}) {
      SCOPED_TRACE(std::string(device) + " " + method);
      const ProcessResult result = batchgrad({"gradient", cubic, "--points", points_, "--device",
                                              device, "--method", method, "--results-only"});
      EXPECT_EQ(result.exit_code, 0) << result.errors;
      EXPECT_EQ(cells_of(result.output).front(), (std::vector<std::string>{"value", "d_x", "d_y"}));
      const auto numbers = numbers_of(result.output);
      ASSERT_EQ(numbers.size(), 3U);
      EXPECT_TRUE(is_within(numbers[1][1], -4, 1e-7));
      EXPECT_TRUE(is_within(numbers[1][2], 13, 1e-7));
    }
}

/// Written piece by piece: a test's own memory counts as its children's.
std::string write_many_points(const std::string& path, int count) {
  std::ofstream file(path);
  file << "x,y\n";
  for (int i = 0; i < count; ++i) file << i % 997 << ".5," << i % 89 << '\n';
  return path;
}

TEST_F(CliPoints, ThreadsDoNotChangeAByte) {
  const std::string file = write_many_points(directory_ / "many.csv", 100000);
  const auto run = [&](const char* threads, const char* method) {
    const ProcessResult result =
        batchgrad({"gradient", "exp(-x/100)*sin(y)", "--points", file, "--method", method,
                   "--errors", "--quiet", "--threads", threads});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return result.output;
  };
  for (const char* method : {"symbolic", "central"})
    EXPECT_TRUE(run("1", method) == run("2", method));
}

TEST_F(CliPoints, AMillionPointsNeedTheMemoryOfAFew) {
#if defined(BATCHGRAD_SANITIZED)
  GTEST_SKIP() << "the sanitizer keeps what is freed";
#endif
  const auto peak_memory = [&](int count) {
    const std::string out = directory_ / "out.npy";
    const ProcessResult result =
        batchgrad({"gradient", cubic, "--points", write_many_points(directory_ / "many.csv", count),
                   "-o", out, "--method", "central", "--quiet", "--threads", "2"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(std::filesystem::file_size(out), 128 + static_cast<std::size_t>(count) * 40);
    return result.peak_memory;
  };
  // 900,000 more points are 14 MiB as they come and 34 MiB as they leave. What waits between
  // reader, workers and writer is bounded, but fewer points may never fill it.
  const long few = peak_memory(100000);
  EXPECT_LT(peak_memory(1000000), few + 16 * 1024);
}

TEST_F(CliPoints, AReaderThatLeavesEndsTheWorkInSilence) {
  const std::string file = write_many_points(directory_ / "many.csv", 200000);
  const ProcessResult result =
      run_process({"/bin/sh", "-c", "\"$0\" gradient \"$1\" --points \"$2\" | head -n 2",
                   BATCHGRAD_CLI_PATH, cubic, file});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, "x,y,value,d_x,d_y\n0.5,0,0,0,0.25\n");
  EXPECT_EQ(result.errors, "");
}

TEST_F(CliPoints, SignalsLeaveNothingBehind) {
  const std::string file = write_many_points(directory_ / "many.csv", 2000000);
  ProcessResult result;
  for (int wait = 100; wait <= 1600 && result.exit_code != 130; wait *= 2) {
    Process process({BATCHGRAD_CLI_PATH, "gradient", cubic, "--points", file, "-o",
                     directory_ / "out.csv", "--errors", "--method", "adaptive"});
    std::this_thread::sleep_for(std::chrono::milliseconds(wait));
    process.send(SIGINT);
    result = process.wait();
  }
  EXPECT_EQ(result.exit_code, 130) << result.errors;
  EXPECT_EQ(directory_.names().size(), 2U);
}

}  // namespace
}  // namespace batchgrad::test
