#include "help_formatter.hpp"

#include <sstream>

namespace batchgrad::cli {

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  constexpr std::size_t terminal_width = 96;
  const std::size_t width = terminal_width - get_column_width();
  std::istringstream words(Formatter::make_option_desc(option));
  std::string text;
  std::size_t used = 0;
  for (std::string word; words >> word; used += word.size() + 1) {
    if (used > 0 && used + word.size() > width) {
      text += '\n';
      used = 0;
    } else if (used > 0) {
      text += ' ';
    }
    text += word;
  }
  return text;
}

}  // namespace batchgrad::cli
