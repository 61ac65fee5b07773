#include "expression/graph.hpp"

#include <batchgrad/core/limits.hpp>

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>

#include "expression/rational.hpp"

namespace batchgrad::detail {
namespace {

TEST(Graph, EqualNodesAreOne) {
  Graph graph;
  const NodeId x = graph.variable(0);
  const NodeId sum = graph.apply(Opcode::add, x, graph.constant(2));
  EXPECT_EQ(graph.apply(Opcode::add, graph.variable(0), graph.constant(2)), sum);
  EXPECT_EQ(graph.size(), 3U);
  EXPECT_NE(graph.apply(Opcode::subtract, x, graph.constant(2)), sum);
  EXPECT_NE(graph.variable(1), x);
}

TEST(Graph, ConstantsDifferByTheirBits) {
  Graph graph;
  EXPECT_NE(graph.constant(0.0), graph.constant(-0.0));
  EXPECT_EQ(graph.constant(quiet_nan), graph.constant(-quiet_nan));
}

TEST(Graph, UnusedArgumentsMakeNoDifference) {
  Graph graph;
  const NodeId x = graph.variable(0);
  const NodeId y = graph.variable(1);
  EXPECT_EQ(graph.apply(Opcode::sin, x, y), graph.apply(Opcode::sin, x));
}

TEST(Graph, NamesAndAritiesComeFromTheList) {
  EXPECT_STREQ(operation_name(Opcode::add), "add");
  EXPECT_STREQ(operation_name(Opcode::logistic), "logistic");
  EXPECT_STREQ(operation_name(Opcode::variable), "variable");
  EXPECT_EQ(arity(Opcode::constant), 0);
  EXPECT_EQ(arity(Opcode::sin), 1);
  EXPECT_EQ(arity(Opcode::atan2), 2);
  EXPECT_EQ(arity(Opcode::select), 3);
}

TEST(Rational, StaysExactWhileItsPartsAreIntegers) {
  const Rational third(1, 3);
  EXPECT_EQ((third * 3).value(), 1);
  const Rational whole = Rational(1, 49) * 49;
  EXPECT_EQ(whole.numerator(), 1);
  EXPECT_EQ(whole.denominator(), 1);
  const Rational sum = Rational(1, 6) + Rational(1, 3);
  EXPECT_EQ(sum.numerator(), 1);
  EXPECT_EQ(sum.denominator(), 2);
  EXPECT_EQ(Rational(2, -6).numerator(), -1);
  EXPECT_EQ(Rational(2, -6).denominator(), 3);
}

TEST(Rational, RoundsWhatIsNoRatioOfIntegers) {
  EXPECT_EQ(Rational(0.1).value(), 0.1);
  EXPECT_EQ(Rational(0.1, 3).denominator(), 1);
  const Rational large = Rational(0x1p53) * Rational(0x1p53);
  EXPECT_EQ(large.value(), 0x1p106);
  EXPECT_EQ((Rational(1, 0x1p53) * Rational(1, 0x1p53)).value(), 0x1p-106);
  EXPECT_EQ((Rational(1, 9007199254740881.0) + Rational(1, 9007199254740847.0)).value(),
            1 / 9007199254740881.0 + 1 / 9007199254740847.0);
}

}  // namespace
}  // namespace batchgrad::detail
