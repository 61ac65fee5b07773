#include <batchgrad/context.hpp>
#include <batchgrad/error.hpp>
#include <batchgrad/fit.hpp>

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "refused_fit.hpp"
#include "small_data.hpp"

namespace batchgrad {
namespace {

using test::names;
using test::refusal;
using test::SmallData;

FitOptions batches_of(index_t size, Solver solver = Adam{}) {
  FitOptions options;
  options.solver = solver;
  options.batch_size = size;
  options.max_epochs = 2;
  return options;
}

FitOptions holdout_of(double share) {
  FitOptions options;
  options.holdout = share;
  return options;
}

TEST(BatchOptions, SolversWithALearningRateTakeBatches) {
  for (const Solver& solver :
       {Solver(Adam{}), Solver(AdaGrad{}), Solver(RmsProp{}), Solver(GradientDescent{0.1, 0})})
    for (const index_t size : {index_t{1}, index_t{4}, std::numeric_limits<index_t>::max()})
      EXPECT_EQ(refusal(batches_of(size, solver)), "") << solver_name(solver);
}

TEST(BatchOptions, SolversThatCompareValuesDoNot) {
  for (const Solver& solver : {Solver(Lbfgs{}), Solver(Proximal{}), Solver(GradientDescent{})}) {
    const std::string error = refusal(batches_of(2, solver));
    EXPECT_TRUE(names(error, "batch_size is 2 (solver " + std::string(solver_name(solver))));
    EXPECT_TRUE(names(error, "use gradient-descent with a learning_rate, adam"));
  }
}

TEST(BatchOptions, SizeIsNotNegative) {
  EXPECT_TRUE(names(refusal(batches_of(-1)), "batch_size is -1"));
}

TEST(BatchOptions, EpochsAreOfBatches) {
  EXPECT_TRUE(names(refusal(batches_of(0)), "max_epochs is set but batch_size is 0"));
  FitOptions options = batches_of(2);
  options.max_epochs = -1;
  EXPECT_TRUE(names(refusal(options), "max_epochs is -1"));
  options.max_epochs = 0;
  EXPECT_EQ(refusal(options), "");
}

TEST(BatchOptions, HoldoutIsAShare) {
  for (const double share : {-0.1, 1.0, 2.0, std::nan(""), infinity})
    EXPECT_TRUE(names(refusal(holdout_of(share)), "holdout is "));
  EXPECT_EQ(refusal(holdout_of(0.25)), "");
}

TEST(BatchOptions, HoldoutLeavesSomethingOnBothSides) {
  EXPECT_TRUE(names(refusal(holdout_of(0.1)), "leaves nothing to judge the fit by"));
  EXPECT_TRUE(names(refusal(holdout_of(0.9)), "leaves nothing to learn from"));
  // Samples without weight do not count: half of two is one, a tenth of two is none.
  const SmallData<> data{1, {0, 1, 2, 4}, {1, 3, 4, 9}, {0, 1, 0, 2}, {}};
  EXPECT_EQ(refusal(holdout_of(0.5), data), "");
  EXPECT_TRUE(names(refusal(holdout_of(0.2), data), "0 of 2 samples"));
}

TEST(BatchOptions, SolversOfSecondOrderTakeNeither) {
  for (const Solver& solver : {Solver(Newton{}), Solver(Gram{})}) {
    EXPECT_TRUE(names(refusal(batches_of(2, solver)), "batch_size is 2 (solver "));
    FitOptions options = holdout_of(0.25);
    options.solver = solver;
    EXPECT_TRUE(names(refusal(options), "holdout is 0.25 (solver "));
  }
}

TEST(BatchOptions, PatienceIsAtLeastOne) {
  for (const index_t patience : {0, -1}) {
    FitOptions options = holdout_of(0.25);
    options.patience = patience;
    EXPECT_TRUE(names(refusal(options), "patience is "));
  }
}

TEST(BatchOptions, StopHasItsName) {
  EXPECT_EQ(stop_name(Stop::held_out), "held-out");
  EXPECT_TRUE(is_converged(Stop::held_out));
}

}  // namespace
}  // namespace batchgrad
