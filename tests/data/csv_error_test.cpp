#include <batchgrad/error.hpp>
#include <batchgrad/table.hpp>

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "data/read_table.hpp"
#include "data_files.hpp"

namespace batchgrad {
namespace {

using test::TemporaryFile;
using namespace std::string_view_literals;

/// What reading a text throws. Read whole and in pieces, by one thread and by several: the first
/// error of the file is the same.
std::string error_of(std::string_view text, const ReadOptions& options = {},
                     const Selection& selection = {}) {
  const TemporaryFile file(text);
  const std::string whole =
      test::error_of(file, [&] { read_table(file.path(), options, selection); });
  for (const index_t chunk_size : {1, 7, 64}) {
    for (const index_t threads : {1, 3}) {
      detail::TableRequest request;
      request.options = options;
      request.options.threads = threads;
      request.selection = selection;
      request.chunk_size = chunk_size;
      EXPECT_EQ(test::error_of(file, [&] { detail::read_table(file.path(), request); }), whole);
    }
  }
  return whole;
}

ReadOptions with(Header header) {
  ReadOptions options;
  options.header = header;
  return options;
}

TEST(CsvErrors, TextInASelectedColumn) {
  EXPECT_EQ(error_of("a,b\n1,2\n3,NEAR BAY\n"),
            "FILE:3:3: 'NEAR BAY' in column 'b' is not a number (text is none as it is) leave "
            "the column out with --ignore b, or, in a fit, turn its levels into features with "
            "--categorical b");
  EXPECT_EQ(error_of("a,b\n1,2\n", with(Header::absent)),
            "FILE:1:1: 'a' in column 'c1' is not a number (text is none as it is) leave the "
            "column out with --ignore c1, or, in a fit, turn its levels into features with "
            "--categorical c1; if the first line names the columns, use --header yes");
}

TEST(CsvErrors, NumbersThatAreNone) {
  const std::string remedy = " correct it, or leave the column out with --ignore a";
  EXPECT_EQ(error_of("a\n1e\n"),
            "FILE:2:1: '1e' in column 'a' is not a number (its exponent has no digits)" + remedy);
  EXPECT_EQ(error_of("a\n1e+\n"),
            "FILE:2:1: '1e+' in column 'a' is not a number (its exponent has no digits)" + remedy);
  EXPECT_EQ(error_of("a\n12abc\n"),
            "FILE:2:1: '12abc' in column 'a' is not a number (only '12' of it is one)" + remedy);
  EXPECT_EQ(error_of("a\n0x10\n"),
            "FILE:2:1: '0x10' in column 'a' is not a number (only '0' of it is one)" + remedy);
  EXPECT_EQ(error_of("a\n1 2\n"),
            "FILE:2:1: '1 2' in column 'a' is not a number (only '1' of it is one)" + remedy);
  EXPECT_EQ(error_of("a,b\n1,+-2\n").substr(0, 41), "FILE:2:3: '+-2' in column 'b' is not a nu");
  EXPECT_EQ(error_of("a,b\n1,-\n").substr(0, 39), "FILE:2:3: '-' in column 'b' is not a nu");
}

TEST(CsvErrors, NumbersThatAreNotFinite) {
  EXPECT_EQ(error_of("a\n1e400\n"),
            "FILE:2:1: '1e400' in column 'a' is out of range (the largest double is about 1.8e308) "
            "rescale it, or leave the column out with --ignore a");
  EXPECT_EQ(error_of("a,b\n1,-inf\n"),
            "FILE:2:3: '-inf' in column 'b' is not finite (nor is what is computed from it) leave "
            "such rows out with --na-strings -inf --na drop, or leave the column out with "
            "--ignore b");
  EXPECT_EQ(error_of("a\nnan\n"),
            "FILE:2:1: 'nan' in column 'a' is not finite (nor is what is computed from it) leave "
            "such rows out with --na-strings nan --na drop, or leave the column out with "
            "--ignore a");
}

TEST(CsvErrors, DecimalCommas) {
  const std::string why =
      " is not a number (it has a decimal comma, or commas between its digits) write numbers with "
      "a decimal point and nothing between the digits";
  EXPECT_EQ(error_of("a;b\n1,5;2\n"), "FILE:2:1: '1,5' in column 'a'" + why);
  EXPECT_EQ(error_of("a,b\n1,\"2,5\"\n"), "FILE:2:3: '2,5' in column 'b'" + why);
  EXPECT_EQ(error_of("1,5;2,5\n", with(Header::absent)).substr(0, 44),
            "FILE:1:1: '1,5' in column 'c1' is not a numb");
}

TEST(CsvErrors, MissingValues) {
  EXPECT_EQ(error_of("a,b\n1,\n"),
            "FILE:2:3: no value in column 'b' (the cell is empty) leave such rows out with --na "
            "drop, or the column with --ignore b");
  EXPECT_EQ(error_of("a,b\nNA,1\n"),
            "FILE:2:1: no value in column 'a' ('NA' stands for a missing value) leave such rows "
            "out with --na drop, or the column with --ignore a");
}

TEST(CsvErrors, RaggedRows) {
  const std::string remedy =
      " complete it, quote a text that holds a delimiter, or name the right one with --delimiter";
  EXPECT_EQ(error_of("a,b\n1,2\n3\n4,5\n"),
            "FILE:3:2: this row has 1 field (the header has 2)" + remedy);
  EXPECT_EQ(error_of("a,b\n1,2\n3,4,5,6\n"),
            "FILE:3:5: this row has 4 fields (the header has 2)" + remedy);
  EXPECT_EQ(error_of("1,2\n3\n", with(Header::absent)),
            "FILE:2:2: this row has 1 field (the first row has 2)" + remedy);
  EXPECT_EQ(error_of("a,b,c\n1,2,3\n1,2\r\n", {}, {{"a"}, {}}),
            "FILE:3:5: this row has 2 fields (the header has 3)" + remedy);
}

TEST(CsvErrors, BlankLinesBetweenRows) {
  const std::string text =
      "a blank line between rows (only the end of the file may have some) remove it";
  EXPECT_EQ(error_of("a,b\n1,2\n\n\n3,4\n"), "FILE:3:1: " + text);
  EXPECT_EQ(error_of("a\n1\n\r\n3\n\n"), "FILE:3:1: " + text);
  EXPECT_EQ(error_of("a\n1\n\nx\n"), "FILE:3:1: " + text);
}

TEST(CsvErrors, Quotes) {
  EXPECT_EQ(error_of("a,b\n1,2\n3,\"x\n4,5\n6,7\n"),
            "FILE:3:3: the quote that opens here in column 'b' is never closed (the file ends "
            "inside the cell) close it, or double the quotes inside quoted text");
  EXPECT_EQ(error_of("a,b\n1,2\n3,\"x\n4,5\n6,7\n", {}, {{"a"}, {}}).substr(0, 50),
            "FILE:3:3: the quote that opens here in column 'b' ");
  EXPECT_EQ(error_of("a,b\n1,\"2\"3\n"),
            "FILE:2:3: text follows the closing quote in column 'b' (a quoted cell ends at its "
            "quote) double the quotes inside quoted text");
  EXPECT_EQ(error_of("a,\"b\n1,2\n").substr(0, 50),
            "FILE:1:3: the quote that opens here is never close");
}

TEST(CsvErrors, NulBytes) {
  const std::string text =
      " (text has none: the file is damaged, binary or UTF-16) write it as UTF-8 text";
  EXPECT_EQ(error_of("a,b\n1,2\n3,\0004\n"sv), "FILE:3:3: NUL byte in column 'b'" + text);
  EXPECT_EQ(error_of("a,b\n1,2\n3,x\0y\n"sv, {}, {{"a"}, {}}),
            "FILE:3:3: NUL byte in column 'b'" + text);
  EXPECT_EQ(error_of("a,b\0\n1,2\n"sv), "FILE:1:3: NUL byte in the first line" + text);
  EXPECT_EQ(error_of("\xff\xfe"
                     "a\0\n\0"sv),
            "FILE:1:1: this is UTF-16 text (CSV is read as UTF-8) write it as UTF-8");
}

TEST(CsvErrors, Headers) {
  EXPECT_EQ(error_of("1,2\n3,4\n"),
            "FILE:1:1: the first line holds only numbers, as '1' (it should name the columns) use "
            "--header no if it is data");
  EXPECT_EQ(error_of("a,b,\"a\"\n1,2,3\n"),
            "FILE:1:5: the name 'a' occurs twice, in columns 1 and 3 (it would not say which one "
            "is meant) rename one of them");
  EXPECT_EQ(error_of("\na,b\n1,2\n"),
            "FILE:1:1: the first line is blank (it should name the columns) remove it");
  EXPECT_EQ(error_of("a,b\r1,2\r"),
            "FILE:1:3: a carriage return inside the first line (lines end with a line feed, with "
            "or without one before it) convert the line ends");
}

TEST(CsvErrors, FilesWithoutRows) {
  EXPECT_EQ(error_of(""),
            "FILE: the file is empty (it has neither header nor rows) check the path");
  EXPECT_EQ(error_of("a,b\n\n"),
            "FILE: there are no rows (the file ends behind its header) check how it was written");
  ReadOptions options;
  options.missing = Missing::drop;
  EXPECT_EQ(error_of("a,b\n1,\nNA,2\n", options),
            "FILE: no row is left (all 2 lack a value in a column that is read) leave sparse "
            "columns out with --ignore NAME");
}

TEST(CsvErrors, Selections) {
  const std::string text = "price,cut,depth\n1,2,3\n";
  EXPECT_EQ(error_of(text, {}, {{"pric"}, {}}),
            "FILE: no column 'pric' (the data have 3 columns) did you mean 'price'?");
  EXPECT_EQ(error_of(text, {}, {{}, {"colour"}}),
            "FILE: no column 'colour' (the data have 3 columns) they are price, cut, depth");
  EXPECT_EQ(error_of(text, {}, {{"cut", "cut"}, {}}),
            "FILE: column 'cut' is selected twice (a column is read once) name it once");
  EXPECT_EQ(error_of(text, {}, {{"cut"}, {"cut"}}),
            "FILE: column 'cut' is asked for and left out at once (--ignore cut) decide on one");
  EXPECT_EQ(error_of(text, {}, {{}, {"price", "cut", "depth"}}),
            "FILE: no column is left to read (--ignore names all of them) keep one");
  ReadOptions options;
  options.categorical = {"cut"};
  EXPECT_EQ(error_of(text, options, {{"price"}, {}}),
            "FILE: --categorical cut has no effect (cut is not among the columns that are read) "
            "add it to them or drop the option");
}

TEST(CsvErrors, Options) {
  ReadOptions options;
  options.delimiter = '.';
  EXPECT_EQ(error_of("a\n1\n", options),
            "--delimiter '.' cannot be used (numbers, quotes and line ends contain it) choose "
            "another, as , or ; or a tab");
  options = {};
  options.threads = -1;
  const TemporaryFile file("a\n1\n");
  EXPECT_EQ(test::error_of(file, [&] { read_table(file.path(), options); }),
            "threads is -1 (it counts threads) use 0 for all cores");
}

TEST(CsvErrors, TheFirstInTheFileIsReported) {
  std::string text = "a,b\n";
  for (int i = 0; i < 200; ++i) text += "1,2\n";
  text += "x,1\n";
  for (int i = 0; i < 200; ++i) text += i % 2 == 0 ? "1\n" : "\"\n";
  EXPECT_EQ(error_of(text).substr(0, 33), "FILE:202:1: 'x' in column 'a' is ");
}

}  // namespace
}  // namespace batchgrad
