#include <batchgrad/context.hpp>
#include <batchgrad/error.hpp>

#include <charconv>
#include <fmt/format.h>
#include <utility>

#include "backends.hpp"

namespace batchgrad {
namespace {

/// N of "cuda:N"; "cuda" is the first device.
int cuda_ordinal(std::string_view device) {
  if (device == "cuda") return 0;
  const auto digits = device.substr(std::string_view("cuda:").size());
  int ordinal = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), ordinal);
  if (error != std::errc() || end != digits.data() + digits.size() || ordinal < 0)
    throw InvalidArgument(fmt::format(
        "'{}' is no device (the number after cuda: counts devices from 0) write cuda:0", device));
  return ordinal;
}

void check(const ContextOptions& options) {
  if (options.threads < 0)
    throw InvalidArgument(
        fmt::format("threads is {} (0 means all, otherwise it is positive)", options.threads));
}

}  // namespace

Context::Context(std::unique_ptr<Backend> backend) : backend_(std::move(backend)) {}
Context::Context(Context&&) noexcept = default;
Context& Context::operator=(Context&&) noexcept = default;
Context::~Context() = default;

Context Context::best(const ContextOptions& options) {
  check(options);
  for (const DeviceInfo& device : detail::cuda_devices())
    if (device.usable) return on(device.name, options);
  return on("cpu", options);
}

Context Context::on(std::string_view device, const ContextOptions& options) {
  check(options);
  if (device == "reference") return Context(detail::make_reference());
  if (device == "cpu") return Context(detail::make_cpu(options.threads));
  if (device == "cuda" || device.starts_with("cuda:"))
    return Context(detail::make_cuda(cuda_ordinal(device), options.threads));
  throw InvalidArgument(
      fmt::format("'{}' is no device choose reference, cpu, cuda or cuda:N", device));
}

std::string_view Context::device() const { return backend_->device(); }
std::string Context::description() const { return backend_->description(); }

std::vector<DeviceInfo> devices() {
  std::vector<DeviceInfo> all{
      {"reference", detail::make_reference()->description(), true},
      {"cpu", detail::make_cpu(0)->description(), true},
  };
  for (DeviceInfo& device : detail::cuda_devices()) all.push_back(std::move(device));
  return all;
}

}  // namespace batchgrad
