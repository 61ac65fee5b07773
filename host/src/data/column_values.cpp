#include <batchgrad/error.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <string>
#include <vector>

#include "as_size.hpp"
#include "cpu/block_interpreter.hpp"
#include "cpu/parallel.hpp"
#include "data/column_terms.hpp"
#include "data/csv_field.hpp"
#include "data/thread_count.hpp"
#include "expression/expression_state.hpp"

namespace batchgrad::detail {

namespace {

/// Evaluates a program on blocks of rows; each row's value depends on that row alone.
class TermEvaluation {
 public:
  TermEvaluation(const ColumnTerm& term, const Table& table, const std::vector<index_t>& rows)
      : table_(table), rows_(rows), term_(term) {
    const Expression f = expression_of(term, table.file());
    program_ = make_program(f.state().graph, f.state().results);
    for (const index_t input : program_.inputs) {
      places_.push_back(table.column_index(f.variables()[as_size(input)]));
    }
  }

  std::vector<double> evaluate(index_t threads) const {
    const index_t count = rows_.empty() ? table_.rows() : static_cast<index_t>(rows_.size());
    std::vector<double> values(as_size(count));
    constexpr index_t grain = 4096;
    const auto team = static_cast<int>(thread_count(threads));
    using Interpreter = cpu::BlockInterpreter<double>;
    std::vector<std::unique_ptr<Interpreter>> interpreters(as_size(team));
    const cpu::InstructionSet instruction_set = cpu::supported_instruction_sets().front();
    cpu::parallel_for((count + grain - 1) / grain, team, [&](index_t range, int thread) {
      auto& interpreter = interpreters[static_cast<std::size_t>(thread)];
      if (!interpreter) interpreter = std::make_unique<Interpreter>(program_, instruction_set);
      const index_t end = std::min(count, (range + 1) * grain);
      for (index_t first = range * grain; first < end; first += interpreter->most_lanes()) {
        const index_t lanes = std::min(interpreter->most_lanes(), end - first);
        for (std::size_t k = 0; k < places_.size(); ++k) {
          double* input = interpreter->input(k);
          for (index_t l = 0; l < lanes; ++l) input[l] = table_(row(first + l), places_[k]);
        }
        interpreter->run(lanes);
        std::copy_n(interpreter->output(0), lanes, values.data() + first);
      }
    });
    check(values);
    return values;
  }

 private:
  [[nodiscard]] index_t row(index_t i) const { return rows_.empty() ? i : rows_[as_size(i)]; }

  void check(const std::vector<double>& values) const {
    const auto bad = std::find_if(values.begin(), values.end(),
                                  [](double value) { return !std::isfinite(value); });
    if (bad == values.end()) return;
    const index_t at = row(bad - values.begin());
    std::vector<std::string> arguments;
    arguments.reserve(term_.arguments.size());
    for (const auto& name : term_.arguments) {
      arguments.push_back(fmt::format("{} = {}", name, table_(at, table_.column_index(name))));
    }
    throw DataError(
        table_.position(at),
        fmt::format("{} is {} where {} (only finite numbers are of use) correct the row, or leave "
                    "it out, in a fit with --filter",
                    quote_for_message(term_.text), std::isnan(*bad) ? std::fabs(*bad) : *bad,
                    fmt::join(arguments, ", ")));
  }

  const Table& table_;
  const std::vector<index_t>& rows_;
  const ColumnTerm& term_;
  Program program_;
  std::vector<index_t> places_;  // the column of each input
};

}  // namespace

std::vector<double> evaluate_term(const ColumnTerm& term, const Table& table,
                                  const std::vector<index_t>& rows, index_t threads) {
  return TermEvaluation(term, table, rows).evaluate(threads);
}

}  // namespace batchgrad::detail
