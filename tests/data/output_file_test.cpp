#include "data/output_file.hpp"

#include <batchgrad/table_writer.hpp>

#include <cmath>
#include <fcntl.h>
#include <filesystem>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "data_files.hpp"

namespace batchgrad {
namespace {

using detail::OutputFile;
using test::content_of;
using test::TemporaryFile;

/// An empty directory that is gone when the test ends.
class OutputFiles : public testing::Test {
 protected:
  OutputFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "batchgrad_out_XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~OutputFiles() override { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::string path(const std::string& name) const { return directory_ / name; }
  [[nodiscard]] index_t files() const {
    return std::distance(std::filesystem::directory_iterator(directory_), {});
  }

 private:
  std::filesystem::path directory_;
};

TEST_F(OutputFiles, AppearAtCommit) {
  {
    OutputFile file(path("a"));
    file.write("one ");
    file.write("two");
    EXPECT_FALSE(std::filesystem::exists(path("a")));
    file.commit();
    EXPECT_EQ(content_of(path("a")), "one two");
    EXPECT_THROW(file.write("three"), FileError);
  }
  EXPECT_EQ(content_of(path("a")), "one two");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFiles, LeaveNoTraceWithoutCommit) {
  std::ofstream(path("a")) << "old";
  {
    OutputFile file(path("a"));
    file.write(std::string(1 << 20, 'x'));
    EXPECT_EQ(files(), 2);
  }
  EXPECT_EQ(content_of(path("a")), "old");
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFiles, KeepPermissionsAndLinks) {
  std::ofstream(path("real")) << "old";
  ::chmod(path("real").c_str(), 0640);
  std::filesystem::create_symlink("real", path("link"));
  OutputFile file(path("link"));
  file.write("new");
  file.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(path("link")));
  EXPECT_EQ(content_of(path("real")), "new");
  struct stat status = {};
  ASSERT_EQ(::stat(path("real").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST_F(OutputFiles, HoldLargeTextsWhole) {
  std::string expected;
  OutputFile file(path("a"));
  for (int i = 0; i < 200; ++i) {
    const std::string part(static_cast<std::size_t>(i * i * 13 % 300000),
                           static_cast<char>('a' + i % 26));
    expected += part;
    file.write(part);
  }
  file.commit();
  EXPECT_EQ(content_of(path("a")), expected);
}

TEST_F(OutputFiles, ReportAFullDevice) {
  const TemporaryFile none("");
  const std::string full =
      "cannot write /dev/full (No space left on device) check the path, its permissions and the "
      "space left";
  EXPECT_EQ(test::error_of(none,
                           [] {
                             OutputFile file("/dev/full");
                             file.write("x");
                             file.commit();
                           }),
            full);
  const std::vector<double> values(100000, 0.1);
  EXPECT_EQ(test::error_of(none,
                           [&] {
                             write_csv("/dev/full", {}, {values.data(), 1000, 100});
                           }),
            full);
  EXPECT_EQ(
      test::error_of(
          none,
          [&] { write_npy("/dev/full", MatrixView<const double>(values.data(), 1000, 100)); }),
      full);
}

TEST_F(OutputFiles, ReportAPathThatCannotBe) {
  const TemporaryFile none("");
  EXPECT_EQ(test::error_of(none, [] { const OutputFile file("/no/such/directory/file"); }),
            "cannot create /no/such/directory/file (No such file or directory) check the path, its "
            "permissions and the space left");
  EXPECT_EQ(test::error_of(none, [] { const OutputFile file("/"); }),
            "cannot open / (Is a directory) check the path, its permissions and the space left");
}

TEST_F(OutputFiles, WriteToPipesDirectly) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  // Opened for both, so that neither end waits for the other.
  const int reader = ::open(path("pipe").c_str(), O_RDWR);
  OutputFile file(path("pipe"));
  file.write("through");
  file.commit();
  char text[16] = {};
  EXPECT_EQ(::read(reader, text, sizeof text), 7);
  EXPECT_STREQ(text, "through");
  ::close(reader);
  EXPECT_EQ(files(), 1);
}

TEST_F(OutputFiles, CsvHoldsNumbersAndTexts) {
  CsvWriter writer(path("a"), {"x", "a,b", "say \"so\"", " c"});
  writer.number(0.1);
  writer.number(-0.0);
  writer.number(100000);
  writer.number(1e300);
  writer.end_row();
  writer.number(std::nan(""));
  writer.number(-std::numeric_limits<double>::infinity());
  writer.text("two\nlines");
  writer.text("plain text");
  writer.end_row();
  writer.commit();
  EXPECT_EQ(content_of(path("a")),
            "x,\"a,b\",\"say \"\"so\"\"\",\" c\"\n0.1,-0,100000,1e+300\nnan,-inf,\"two\nlines\","
            "plain text\n");
}

TEST_F(OutputFiles, CsvRefusesNamesThatDoNotMatch) {
  const std::vector<double> values(6, 1.0);
  EXPECT_THROW(write_csv(path("a"), {"x"}, {values.data(), 3, 2}), InvalidArgument);
  EXPECT_EQ(files(), 0);
}

TEST_F(OutputFiles, CsvTakesStridedViewsAndManyRows) {
  const std::vector<double> values(300000, 0.25);
  write_csv(path("a"), {"x", "y"}, {values.data(), 100000, 2, 3});
  EXPECT_EQ(content_of(path("a")).size(), 4U + 100000U * 10U);
}

}  // namespace
}  // namespace batchgrad
