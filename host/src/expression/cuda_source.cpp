#include "expression/cuda_source.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

namespace batchgrad::detail {
namespace {

constexpr std::size_t part_size = 256;  // instructions

template <class... Arguments>
void append(std::string& text, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Arguments>(arguments)...);
}

[[noreturn]] void refuse_size(std::size_t count, const char* what, std::size_t most) {
  throw InvalidArgument(
      fmt::format("the expression and its derivatives take {} {} (the cuda backend compiles at "
                  "most {}) use the method forward-ad, fewer results, or --device cpu",
                  count, what, most));
}

std::string literal(double constant) {
  if (std::isnan(constant)) return "T(quiet_nan)";
  if (std::isinf(constant)) return constant > 0 ? "T(infinity)" : "T(-infinity)";
  return fmt::format("operation::constant<T>({:a})", constant);
}

/// A program whose registers are resolved to what is in them: an input, a constant or the result of
/// an instruction, each with a name of its own for the compiler to keep where it likes. Results
/// that a later part uses also have a slot, which is free again after the last part that does.
class ProgramText {
 public:
  explicit ProgramText(const Program& program) : program_(program) {
    const std::size_t count = program.instructions.size();
    if (count > most_cuda_instructions) refuse_size(count, "operations", most_cuda_instructions);
    resolve();
    last_parts_.resize(count);
    for (std::size_t s = 0; s < count; ++s)
      for (const Value& argument : arguments_[s])
        if (argument.place == Place::instruction)
          last_parts_[argument.index] = std::max(last_parts_[argument.index], part_of(s));
    assign_slots();
    if (slot_count_ > most_cuda_slots)
      refuse_size(slot_count_, "intermediate values at a time", most_cuda_slots);
  }

  /// A function template `name` of x and write; its parts come first.
  [[nodiscard]] std::string function(const std::string& name) const {
    constexpr const char* head =
        "template <class T, class Point, class Write>\n"
        "{} void {}{}([[maybe_unused]] const Point& x, {}const Write& write) "
        "{{\n";
    std::string text;
    if (parts() == 1) {
      text += fmt::format(head, "__host__ __device__", name, "", "") + body(0);
      return text + "}\n";
    }
    for (std::size_t part = 0; part < parts(); ++part)
      text +=
          fmt::format(head, "BATCHGRAD_HD_LARGE", name, fmt::format("_part_{}", part), "T* r, ") +
          body(part) + "}\n";
    text += fmt::format(head, "__host__ __device__", name, "", "");
    append(text, "  T r[{}];\n", std::max<std::size_t>(slot_count_, 1));
    for (std::size_t part = 0; part < parts(); ++part)
      append(text, "  {}_part_{}<T>(x, r, write);\n", name, part);
    return text + "}\n";
  }

 private:
  enum class Place : unsigned char { input, constant, instruction };
  struct Value {
    Place place = Place::constant;
    std::size_t index = 0;
  };
  static constexpr std::size_t no_slot = static_cast<std::size_t>(-1);

  static std::size_t part_of(std::size_t instruction) { return instruction / part_size; }
  [[nodiscard]] std::size_t parts() const {
    return std::max<std::size_t>((program_.instructions.size() + part_size - 1) / part_size, 1);
  }

  void resolve() {
    std::vector<Value> registers(program_.registers);
    for (std::size_t i = 0; i < program_.inputs.size(); ++i) registers[i] = {Place::input, i};
    for (std::size_t i = 0; i < program_.constants.size(); ++i)
      registers[program_.inputs.size() + i] = {Place::constant, i};
    for (const Instruction& instruction : program_.instructions) {
      auto& arguments = arguments_.emplace_back();
      for (int a = 0; a < arity(instruction.operation); ++a)
        arguments.push_back(registers[instruction.arguments[a]]);
      registers[instruction.result] = {Place::instruction, arguments_.size() - 1};
    }
    for (const std::uint32_t output : program_.outputs) outputs_.push_back(registers[output]);
  }

  void assign_slots() {
    slots_.assign(program_.instructions.size(), no_slot);
    std::vector<std::vector<std::size_t>> freed(parts());  // after each part
    std::vector<std::size_t> free;
    for (std::size_t s = 0; s < slots_.size(); ++s) {
      if (s > 0 && s % part_size == 0)
        free.insert(free.end(), freed[part_of(s) - 1].begin(), freed[part_of(s) - 1].end());
      if (last_parts_[s] <= part_of(s)) continue;
      if (free.empty()) free.push_back(slot_count_++);
      slots_[s] = free.back();
      free.pop_back();
      freed[last_parts_[s]].push_back(slots_[s]);
    }
  }

  [[nodiscard]] std::string name(const Value& value, std::size_t part) const {
    switch (value.place) {
      case Place::input:
        return fmt::format("x{}", program_.inputs[value.index]);
      case Place::constant:
        return literal(program_.constants[value.index]);
      case Place::instruction:
        break;
    }
    return part_of(value.index) == part ? fmt::format("v{}", value.index)
                                        : fmt::format("r[{}]", slots_[value.index]);
  }

  /// The outputs that are written in a part: where they are computed, or in the first.
  [[nodiscard]] std::vector<std::vector<std::size_t>> outputs_of(std::size_t part) const {
    std::vector<std::vector<std::size_t>> result(part_size);
    for (std::size_t k = 0; k < outputs_.size(); ++k)
      if (outputs_[k].place == Place::instruction && part_of(outputs_[k].index) == part)
        result[outputs_[k].index % part_size].push_back(k);
    return result;
  }

  [[nodiscard]] std::string body(std::size_t part) const {
    const std::size_t first = part * part_size;
    const std::size_t last = std::min(first + part_size, program_.instructions.size());
    std::string text = inputs(part, first, last);
    const auto written = outputs_of(part);
    for (std::size_t s = first; s < last; ++s) {
      append(text, "  const T v{} = operation::{}(", s,
             operation_name(program_.instructions[s].operation));
      for (std::size_t a = 0; a < arguments_[s].size(); ++a)
        append(text, "{}{}", a > 0 ? ", " : "", name(arguments_[s][a], part));
      text += ");\n";
      if (slots_[s] != no_slot) append(text, "  r[{}] = v{};\n", slots_[s], s);
      for (const std::size_t k : written[s - first]) append(text, "  write({}, v{});\n", k, s);
    }
    if (part > 0) return text;
    for (std::size_t k = 0; k < outputs_.size(); ++k)
      if (outputs_[k].place != Place::instruction)
        append(text, "  write({}, {});\n", k, name(outputs_[k], part));
    return text;
  }

  /// Reads the inputs that a part uses.
  [[nodiscard]] std::string inputs(std::size_t part, std::size_t first, std::size_t last) const {
    std::set<index_t> used;
    const auto use = [&](const Value& value) {
      if (value.place == Place::input) used.insert(program_.inputs[value.index]);
    };
    for (std::size_t s = first; s < last; ++s)
      std::for_each(arguments_[s].begin(), arguments_[s].end(), use);
    if (part == 0) std::for_each(outputs_.begin(), outputs_.end(), use);
    std::string text;
    for (const index_t input : used) append(text, "  const T x{0} = x[{0}];\n", input);
    return text;
  }

  const Program& program_;
  std::vector<std::vector<Value>> arguments_;  // of each instruction
  std::vector<Value> outputs_;
  std::vector<std::size_t> last_parts_;  // that use each instruction's result
  std::vector<std::size_t> slots_;       // of each instruction's result
  std::size_t slot_count_ = 0;
};

}  // namespace

std::string function_source(std::span<const Program> results) {
  std::size_t instructions = 0;
  for (const Program& program : results) instructions += program.instructions.size();
  if (instructions > most_cuda_instructions)
    refuse_size(instructions, "operations", most_cuda_instructions);
  std::string text;
  for (std::size_t q = 0; q < results.size(); ++q)
    text += ProgramText(results[q]).function(fmt::format("result_{}", q));
  text +=
      "struct Function {\n"
      "  index_t result;\n"
      "  __host__ __device__ Function at(index_t q) const { return {q}; }\n"
      "  template <class Point>\n"
      "  __host__ __device__ auto operator()(const Point& x) const {\n"
      "    using T = decltype(x[0] * x[0]);\n"
      "    T value(0);\n"
      "    const auto write = [&value](index_t, const T& output) { value = output; };\n"
      "    switch (result) {\n";
  for (std::size_t q = 1; q < results.size(); ++q)
    append(text, "      case {0}:\n        result_{0}<T>(x, write);\n        break;\n", q);
  return text +
         "      default:\n"
         "        result_0<T>(x, write);\n"
         "    }\n"
         "    return value;\n"
         "  }\n"
         "};\n";
}

std::string outputs_source(const Program& program) {
  return ProgramText(program).function("outputs") +
         "struct Outputs {\n"
         "  template <class Point, class Write>\n"
         "  __host__ __device__ void operator()(const Point& x, const Write& write) const {\n"
         "    outputs<decltype(x[0] * x[0])>(x, write);\n"
         "  }\n"
         "};\n";
}

}  // namespace batchgrad::detail
