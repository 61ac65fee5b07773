#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/error.hpp>

#include <cstdlib>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cpu/cpu_backend.hpp"

namespace batchgrad::test {

/// What parity tests run on: the cpu backend with each instruction set of this processor, and cuda.
inline std::vector<std::string> parity_devices() {
  std::vector<std::string> devices{"cuda"};
  for (const auto& set : cpu::supported_instruction_sets())
    devices.push_back(std::string("cpu ") + set.name);
  return devices;
}

/// Those and the reference, for what is not held against it.
inline std::vector<std::string> every_device() {
  std::vector<std::string> devices = parity_devices();
  devices.emplace_back("reference");
  return devices;
}

/// A context on one of every_device(), or none where the machine has no CUDA device; the test
/// then skips, or fails where BATCHGRAD_REQUIRE_CUDA is set.
inline std::optional<Context> parity_context(const std::string& device, int threads = 2) {
  if (device == "reference") return Context::on(device);
  if (device == "cuda") {
    try {
      return Context::on(device);
    } catch (const BackendUnavailable& error) {
      if (std::getenv("BATCHGRAD_REQUIRE_CUDA") != nullptr) throw;
      return std::nullopt;
    }
  }
  for (const auto& set : cpu::supported_instruction_sets())
    if (device == std::string("cpu ") + set.name)
      return Context(std::make_unique<cpu::CpuBackend>(threads, set));
  throw InvalidArgument("no parity device '" + device + "'");
}

/// "cpu AVX-512" is not a name that tests may have; "cpuAVX512" is.
inline std::string test_name(const testing::TestParamInfo<std::string>& device) {
  std::string name;
  for (const char c : device.param)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
  return name;
}

/// A test on one of them, skipped where there is no such device.
class OnDevice : public testing::TestWithParam<std::string> {
 protected:
  explicit OnDevice(int threads = 2) : threads_(threads) {}
  void SetUp() override {
    context_ = parity_context(GetParam(), threads_);
    if (!context_) GTEST_SKIP() << "no CUDA device";
  }

  std::optional<Context> context_;

 private:
  int threads_;
};

}  // namespace batchgrad::test
