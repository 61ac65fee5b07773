#include "common.hpp"

#include <batchgrad/error.hpp>

#include <cstdio>
#include <fmt/format.h>

#include "arguments.hpp"

namespace batchgrad::cli {
namespace {

Format parse_format(const std::string& text) {
  if (text == "text") return Format::text;
  if (text == "json") return Format::json;
  if (text == "csv") return Format::csv;
  throw InvalidArgument(fmt::format("there is no format '{}' choose text, json or csv", text));
}

}  // namespace

void add_common_options(CLI::App& app, CommonOptions& options) {
  add_parsed(app, "--format", options.format, parse_format,
             "How the result is printed: text, json or csv")
      ->type_name("FORMAT")
      ->group("Common options");
  app.add_option_function<std::string>(
         "--device", [&options](const std::string& name) { options.device = name; },
         "Where to compute: auto, cpu, cuda, cuda:N or reference; auto takes cuda where a device "
         "can be used, else cpu. See: batchgrad devices")
      ->type_name("DEVICE")
      ->group("Common options");
  add_parsed(app, "--threads", options.threads, CountBetween{1, 4096},
             "How many processor threads to use; default: all that the process may use. The "
             "results do not depend on it, not by a bit")
      ->type_name("N")
      ->group("Common options");
  app.add_flag("--quiet", options.quiet, "No progress and no notes on stderr, only errors")
      ->group("Common options");
}

void require_host_device(const CommonOptions& options, const char* command) {
  const std::string device = options.device.value_or("auto");
  if (device == "auto" || device == "cpu") return;
  throw UsageError(
      fmt::format("--device {} does not go with {} (it always runs on the cpu) leave "
                  "it out",
                  device, command));
}

Context open_context(const CommonOptions& options) {
  const ContextOptions context_options{.threads = options.thread_count()};
  const std::string device = options.device.value_or("auto");
  if (device == "auto") return Context::best(context_options);
  try {
    return Context::on(device, context_options);
  } catch (const InvalidArgument& error) {
    throw UsageError(fmt::format("--device: {}", error.what()));
  }
}

void print_message(const char* kind, const std::string& text) {
  fmt::print(stderr, "batchgrad: {}: {}\n", kind, text);
}

}  // namespace batchgrad::cli
