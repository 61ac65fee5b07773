#include <batchgrad/error.hpp>
#include <batchgrad/minimize_trace.hpp>
#include <batchgrad/table.hpp>

#include <gtest/gtest.h>

#include "functions.hpp"
#include "temporary_directory.hpp"

namespace batchgrad {
namespace {

TEST(MinimizeTrace, HoldsEachStepOfEachStart) {
  const test::TemporaryDirectory directory;
  const std::string path = directory / "steps.csv";
  Context context = Context::on("cpu");
  MinimizeTrace trace(path, {"x", "y"});
  MinimizeOptions options = test::exactly(GradientDescent{0.1, 0}, 2);
  std::vector<test::RecordedStep> steps;
  options.observer = [&](const MinimizeStep& step) {
    trace.write(step);
    steps.push_back(test::recorded(step));
    return Continue::yes;
  };
  const ValueAndGradient f = test::trough;
  const std::vector<double> starts = {10, -1, 3, 2};
  static_cast<void>(minimize(context, f, test::rows_of(starts, 2), options));
  EXPECT_TRUE(directory.read("steps.csv").empty());
  trace.commit();
  const Table table = read_table(path);
  EXPECT_EQ(table.names(), (std::vector<std::string>{"start", "iteration", "x", "y", "value", "d_x",
                                                     "d_y", "step"}));
  ASSERT_EQ(table.rows(), 6);
  for (index_t row = 0; row < 6; ++row) {
    const test::RecordedStep& step = steps[static_cast<std::size_t>(row)];
    const std::vector<double> expected = {static_cast<double>(step.start),
                                          static_cast<double>(step.iteration),
                                          step.x[0],
                                          step.x[1],
                                          step.value,
                                          step.gradient[0],
                                          step.gradient[1],
                                          step.step};
    for (index_t column = 0; column < 8; ++column)
      EXPECT_EQ(table(row, column), expected[static_cast<std::size_t>(column)]);
  }
  EXPECT_EQ(table(0, 0), 0);
  EXPECT_EQ(table(1, 0), 1);
  EXPECT_EQ(table(2, 1), 1);
}

TEST(MinimizeTrace, LeavesNothingWithoutCommit) {
  const test::TemporaryDirectory directory;
  { MinimizeTrace trace(directory / "steps.csv", {"x"}); }
  EXPECT_TRUE(directory.names().empty());
}

TEST(MinimizeTrace, RefusesVariablesNamedLikeItsColumns) {
  const test::TemporaryDirectory directory;
  for (const char* name : {"start", "iteration", "value", "step"})
    EXPECT_THROW(MinimizeTrace(directory / "steps.csv", {"x", name}), InvalidArgument) << name;
  EXPECT_THROW(MinimizeTrace(directory / "steps.csv", {"x", "d_x"}), InvalidArgument);
  EXPECT_TRUE(directory.names().empty());
}

}  // namespace
}  // namespace batchgrad
