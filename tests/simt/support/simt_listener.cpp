// In every program of batchgrad_simt_test, also in tests that know nothing of the layer: a test
// fails where the layer found a fault or where device memory leaked, and starts from a fresh
// device. Expressions are compiled by the layer's stand-in for NVRTC.

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>

#include "layer/cudart.hpp"
#include "layer/engine.hpp"

namespace batchgrad::test {
namespace {

/// SIMT_SCHEDULE=ascending, descending or a seed, for tests that do not choose.
simt::Schedule default_schedule() {
  const char* value = std::getenv("SIMT_SCHEDULE");
  const std::string text = value ? value : "1";
  if (text == "ascending") return {simt::Order::ascending, 1};
  if (text == "descending") return {simt::Order::descending, 1};
  return {simt::Order::random, std::strtoull(text.c_str(), nullptr, 10)};
}

class FaultListener : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo&) override {
    simt::schedule = default_schedule();
    simt::cudart::Config config;
    config.seed = simt::schedule.seed;
    simt::cudart::reset(config);
  }
  void OnTestEnd(const testing::TestInfo&) override {
    for (const std::string& fault : simt::faults()) ADD_FAILURE() << fault;
    EXPECT_EQ(simt::cudart::leaks(), "");
  }
};

[[maybe_unused]] const bool installed = [] {
  ::setenv("BATCHGRAD_NVRTC", SIMT_NVRTC_LIBRARY, 1);
  ::setenv("SIMT_NVRTC_FLAGS", SIMT_NVRTC_FLAGS, 1);
  ::setenv("BATCHGRAD_CACHE", SIMT_KERNEL_CACHE, 1);
  testing::UnitTest::GetInstance()->listeners().Append(new FaultListener);
  return true;
}();

}  // namespace
}  // namespace batchgrad::test
