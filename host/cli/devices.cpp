#include <batchgrad/context.hpp>
#include <batchgrad/table_writer.hpp>
#include <batchgrad/text_writer.hpp>

#include <algorithm>
#include <fmt/format.h>

#include "commands.hpp"
#include "json_text.hpp"

namespace batchgrad::cli {
namespace {

std::string devices_text(const std::vector<DeviceInfo>& list) {
  std::size_t width = 0;
  for (const DeviceInfo& device : list) width = std::max(width, device.name.size());
  std::string text;
  for (const DeviceInfo& device : list)
    text += fmt::format("{:<{}}  {:<8}  {}\n", device.name, width,
                        device.usable ? "usable" : "unusable", device.description);
  return text;
}

std::string devices_json(const std::vector<DeviceInfo>& list) {
  Json array = Json::array();
  for (const DeviceInfo& device : list)
    array.push_back(
        {{"name", device.name}, {"usable", device.usable}, {"description", device.description}});
  return json_text({{"devices", array}});
}

void write_devices_csv(const std::vector<DeviceInfo>& list) {
  CsvWriter writer("-", {"name", "usable", "description"});
  for (const DeviceInfo& device : list) {
    writer.text(device.name);
    writer.text(device.usable ? "yes" : "no");
    writer.text(device.description);
    writer.end_row();
  }
  writer.commit();
}

int run_devices(const CommonOptions& common) {
  if (common.device) throw UsageError("--device does not go with devices (it lists them all)");
  if (common.threads) throw UsageError("--threads does not go with devices (it computes nothing)");
  const std::vector<DeviceInfo> list = devices();
  switch (common.format.value_or(Format::text)) {
    case Format::text:
      write_text("-", devices_text(list));
      break;
    case Format::json:
      write_text("-", devices_json(list));
      break;
    case Format::csv:
      write_devices_csv(list);
      break;
  }
  return done;
}

}  // namespace

Runner add_devices(CLI::App& program, CommonOptions& common) {
  CLI::App* command = program.add_subcommand(
      "devices", "List where batchgrad can compute, and why it cannot elsewhere");
  add_common_options(*command, common);
  command->footer("Example:\n  batchgrad devices --format json");
  return [&common] { return run_devices(common); };
}

}  // namespace batchgrad::cli
