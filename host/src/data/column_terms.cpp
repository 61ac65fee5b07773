#include "data/column_terms.hpp"

#include <batchgrad/error.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "characters.hpp"
#include "data/column_plan.hpp"
#include "data/csv_field.hpp"
#include "expression/expression_state.hpp"
#include "expression/program.hpp"

namespace batchgrad::detail {

namespace {

bool is_letter_or_digit(char c) { return is_letter(c) || is_digit(c); }

/// Whether an expression can name it.
bool is_identifier(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), is_letter_or_digit);
}

/// Whether it is worth while to read it as an expression: what has no operator is a name misspelt.
bool has_operator(std::string_view text) {
  return text.find_first_of("()+-*/^<>=[;") != std::string_view::npos;
}

std::vector<std::string> used_variables(const Expression& f) {
  const ExpressionState& state = f.state();
  const std::vector<index_t> inputs = make_program(state.graph, state.results).inputs;
  std::vector<std::string> used;
  used.reserve(inputs.size());
  for (const index_t input : inputs) {
    used.push_back(state.variables[static_cast<std::size_t>(input)]);
  }
  return used;
}

}  // namespace

std::vector<std::string> ColumnTerm::columns() const {
  if (is_expression()) return arguments;
  return text.empty() ? std::vector<std::string>() : std::vector<std::string>{text};
}

ColumnTerms::ColumnTerms(std::string file, const std::vector<std::string>& names)
    : file_(std::move(file)), names_(names), known_(names.begin(), names.end()) {
  std::copy_if(names_.begin(), names_.end(), std::back_inserter(identifiers_), is_identifier);
}

ColumnTerm ColumnTerms::find(const std::string& text) const {
  if (text.empty() || known_.contains(text)) return {text, {}};
  const std::string expression(trimmed(text));
  if (!has_operator(expression)) throw_unknown_column(file_, text, names_);
  const Expression f = parse(expression);
  if (f.results() != 1) {
    throw DataError({file_},
                    fmt::format("{} has {} results (a column is one number a row) give one",
                                quote_for_message(expression), f.results()));
  }
  ColumnTerm term{expression, used_variables(f)};
  if (!term.is_expression()) {
    throw DataError({file_}, fmt::format("{} depends on no column (it is the same number in every "
                                         "row) name a column in it",
                                         quote_for_message(expression)));
  }
  return term;
}

std::vector<ColumnTerm> ColumnTerms::find(const std::vector<std::string>& texts) const {
  std::vector<ColumnTerm> terms;
  terms.reserve(texts.size());
  for (const auto& text : texts) terms.push_back(find(text));
  return terms;
}

Expression ColumnTerms::parse(const std::string& text) const {
  try {
    Expression f(text, identifiers_);
    // Without a name that may be used, each is a variable of the text's own.
    if (identifiers_.empty() && !f.variables().empty()) {
      throw ParseError(text, static_cast<index_t>(text.find(f.variables().front())),
                       fmt::format("unknown name '{}' (no column can be named in an expression) "
                                   "rename columns to letters, digits and _",
                                   f.variables().front()));
    }
    return f;
  } catch (const ParseError& error) {
    const auto unnamable = std::find_if(names_.begin(), names_.end(), [&](const auto& name) {
      return name.size() > 1 && !is_identifier(name) && text.find(name) != std::string::npos;
    });
    if (unnamable != names_.end()) {
      throw DataError(
          {file_}, fmt::format("column '{}' cannot be named in the expression {} (names in it are "
                               "letters, digits and _) rename the column",
                               *unnamable, quote_for_message(text)));
    }
    throw DataError({file_}, fmt::format("{} is no column, and no expression of columns: {}",
                                         quote_for_message(text), error.what()));
  }
}

Expression expression_of(const ColumnTerm& term, const std::string& file) {
  try {
    Expression f(term.text, term.arguments);
    if (f.results() == 1) return f;
  } catch (const ParseError& error) {
    throw DataError({file}, error.what());
  } catch (const InvalidArgument& error) {
    throw DataError({file}, error.what());
  }
  throw DataError({file}, fmt::format("'{}' has several results (a column is one number a row) "
                                      "give one",
                                      term.text));
}

}  // namespace batchgrad::detail
