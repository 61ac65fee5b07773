// All that a fit does with X, which lies by columns: the same bits as by rows.
#include <batchgrad/classes.hpp>
#include <batchgrad/context.hpp>
#include <batchgrad/fit.hpp>
#include <batchgrad/inference.hpp>

#include <gtest/gtest.h>
#include <limits>

#include "columns_copy.hpp"
#include "small_data.hpp"

namespace batchgrad::test {
namespace {

TEST(LayoutFit, GivesTheBitsOfXByRows) {
  const SmallData<> data = linear_data(301, 5, 0.5);
  const ColumnsCopy<double> columns(data.samples().features, 2);
  Samples<double> by_columns = data.samples();
  by_columns.features = columns.view();
  auto context = Context::on("cpu");
  for (const Solver& solver : {Solver(Lbfgs{}), Solver(Gram{}), Solver(Newton{}), Solver(Adam{})}) {
    FitOptions options;
    options.solver = solver;
    if (std::holds_alternative<Adam>(solver)) {
      options.batch_size = 50;
      options.max_epochs = 3;
    }
    const Loss loss = SquaredLoss{};
    const FitResult expected = fit(context, data.samples(), loss, options);
    const FitResult found = fit(context, by_columns, loss, options);
    EXPECT_EQ(found.coefficients, expected.coefficients);
    EXPECT_EQ(found.intercept, expected.intercept);
    if (!found.converged()) continue;
    EXPECT_EQ(infer(context, by_columns, loss, options, found).coefficients[2].std_error,
              infer(context, data.samples(), loss, options, expected).coefficients[2].std_error);
  }
}

TEST(LayoutFit, PredictsTheSame) {
  const SmallData<> data = linear_data(301, 5, 0.5);
  const ColumnsCopy<double> columns(data.samples().features);
  const std::vector<double> coefficients{1, -1, 2, 0.5, 10};
  std::vector<double> expected(301);
  std::vector<double> found(301, std::numeric_limits<double>::quiet_NaN());
  predict<double>(data.samples().features, coefficients, 3, {}, expected);
  predict<double>(columns.view(), coefficients, 3, {}, found);
  EXPECT_EQ(found, expected);
  const std::vector<double> intercepts{0};
  predict_probabilities<double>(columns.view(), {coefficients.data(), 1, 5}, intercepts,
                                {found.data(), 301, 1});
  EXPECT_EQ(found, std::vector<double>(301, 1.0));
}

}  // namespace
}  // namespace batchgrad::test
