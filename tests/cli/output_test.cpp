#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

#include "cli_test.hpp"

namespace batchgrad::test {
namespace {

/// Standard output and outputs that cannot hold what is written.
class CliOutput : public Cli {
 protected:
  std::string data_ = directory_.write("data.csv", exact_csv);
  ProcessStreams full_{.output = "/dev/full"};

  void make_model() {
    ASSERT_EQ(batchgrad({"fit", data_, "--target", "y", "-o", directory_ / "model.json"}).exit_code,
              0);
  }
};

TEST_F(CliOutput, FullStandardOutputIsAnError) {
  make_model();
  for (const char* format : {"text", "json", "csv"}) {
    SCOPED_TRACE(format);
    const auto expect_error = [&](std::vector<std::string> arguments) {
      arguments.insert(arguments.end(), {"--format", format, "--quiet"});
      expect_failure(batchgrad(arguments, full_), 1, "No space left");
    };
    expect_error({"fit", data_, "--target", "y"});
    expect_error({"predict", directory_ / "model.json", data_});
    expect_error({"devices"});
  }
  expect_failure(
      batchgrad({"generate", "linear", "--samples", "9", "--features", "2", "--quiet"}, full_), 1,
      "No space left");
  EXPECT_EQ(batchgrad({"--help"}, full_).exit_code, 1);
  EXPECT_EQ(batchgrad({"--version"}, full_).exit_code, 1);
}

TEST_F(CliOutput, FullOutputFilesAreErrors) {
  make_model();
  expect_failure(batchgrad({"fit", data_, "--target", "y", "--quiet", "-o", "/dev/full"}), 1,
                 "/dev/full");
  expect_failure(batchgrad({"fit", data_, "--target", "y", "--quiet", "--history", "/dev/full"}), 1,
                 "/dev/full");
  expect_failure(batchgrad({"predict", directory_ / "model.json", data_, "-o", "/dev/full"}), 1,
                 "/dev/full");
  expect_failure(
      batchgrad({"generate", "linear", "--samples", "9", "--features", "2", "-o", "/dev/full"}), 1,
      "/dev/full");
  EXPECT_EQ(batchgrad({"generate", "linear", "--samples", "9", "--features", "2", "-o",
                       directory_ / "made.csv", "--truth", "/dev/full"})
                .exit_code,
            1);
}

TEST_F(CliOutput, DirectoriesAreRefusedBeforeTheWork) {
  expect_failure(batchgrad({"fit", data_, "--target", "y", "-o", directory_ / ""}), 1, "directory");
  expect_failure(batchgrad({"fit", data_, "--target", "y", "-o", directory_ / "no/model.json"}), 1,
                 "No such file");
}

TEST_F(CliOutput, FailuresKeepTheOldFileAndLeaveNoOther) {
  directory_.write("model.json", "old");
  const std::string bad = directory_.write("bad.csv", "a,y\n1,x\n");
  EXPECT_EQ(batchgrad({"fit", bad, "--target", "y", "-o", directory_ / "model.json"}).exit_code, 1);
  EXPECT_EQ(directory_.read("model.json"), "old");
  EXPECT_EQ(directory_.names().size(), 3U);
}

TEST_F(CliOutput, TheInputIsNeverTheOutput) {
  std::filesystem::create_symlink(data_, directory_ / "link.csv");
  make_model();
  const std::string model = directory_.read("model.json");
  for (const char* name : {"data.csv", "link.csv", "./data.csv"}) {
    SCOPED_TRACE(name);
    expect_failure(batchgrad({"fit", data_, "--target", "y", "-o", directory_ / name}), 2,
                   "same file");
    expect_failure(
        batchgrad({"predict", directory_ / "model.json", data_, "-o", directory_ / name}), 2,
        "same file");
  }
  expect_failure(
      batchgrad({"predict", directory_ / "model.json", data_, "-o", directory_ / "model.json"}), 2,
      "same file");
  EXPECT_EQ(directory_.read("data.csv"), exact_csv);
  EXPECT_EQ(directory_.read("model.json"), model);
}

TEST_F(CliOutput, SymbolicLinksAreFollowed) {
  directory_.write("real.json", "old");
  std::filesystem::create_symlink(directory_ / "real.json", directory_ / "link.json");
  EXPECT_EQ(batchgrad({"fit", data_, "--target", "y", "-o", directory_ / "link.json"}).exit_code,
            0);
  EXPECT_TRUE(std::filesystem::is_symlink(directory_ / "link.json"));
  EXPECT_TRUE(contains(directory_.read("real.json"), "batchgrad-model"));
}

TEST_F(CliOutput, ClosedStandardOutputIsAnError) {
  const ProcessResult result = run_process(
      {"/bin/sh", "-c", "exec \"$0\" fit \"$1\" --target y >&-", BATCHGRAD_CLI_PATH, data_});
  EXPECT_EQ(result.exit_code, 1) << result.errors;
  EXPECT_EQ(directory_.read("data.csv"), exact_csv);
}

}  // namespace
}  // namespace batchgrad::test
