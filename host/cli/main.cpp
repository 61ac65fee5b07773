#include <batchgrad/error.hpp>
#include <batchgrad/text_writer.hpp>
#include <batchgrad/version.hpp>

#include <cerrno>
#include <exception>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <new>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "help_formatter.hpp"
#include "signals.hpp"

namespace batchgrad::cli {
namespace {

constexpr const char* footer =
    "Examples:\n"
    "  batchgrad gradient 'x^2*y + y^3' --at x=2,y=3\n"
    "  batchgrad derive 'x^3 - 2*x^2 + 5'\n"
    "  batchgrad generate linear --samples 1e6 --features 16 -o data.csv\n"
    "  batchgrad fit data.csv --target y -o model.json\n"
    "  batchgrad predict model.json new.csv -o predictions.csv\n"
    "\n"
    "Results go to standard output, everything else to standard error.\n"
    "Exit codes: 0 done; 1 data or runtime error; 2 usage; 3 stopped without convergence;\n"
    "  4 not finite; 130 and 143 stopped by SIGINT and SIGTERM, after saving.";

/// A standard stream that the caller closed would be reopened by the next file, which would then
/// receive what is printed. This way printing fails, as it should.
void reserve_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(descriptor, F_GETFD) == -1 && errno == EBADF)
      (void)::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

/// The arguments last to first, as CLI11 takes them. It would look for the value of "--name=" in
/// the next argument; in two arguments, the empty value is one.
std::vector<std::string> reversed_arguments(int argc, char** argv) {
  std::vector<std::string> arguments;
  for (int i = argc - 1; i > 0; --i) {
    std::string argument = argv[i];
    if (argument.starts_with("--") && argument.find('=') == argument.size() - 1) {
      arguments.emplace_back();
      argument.pop_back();
    }
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

/// The program with its commands and what each of them runs.
class Program {
 public:
  Program() {
    app_.require_subcommand(1);
    app_.formatter(std::make_shared<HelpFormatter>());
    app_.set_version_flag("--version", "batchgrad " + std::string(version()),
                          "Print the version and leave");
    app_.footer(footer);
    add_common_options(app_, common_);
    for (const auto add : {add_gradient, add_hessian, add_derive, add_check, add_differentiate,
                           add_minimize, add_fit, add_predict, add_generate, add_devices})
      runners_.push_back(add(app_, common_));
  }

  int run(std::vector<std::string> arguments) {
    try {
      app_.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
      write_text("-", app_.help() + '\n');
      return done;
    } catch (const CLI::CallForVersion& version) {
      write_text("-", std::string(version.what()) + '\n');
      return done;
    } catch (const CLI::ParseError& error) {
      throw UsageError(explain(error));
    }
    for (std::size_t i = 0; i < runners_.size(); ++i)
      if (command(i)->parsed()) return runners_[i]();
    return usage;
  }

  /// "batchgrad fit": what --help is to be asked of.
  [[nodiscard]] std::string asked() const {
    const auto parsed = app_.get_subcommands();
    return parsed.empty() ? "batchgrad" : "batchgrad " + parsed.front()->get_name();
  }

 private:
  [[nodiscard]] const CLI::App* command(std::size_t i) const {
    return app_.get_subcommands(nullptr).at(i);
  }

  /// CLI11 calls an unknown command an unexpected argument.
  [[nodiscard]] std::string explain(const CLI::ParseError& error) const {
    if (!app_.get_subcommands().empty()) return error.what() + minus_hint();
    std::vector<std::string> names;
    for (const CLI::App* known : app_.get_subcommands(nullptr)) names.push_back(known->get_name());
    const std::vector<std::string> extra = app_.remaining();
    if (!extra.empty() && !extra.front().starts_with('-'))
      return fmt::format("there is no command '{}' choose one of: {}", extra.front(),
                         fmt::join(names, ", "));
    if (error.get_name() == "RequiredError")
      return fmt::format("a command is missing, one of: {}", fmt::join(names, ", "));
    return error.what();
  }

  /// CLI11 takes "-x^2" for an option.
  [[nodiscard]] std::string minus_hint() const {
    for (const std::string& extra : app_.remaining(true))
      if (extra.starts_with('-') && !extra.starts_with("--"))
        return fmt::format(
            " ({} is no option) an expression that starts with a minus sign goes "
            "into parentheses, or behind --",
            extra);
    return "";
  }

  CLI::App app_{"Derivatives of functions and fits of regression models, on processors and GPUs.",
                "batchgrad"};
  CommonOptions common_;
  std::vector<Runner> runners_;
};

int run(int argc, char** argv) {
  reserve_standard_streams();
  install_signal_handlers();
  Program program;
  try {
    return program.run(reversed_arguments(argc, argv));
  } catch (const UsageError& error) {
    print_message("error", error.what());
    fmt::print(stderr, "See: {} --help\n", program.asked());
    return usage;
  } catch (const Interrupted& interruption) {
    return 128 + interruption.signal;
  } catch (const std::bad_alloc&) {
    print_message("error", "out of memory");
  } catch (const std::exception& error) {
    print_message("error", error.what());
  }
  return failed;
}

}  // namespace
}  // namespace batchgrad::cli

int main(int argc, char** argv) { return batchgrad::cli::run(argc, argv); }
