#pragma once

// What tests of launchers on the SIMT layer's runtime start from.

#include <batchgrad/error.hpp>

#include <exception>
#include <gtest/gtest.h>
#include <string>

#include "layer/cudart.hpp"

namespace batchgrad::test {

struct FailureCounts {
  int thrown = 0;
  int recovered = 0;  // the operation succeeded all the same
};

/// Runs operation() again and again, the first runtime call failing, then the second, and so on
/// past the last: once with out-of-memory, once with an error that stays. Nothing may leak, and
/// only exceptions of type Allowed may come out. The operation checks its own result.
template <class Allowed = Error, class Operation>
FailureCounts for_each_failing_call(Operation operation) {
  constexpr long most_calls = 100'000;
  FailureCounts counts;
  simt::cudart::Config config;
  for (const cudaError_t failure : {cudaErrorMemoryAllocation, cudaErrorIllegalAddress}) {
    config.failure = failure;
    for (long call = 1; call <= most_calls; ++call) {
      config.fail_at_call = call;
      simt::cudart::reset(config);
      const testing::ScopedTrace trace(
          __FILE__, __LINE__,
          "failing call " + std::to_string(call) + " with " + cudaGetErrorName(failure));
      try {
        operation();
        if (simt::cudart::calls() >= call) ++counts.recovered;
      } catch (const Allowed&) {
        ++counts.thrown;
      } catch (const std::exception& error) {
        ADD_FAILURE() << "unexpected exception: " << error.what();
      }
      EXPECT_EQ(simt::cudart::leaks(), "");
      for (const std::string& fault : simt::faults()) ADD_FAILURE() << fault;
      if (simt::cudart::calls() < call || testing::Test::HasFailure()) break;
    }
  }
  simt::cudart::reset();
  return counts;
}

}  // namespace batchgrad::test
