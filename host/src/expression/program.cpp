#include "expression/program.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <unordered_map>

#include "expression/simplify.hpp"

namespace batchgrad::detail {
namespace {

constexpr auto none = std::numeric_limits<std::uint32_t>::max();

/// A program whose registers are each written once: [inputs, constants, instructions' results].
/// Arguments of a kind are told apart by where they are numbered from.
class Lowering {
 public:
  Lowering(const Graph& graph, std::span<const NodeId> results) : graph_(graph) {
    const auto needed = needed_nodes(graph, {results.begin(), results.end()});
    values_.resize(graph.size());
    find_inputs(needed);
    for (const NodeId id : needed) lower(id);
    for (const NodeId id : results) outputs_.push_back(value(id));
  }

  /// Where a value is: constants are collected on the way, so numbers come last.
  enum class Place : unsigned char { input, constant, instruction };
  struct Value {
    Place place = Place::input;
    std::uint32_t index = 0;
  };
  struct Step {
    Opcode operation;
    std::array<Value, 3> arguments;
  };

  [[nodiscard]] const std::vector<index_t>& inputs() const { return inputs_; }
  [[nodiscard]] const std::vector<double>& constants() const { return constants_; }
  [[nodiscard]] const std::vector<Step>& steps() const { return steps_; }
  [[nodiscard]] const std::vector<Value>& outputs() const { return outputs_; }

 private:
  void find_inputs(const std::vector<NodeId>& needed) {
    for (const NodeId id : needed)
      if (graph_[id].operation == Opcode::variable) inputs_.push_back(graph_[id].variable);
    std::sort(inputs_.begin(), inputs_.end());
  }

  void lower(NodeId id) {
    const Node& node = graph_[id];
    if (node.operation == Opcode::variable) {
      const auto place = std::lower_bound(inputs_.begin(), inputs_.end(), node.variable);
      values_[id] = {Place::input, static_cast<std::uint32_t>(place - inputs_.begin())};
    } else if (node.operation == Opcode::constant) {
      // Entered when an instruction or an output uses it: exponents that are multiplied out do not.
      values_[id] = {Place::constant, none};
    } else if (!lower_power(id)) {
      Step step{node.operation, {}};
      for (int k = 0; k < arity(node.operation); ++k)
        step.arguments[static_cast<std::size_t>(k)] =
            value(node.arguments[static_cast<std::size_t>(k)]);
      values_[id] = append(step);
    }
  }

  /// Powers that other operations round no worse: pow is documented to be within one unit in the
  /// last place, which two roundings keep and three do not.
  bool lower_power(NodeId id) {
    const Node& node = graph_[id];
    if (node.operation != Opcode::power) return false;
    const Node& exponent = graph_[node.arguments[1]];
    if (exponent.operation != Opcode::constant) return false;
    const Value base = value(node.arguments[0]);
    if (exponent.constant == 2 || exponent.constant == 3) {
      values_[id] = append({Opcode::multiply, {base, base, {}}});
      if (exponent.constant == 3) values_[id] = append({Opcode::multiply, {values_[id], base, {}}});
    } else if (exponent.constant == -1) {
      values_[id] = append({Opcode::divide, {constant(1), base, {}}});
    } else if (exponent.constant == 0.5) {
      values_[id] = append({Opcode::sqrt, {base, {}, {}}});
    } else {
      return false;
    }
    return true;
  }

  Value value(NodeId id) {
    if (values_[id].index == none) values_[id] = constant(graph_[id].constant);
    return values_[id];
  }

  Value constant(double value) {
    const auto next = static_cast<std::uint32_t>(constants_.size());
    const auto [entry, is_new] =
        constant_indices_.try_emplace(std::bit_cast<std::uint64_t>(value), next);
    if (is_new) constants_.push_back(value);
    return {Place::constant, entry->second};
  }

  Value append(const Step& step) {
    steps_.push_back(step);
    return {Place::instruction, static_cast<std::uint32_t>(steps_.size() - 1)};
  }

  const Graph& graph_;
  std::vector<Value> values_;  // of each node
  std::vector<index_t> inputs_;
  std::vector<double> constants_;
  std::unordered_map<std::uint64_t, std::uint32_t> constant_indices_;  // by their bits
  std::vector<Step> steps_;
  std::vector<Value> outputs_;
};

/// Gives each step a register, that of a value which is not used any more where there is one.
class RegisterAllocation {
 public:
  explicit RegisterAllocation(const Lowering& code)
      : code_(code),
        constants_(static_cast<std::uint32_t>(code.inputs().size())),
        count_(static_cast<std::uint32_t>(code.inputs().size() + code.constants().size())),
        registers_(code.steps().size()),
        last_uses_(code.steps().size(), 0) {
    find_last_uses();
  }

  Program program() {
    Program program{code_.inputs(), code_.constants(), {}, {}, 0};
    for (std::size_t s = 0; s < code_.steps().size(); ++s)
      program.instructions.push_back(instruction(static_cast<std::uint32_t>(s)));
    for (const auto& output : code_.outputs()) program.outputs.push_back(register_of(output));
    program.registers = count_;
    return program;
  }

 private:
  using Value = Lowering::Value;
  using Place = Lowering::Place;

  void find_last_uses() {
    for (std::size_t s = 0; s < code_.steps().size(); ++s)
      for_each_result(code_.steps()[s], [&](std::uint32_t used) {
        last_uses_[used] = static_cast<std::uint32_t>(s);
      });
    for (const auto& output : code_.outputs())
      if (output.place == Place::instruction) last_uses_[output.index] = none;
  }

  /// Calls body for each argument that an earlier step computed.
  template <class Body>
  static void for_each_result(const Lowering::Step& step, const Body& body) {
    for (int k = 0; k < arity(step.operation); ++k) {
      const Value& argument = step.arguments[static_cast<std::size_t>(k)];
      if (argument.place == Place::instruction) body(argument.index);
    }
  }

  Instruction instruction(std::uint32_t s) {
    const auto& step = code_.steps()[s];
    Instruction instruction{step.operation, 0, {0, 0, 0}};
    for (int k = 0; k < arity(step.operation); ++k)
      instruction.arguments[k] = register_of(step.arguments[static_cast<std::size_t>(k)]);
    for_each_result(step, [&](std::uint32_t used) {
      if (last_uses_[used] != s) return;
      last_uses_[used] = none;  // an argument may be used twice
      free_.push_back(registers_[used]);
    });
    if (free_.empty()) free_.push_back(count_++);
    registers_[s] = instruction.result = free_.back();
    free_.pop_back();
    return instruction;
  }

  [[nodiscard]] std::uint32_t register_of(const Value& value) const {
    switch (value.place) {
      case Place::input:
        return value.index;
      case Place::constant:
        return constants_ + value.index;
      case Place::instruction:
        break;
    }
    return registers_[value.index];
  }

  const Lowering& code_;
  std::uint32_t constants_;               // the register of the first
  std::uint32_t count_;                   // of registers
  std::vector<std::uint32_t> registers_;  // of each step's result
  std::vector<std::uint32_t> last_uses_;  // of each step's result: a step
  std::vector<std::uint32_t> free_;
};

}  // namespace

Program make_program(const Graph& graph, std::span<const NodeId> results) {
  const Lowering code(graph, results);
  return RegisterAllocation(code).program();
}

}  // namespace batchgrad::detail
