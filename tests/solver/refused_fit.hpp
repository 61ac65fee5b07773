#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>

#include <gtest/gtest.h>
#include <string>

#include "small_data.hpp"

namespace batchgrad::test {

/// The text of the error that a fit of four samples throws, empty where it throws none.
inline std::string refusal(const FitOptions& options,
                           const SmallData<>& data = {1, {0, 1, 2, 4}, {1, 3, 4, 9}, {}, {}}) {
  Context context = Context::on("reference");
  try {
    static_cast<void>(fit(context, data.samples(), SquaredLoss{}, options));
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "";
}

inline testing::AssertionResult names(const std::string& text, const std::string& word) {
  if (text.find(word) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << text << "' does not name '" << word << "'";
}

}  // namespace batchgrad::test
