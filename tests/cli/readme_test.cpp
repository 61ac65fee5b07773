#include <cmath>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include "cli_test.hpp"

// What the README shows of derivatives, minimisation and sampled data is what the program prints.
namespace batchgrad::test {
namespace {

/// A command line and what it prints.
struct Example {
  std::string command;
  std::string output;
};

std::vector<std::string> section(const std::string& title) {
  std::ifstream file(BATCHGRAD_README);
  std::vector<std::string> lines;
  bool is_inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) is_inside = line == "## " + title;
    if (is_inside) lines.push_back(line);
  }
  return lines;
}

/// Lines "$ command", continued behind a backslash, each with the lines that follow.
std::vector<Example> sessions(const std::vector<std::string>& lines) {
  std::vector<Example> examples;
  bool is_inside = false;
  bool is_continued = false;
  for (const std::string& line : lines) {
    if (line.starts_with("```")) {
      is_inside = !is_inside;
    } else if (is_inside && is_continued) {
      examples.back().command += '\n' + line;
    } else if (is_inside && line.starts_with("$ ")) {
      examples.push_back({line.substr(2), ""});
    } else if (is_inside && !examples.empty()) {
      examples.back().output += line + '\n';
      continue;
    }
    is_continued = is_inside && line.ends_with('\\');
  }
  return examples;
}

/// Rows "| what | `command` | lines of the result; without the first |".
std::vector<Example> table_rows(const std::vector<std::string>& lines) {
  static const std::regex row("\\|[^|]*\\| `([^`]*)` \\| (.*) \\|");
  std::vector<Example> examples;
  for (const std::string& line : lines)
    if (std::smatch parts; std::regex_match(line, parts, row))
      examples.push_back({"batchgrad " + parts.str(1), parts.str(2)});
  return examples;
}

std::string in_one_row(const std::string& output) {
  std::string row;
  for (std::size_t start = output.find('\n') + 1; start < output.size();) {
    const std::size_t end = output.find('\n', start);
    row += (row.empty() ? "" : "; ") + output.substr(start, end - start);
    start = end + 1;
  }
  return row;
}

const std::regex number("-?[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?");

/// The text with # for each number; how many spaces there are depends on the numbers' lengths.
std::string frame_of(const std::string& text) {
  return std::regex_replace(std::regex_replace(text, number, "#"), std::regex(" +"), " ");
}

std::vector<std::string> numbers_in(const std::string& text) {
  return {std::sregex_token_iterator(text.begin(), text.end(), number), {}};
}

/// The same words, and numbers that differ by no more than processors do: in the last digits, and
/// where only two are shown, as of errors, by one of the last.
void expect_same(const std::string& actual, const std::string& shown) {
  EXPECT_EQ(frame_of(actual), frame_of(shown)) << "prints:\n" << actual;
  const auto found = numbers_in(actual);
  const auto expected = numbers_in(shown);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double value = std::stod(expected[i]);
    const bool is_short = expected[i].find('e') != std::string::npos && expected[i].size() <= 8;
    const double allowed = 1e-12 + (is_short ? 0.1 : 1e-9) * std::fabs(value);
    EXPECT_LE(std::fabs(std::stod(found[i]) - value), allowed) << found[i] << ", " << expected[i];
  }
}

class Readme : public Cli {
 protected:
  /// In the test's directory, by a shell that finds `batchgrad`; ends like the command.
  ProcessResult run(const std::string& command) {
    return run_process(
        {"/bin/sh", "-c",
         "cd \"$0\" && batchgrad() { '" BATCHGRAD_CLI_PATH "' \"$@\" --device cpu; } && " + command,
         directory_ / ""});
  }
  std::vector<std::string> lines_ = section("Derivatives from the command line");
};

TEST_F(Readme, ShowsWhatCommandsPrint) {
  const auto examples = sessions(lines_);
  ASSERT_GT(examples.size(), 15U);
  for (const auto& [command, output] : examples) {
    SCOPED_TRACE(command);
    // The first that is seen of a file makes it.
    const std::string file = command.starts_with("cat ") ? command.substr(4) : "";
    if (!file.empty() && directory_.read(file).empty()) directory_.write(file, output);
    const ProcessResult result = run(command);
    EXPECT_FALSE(contains(result.errors, "error")) << result.errors;
    expect_same(result.output, output);
  }
}

TEST_F(Readme, HasATableOfWhatCommandsPrint) {
  const auto examples = table_rows(lines_);
  ASSERT_GT(examples.size(), 10U);
  for (const auto& [command, output] : examples) {
    SCOPED_TRACE(command);
    const ProcessResult result = run(command);
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    expect_same(in_one_row(result.output), output);
  }
}

}  // namespace
}  // namespace batchgrad::test
