#include <batchgrad/error.hpp>
#include <batchgrad/expression.hpp>

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace batchgrad::test {
namespace {

using std::string_literals::operator""s;

struct Failure {
  index_t offset = -1;
  std::string what;
};

Failure failure_of(std::string_view text, const std::vector<std::string>& variables = {}) {
  try {
    const Expression f(text, variables);
  } catch (const ParseError& error) {
    return {error.offset(), error.what()};
  }
  return {};
}

struct ErrorCase {
  const char* text;
  index_t offset;
  const char* part;  ///< of the message
};

class ParseErrors : public testing::TestWithParam<ErrorCase> {};

TEST_P(ParseErrors, NameThePlaceAndTheRemedy) {
  const auto& [text, offset, part] = GetParam();
  const Failure failure = failure_of(text);
  EXPECT_EQ(failure.offset, offset) << text << "\n" << failure.what;
  EXPECT_NE(failure.what.find(part), std::string::npos) << failure.what;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ParseErrors,
    testing::Values(
        ErrorCase{"", 0, "the expression is empty"},
        ErrorCase{"  \n ", 4, "the expression is empty"},
        ErrorCase{"2x", 1, "write * between them, as 2*x"},
        ErrorCase{"2 (x)", 2, "write * between"}, ErrorCase{"x y", 2, "write * between"},
        ErrorCase{"(x)(y)", 3, "write * between"}, ErrorCase{"x 2", 2, "write * between"},
        ErrorCase{"1_000", 1, "write * between"}, ErrorCase{"sine(x)", 0, "did you mean 'sin'?"},
        ErrorCase{"1 + sqrtt(x)", 4, "did you mean 'sqrt'?"},
        ErrorCase{"ln(x)", 0, "written log(x)"}, ErrorCase{"arcsin(x)", 0, "written asin(x)"},
        ErrorCase{"f(x)", 0, "they are if, pow, min"},
        ErrorCase{"logistic(x)", 0, "1/(1 + exp(-x))"}, ErrorCase{"x*x(2)", 3, "write x*(...)"},
        ErrorCase{"sin", 0, "write sin(...)"}, ErrorCase{"1 + pow", 4, "write pow(...)"},
        ErrorCase{"(x + 1", 6, "the '(' at byte 1 is open"},
        ErrorCase{"2*((x + 1)", 10, "the '(' at byte 3 is open"},
        ErrorCase{"sin(x", 5, "the '(' at byte 4"}, ErrorCase{"[x, y", 5, "the '[' at byte 1"},
        ErrorCase{"(x]", 2, "')' is missing"}, ErrorCase{"x)", 1, "')' closes nothing"},
        ErrorCase{"x]", 1, "']' closes nothing"}, ErrorCase{"()", 1, "nothing in the parentheses"},
        ErrorCase{"[]", 1, "the list is empty"}, ErrorCase{"x +", 3, "ends where a value is due"},
        ErrorCase{"x^", 2, "ends where a value is due"},
        ErrorCase{"x +* 2", 3, "'*' where a value is due"},
        ErrorCase{"* x", 0, "'*' where a value is due"}, ErrorCase{"1 + [x]", 4, "a list inside"},
        ErrorCase{"x[1]", 1, "no indices"},
        ErrorCase{"sin()", 4, "sin has 0 arguments here (it takes 1)"},
        ErrorCase{"2*sin(x, y)", 2, "sin has 2 arguments here (it takes 1)"},
        ErrorCase{"hypot(x)", 0, "(it takes 2 or more)"},
        ErrorCase{"min(x)", 0, "(it takes 2 or more)"},
        ErrorCase{"atan2(x, y, z)", 0, "atan2 has 3 arguments here (it takes 2)"},
        ErrorCase{"if(x, 1)", 0, "if has 2 arguments here (it takes 3)"},
        ErrorCase{"sin(x,)", 6, "')' where a value is due"},
        ErrorCase{"x + 1 = 3", 6, "write == to compare"},
        ErrorCase{"x = 3", 5, "there is no result"}, ErrorCase{"a = 3;", 6, "there is no result"},
        ErrorCase{"x; y", 3, "write [a, b]"}, ErrorCase{"x, y", 1, "[a, b] for two results"},
        ErrorCase{"1,5*x", 1, "write 1.5"}, ErrorCase{"a < b < c", 6, "write (a < b)*(b < c)"},
        ErrorCase{"a == b != c", 7, "cannot be chained"}, ErrorCase{"a && b", 2, "write a*b"},
        ErrorCase{"a || b", 2, "write max(a, b)"}, ErrorCase{"!a", 0, "1 - a"},
        ErrorCase{"x % 2", 2, "x - y*floor(x/y)"}, ErrorCase{"x ? 1 : 2", 2, "if(condition, a, b)"},
        ErrorCase{"# note", 0, "no comments"}, ErrorCase{"{x}", 0, "write ( and )"},
        ErrorCase{"x $ y", 2, "unexpected character '$'"},
        ErrorCase{"1e400", 0, "the largest is 1.8e308"},
        ErrorCase{"1e-400", 0, "the smallest is 4.9e-324"},
        ErrorCase{"x + 1e", 4, "its exponent has no digits"},
        ErrorCase{"1e+", 0, "its exponent has no digits"},
        ErrorCase{"2e*x", 0, "2*e for a product"}, ErrorCase{"0x10", 0, "hexadecimal"},
        ErrorCase{"1.2.3", 0, "two decimal points"}, ErrorCase{"1..2", 0, "two decimal points"},
        ErrorCase{".", 0, "it has no digits"}, ErrorCase{"nan(1)", 0, "unknown function 'nan'"},
        ErrorCase{"a = 3; a = 4; a", 7, "'a' is defined twice"},
        ErrorCase{"y = a*x; a = 3; y", 9, "'a' is used before it is defined"},
        ErrorCase{"a = a + 1; a", 0, "used before it is defined"},
        ErrorCase{"pi = 3; pi", 0, "'pi' is a constant"},
        ErrorCase{"exp = 3; exp", 0, "'exp' is a function"},
        ErrorCase{"x\xe2\x88\x92y", 1, "typographic minus"}, ErrorCase{"x\xc2\xb2", 1, "write ^2"},
        ErrorCase{"2\xc3\x97x", 1, "write *"}, ErrorCase{"\xcf\x80*r", 0, "write pi"},
        ErrorCase{"\xce\xb1 + 1", 0, "names are ASCII"}, ErrorCase{"\xff", 0, "names are ASCII"},
        ErrorCase{"x + \x01", 4, "control byte 1"}));

TEST(ParseError, ShowsTheLineWithACaret) {
  EXPECT_EQ(failure_of("x + sine(x)").what,
            "unknown function 'sine' (no function has this name) did you mean 'sin'?\n"
            "  x + sine(x)\n"
            "      ^");
}

TEST(ParseError, ShowsOnlyTheLineOfThePlace) {
  EXPECT_EQ(failure_of("a = 1;\n b = 2$;\nc").what,
            "unexpected character '$' (it means nothing here) remove it\n"
            "   b = 2$;\n"
            "        ^");
}

TEST(ParseError, PutsTheCaretByColumnsNotBytes) {
  const std::string what = failure_of("x\xe2\x88\x92y").what;
  EXPECT_EQ(what.substr(what.find('\n')), "\n  x\xe2\x88\x92y\n   ^");
  // The line of a later place starts with characters of two and three bytes.
  const ParseError error("\xc3\xa9\xe2\x82\xac = $", 8, "problem");
  EXPECT_EQ(error.what(), "problem\n  \xc3\xa9\xe2\x82\xac = $\n       ^"s);
}

TEST(ParseError, ShowsTheNeighbourhoodInALongLine) {
  const std::string what = failure_of(std::string(3000, 'x') + "$" + std::string(3000, '2')).what;
  EXPECT_EQ(what.substr(what.find('\n')), "\n  ..." + std::string(50, 'x') + "$" +
                                              std::string(29, '2') + "...\n" +
                                              std::string(55, ' ') + "^");
}

TEST(ParseError, ShowsBytesThatSteerTerminalsAsNumbers) {
  EXPECT_EQ(failure_of("a\x1b[31m"s).what,
            "unexpected control byte 27 (text has none) remove it\n  a\\x1b[31m\n   ^");
  const Failure nul = failure_of("x + \0y"s);
  EXPECT_EQ(nul.offset, 4);
  EXPECT_EQ(nul.what.substr(nul.what.find('\n')), "\n  x + \\x00y\n      ^");
  // 0xc2 0x9b is a control character, too; a broken sequence shows its bytes.
  EXPECT_EQ(ParseError("\xc2\x9b\xe2\x88$", 4, "problem").what(),
            "problem\n  \\xc2\\x9b\\xe2\\x88$\n                  ^"s);
}

TEST(ParseError, SuggestsTheNearestVariable) {
  const Failure failure = failure_of("price*wieght", {"price", "weight"});
  EXPECT_EQ(failure.offset, 6);
  EXPECT_NE(failure.what.find("did you mean 'weight'?"), std::string::npos) << failure.what;
  EXPECT_NE(failure_of("zzz", {"price", "weight"}).what.find("they are price, weight"),
            std::string::npos);
}

TEST(ParseError, RefusesDefinitionsOfGivenVariables) {
  const Failure failure = failure_of("weight = 2; weight", {"weight"});
  EXPECT_EQ(failure.offset, 0);
  EXPECT_NE(failure.what.find("'weight' is a variable"), std::string::npos) << failure.what;
}

TEST(ParseError, VariableListsNameEachOnce) {
  EXPECT_THROW(Expression("x", {"x", "x"}), InvalidArgument);
  EXPECT_THROW(Expression("x", {"x", ""}), InvalidArgument);
}

}  // namespace
}  // namespace batchgrad::test
