// Graphs as straight-line code.
#include "expression/program.hpp"

#include <gtest/gtest.h>

#include "reference/interpreter.hpp"

namespace batchgrad::test {
namespace {

using detail::Graph;
using detail::make_program;
using detail::NodeId;

/// Runs a program at x.
std::vector<double> run(const detail::Program& program, const std::vector<double>& x) {
  return reference::outputs<double>(
      program, [&](index_t parameter) { return x[static_cast<std::size_t>(parameter)]; });
}

TEST(Program, HasOnlyWhatTheResultsNeed) {
  Graph graph;
  const NodeId x = graph.variable(0);
  const NodeId z = graph.variable(2);
  const NodeId unused = graph.apply(Opcode::exp, graph.variable(1));
  graph.apply(Opcode::multiply, unused, graph.constant(7));
  const NodeId sum = graph.apply(Opcode::add, z, x);
  const auto program = make_program(graph, std::vector<NodeId>{sum});
  EXPECT_EQ(program.inputs, (std::vector<index_t>{0, 2}));
  EXPECT_TRUE(program.constants.empty());
  ASSERT_EQ(program.instructions.size(), 1U);
  EXPECT_EQ(run(program, {1, 100, 3}), std::vector<double>{4});
}

TEST(Program, SharesWhatSeveralResultsUse) {
  Graph graph;
  const NodeId x = graph.variable(0);
  const NodeId e = graph.apply(Opcode::exp, x);
  const NodeId twice = graph.apply(Opcode::add, e, e);
  const auto program = make_program(graph, std::vector<NodeId>{twice, e, x, twice});
  EXPECT_EQ(program.instructions.size(), 2U);
  EXPECT_EQ(run(program, {0}), (std::vector<double>{2, 1, 0, 2}));
}

TEST(Program, GivesConstantsAsResults) {
  Graph graph;
  const NodeId five = graph.constant(5);
  EXPECT_EQ(run(make_program(graph, std::vector<NodeId>{five, five}), {}),
            (std::vector<double>{5, 5}));
}

TEST(Program, MultipliesSmallPowersOut) {
  Graph graph;
  const NodeId x = graph.variable(0);
  std::vector<NodeId> powers;
  for (const double exponent : {2.0, 3.0, -1.0, 0.5, 4.0})
    powers.push_back(graph.apply(Opcode::power, x, graph.constant(exponent)));
  const auto program = make_program(graph, powers);
  index_t calls = 0;
  for (const auto& instruction : program.instructions)
    calls += instruction.operation == Opcode::power ? 1 : 0;
  EXPECT_EQ(calls, 1);  // x^4
  EXPECT_EQ(program.constants, (std::vector<double>{1, 4}));
  EXPECT_EQ(run(program, {4}), (std::vector<double>{16, 64, 0.25, 2, 256}));
}

TEST(Program, ReusesRegistersAndKeepsResults) {
  // A chain of 100 operations needs one register beside the input; each result keeps its own.
  Graph graph;
  NodeId last = graph.variable(0);
  std::vector<NodeId> results;
  double expected = 1;
  std::vector<double> values;
  for (int k = 0; k < 100; ++k) {
    last = graph.apply(Opcode::add, last, graph.variable(0));
    expected += 1;
    if (k % 25 == 0) {
      results.push_back(last);
      values.push_back(expected);
    }
  }
  results.push_back(last);
  values.push_back(expected);
  const auto program = make_program(graph, results);
  EXPECT_EQ(program.instructions.size(), 100U);
  EXPECT_LE(program.registers, 1 + results.size() + 1);
  EXPECT_EQ(run(program, {1}), values);
}

}  // namespace
}  // namespace batchgrad::test
