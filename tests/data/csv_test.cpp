#include <batchgrad/error.hpp>
#include <batchgrad/table.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "data_files.hpp"

namespace batchgrad {
namespace {

using test::TemporaryFile;

Table read(std::string_view text, const ReadOptions& options = {},
           const Selection& selection = {}) {
  const TemporaryFile file(text);
  return read_table(file.path(), options, selection);
}

std::vector<double> values_of(const Table& table) {
  const auto values = table.values();
  return {values.data(), values.data() + values.rows() * values.columns()};
}

using Numbers = std::vector<double>;
using Names = std::vector<std::string>;

TEST(ReadCsv, TakesNamesAndNumbers) {
  const Table table = read("a,b\n1,2.5\n-3,4e2\n");
  EXPECT_EQ(table.names(), (Names{"a", "b"}));
  EXPECT_EQ(table.rows(), 2);
  EXPECT_EQ(values_of(table), (Numbers{1, 2.5, -3, 400}));
  EXPECT_EQ(table.position(1).text().substr(table.file().size()), ":3");
}

TEST(ReadCsv, AcceptsTheWaysInWhichNumbersAreWritten) {
  const Table table = read("a,b,c\n+3, 4 ,\"5\"\n.5,6.,\"\t-7e-1 \"\n");
  EXPECT_EQ(values_of(table), (Numbers{3, 4, 5, 0.5, 6, -0.7}));
}

TEST(ReadCsv, RoundsToTheNearestDouble) {
  const Table table = read(
      "a\n9007199254740993\n9007199254740993.00000000000000000000000000000001\n1e-400\n"
      "2.4703282292062327208299439634110764e-324\n1.7976931348623157e308\n0.1\n");
  EXPECT_EQ(values_of(table), (Numbers{9007199254740992.0, 9007199254740994.0, 0.0, 0.0,
                                       1.7976931348623157e308, 0.1}));
}

TEST(ReadCsv, AcceptsCarriageReturnsMarksAndBlankEnds) {
  EXPECT_EQ(values_of(read("\xef\xbb\xbf"
                           "a,b\r\n1,2\r\n3,4\r\n\r\n\n")),
            (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(values_of(read("a,b\n1,2\n3,4")), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(values_of(read("a,b\r\n1,\"2\"\r\n3,\"4\"\r\n")), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(read("\xef\xbb\xbf"
                 "a,b\n1,2\n")
                .names(),
            (Names{"a", "b"}));
}

TEST(ReadCsv, UnderstandsQuotes) {
  const Table table = read("\"a \"\"b\"\"\",\"c,d\"\n\"1\",2\n", {}, {});
  EXPECT_EQ(table.names(), (Names{"a \"b\"", "c,d"}));
  const Table with_text = read("a,t\n1,\"x\ny\"\n2,\"\"\"\"\n3,5\" pipe\n", {}, {{"a"}, {}});
  EXPECT_EQ(values_of(with_text), (Numbers{1, 2, 3}));
  EXPECT_EQ(with_text.position(0).line, 2);
  EXPECT_EQ(with_text.position(1).line, 4) << "the first row takes two lines";
}

TEST(ReadCsv, FindsTheDelimiter) {
  EXPECT_EQ(values_of(read("a\tb\n1\t2\n")), (Numbers{1, 2}));
  EXPECT_EQ(values_of(read("a;b\n1;2\n")), (Numbers{1, 2}));
  EXPECT_EQ(values_of(read("a|b\n1|2\n")), (Numbers{1, 2}));
  EXPECT_EQ(values_of(read("a\n1\n")), (Numbers{1}));
  EXPECT_EQ(read("\"a,x\";b\n1;2\n").names(), (Names{"a,x", "b"}));
  ReadOptions headerless;
  headerless.header = Header::absent;
  EXPECT_EQ(values_of(read("1,2\n3,4\n", headerless)), (Numbers{1, 2, 3, 4}));
  ReadOptions given;
  given.delimiter = ' ';
  EXPECT_EQ(values_of(read("a b\n1 2\n", given)), (Numbers{1, 2}));
}

TEST(ReadCsv, NumbersColumnsWithoutNames) {
  ReadOptions options;
  options.header = Header::absent;
  EXPECT_EQ(read("1,2\n3,4\n", options).names(), (Names{"c1", "c2"}));
  EXPECT_EQ(read(",b\n1,2\n").names(), (Names{"c1", "b"})) << "R leaves row names unnamed";
}

TEST(ReadCsv, ReadsSelectedColumnsInTheirOrder) {
  const Selection some{{"c", "a"}, {}};
  EXPECT_EQ(values_of(read("a,b,c\n1,text,3\n4,,6\n", {}, some)), (Numbers{3, 1, 6, 4}));
  const Selection rest{{}, {"b"}};
  EXPECT_EQ(values_of(read("a,b,c\n1,\"te,xt\",3\n4,,6\n", {}, rest)), (Numbers{1, 3, 4, 6}));
}

TEST(ReadCsv, DropsRowsWithMissingValues) {
  ReadOptions options;
  options.missing = Missing::drop;
  const Table table = read("a,b,c\n1,2,x\n,4,x\n5,NA,x\n7, ,x\n9,10,\n", options, {{}, {"c"}});
  EXPECT_EQ(values_of(table), (Numbers{1, 2, 9, 10}));
  EXPECT_EQ(table.dropped_rows(), 3);
  EXPECT_EQ(table.position(1).line, 6);
  options.missing_texts = {"-999", "?"};
  EXPECT_EQ(values_of(read("a,b\n1,2\n-999,4\n5,?\n-999.0,2\n7,8\n", options)),
            (Numbers{1, 2, 7, 8}));
}

TEST(ReadCsv, NumbersTheLevelsOfTextColumns) {
  ReadOptions options;
  options.categorical = {"t"};
  const Table table = read("a,t\n1,red\n2,\"blue\"\n3,red\n4, green \n", options);
  EXPECT_EQ(table.columns()[1].levels, (Names{"blue", "green", "red"}));
  EXPECT_EQ(values_of(table), (Numbers{1, 2, 2, 0, 3, 2, 4, 1}));
}

TEST(ReadCsv, GivesNoLevelToRowsLeftOut) {
  ReadOptions options;
  options.categorical = {"t"};
  options.missing = Missing::drop;
  const Table table = read("a,t\n1,red\n,blue\n3,green\n", options);
  EXPECT_EQ(table.columns()[1].levels, (Names{"green", "red"}));
  EXPECT_EQ(values_of(table), (Numbers{1, 1, 3, 0}));
}

TEST(ReadCsv, RefusesIdentifiersAsLevels) {
  std::string text = "id\n";
  for (int i = 0; i <= 10000; ++i) text.append("n").append(std::to_string(i)).append("\n");
  ReadOptions options;
  options.categorical = {"id"};
  const TemporaryFile file(text);
  EXPECT_EQ(test::error_of(file, [&] { read_table(file.path(), options); }),
            "FILE: column 'id' has more than 10000 levels (it looks like an identifier) leave it "
            "out with --ignore id");
}

TEST(Table, HoldsWhatItIsGiven) {
  const Table table({{"a", {}}, {"b", {}}}, {1, 2, 3, 4});
  EXPECT_EQ(table.column("b"), (Numbers{2, 4}));
  EXPECT_EQ(table(1, 0), 3);
  EXPECT_FALSE(table.find_column("c"));
  EXPECT_THROW(Table({{"a", {}}, {"b", {}}}, {1, 2, 3}), InvalidArgument);
  EXPECT_THROW(Table({}, {1}), InvalidArgument);
  EXPECT_EQ(Table().rows(), 0);
}

}  // namespace
}  // namespace batchgrad
