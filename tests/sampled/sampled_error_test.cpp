#include <batchgrad/error.hpp>
#include <batchgrad/sampled_gradient.hpp>

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <string>

#include "numpy_cases.hpp"

namespace batchgrad {
namespace {

using test::differentiate;
using test::line;
using test::Numbers;

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return "no error";
}

std::string error_of(const SampleGrid& grid, const SampledGradientOptions& options = {},
                     const SampleLayout& layout = {}) {
  return error_of([&] { (void)differentiate(line, grid, options, layout); });
}

TEST(SampledGradient, NamesCoordinatesThatCannotBe) {
  const auto error_at = [](const Numbers& grid) { return error_of(SampleGrid::at(grid)); };
  EXPECT_EQ(error_at({0, 1, 2, 2, 3, 4, 5}),
            "coordinates 2 and 3 are both 2 (no slope lies between them) leave one of the samples "
            "out");
  EXPECT_EQ(error_at({0, 1, 2, 3, 1.5, 4, 5}),
            "coordinate 4 is 1.5, behind 3 (coordinates all increase or all decrease) sort the "
            "samples by it");
  EXPECT_EQ(error_at({5, 4, 3, 2, 2.5, 1, 0}),
            "coordinate 4 is 2.5, behind 2 (coordinates all increase or all decrease) sort the "
            "samples by it");
  EXPECT_EQ(error_at({0, 1, std::nan(""), 3, 4, 5, 6}),
            "coordinate 2 is nan (places are finite) correct it");
  EXPECT_EQ(error_at({-HUGE_VAL, 1, 2, 3, 4, 5, 6}),
            "coordinate 0 is -inf (places are finite) correct it");
  EXPECT_EQ(error_at({0, 1, 2}),
            "there are 3 coordinates (the axis has 7 samples) pass one for each");
}

TEST(SampledGradient, RefusesOptionsThatDoNotExist) {
  const SampleGrid even = SampleGrid::spaced(1);
  for (const double spacing : {0.0, HUGE_VAL, std::nan("")})
    EXPECT_NE(error_of(SampleGrid::spaced(spacing)).find("it is a distance, finite and not 0"),
              std::string::npos);
  EXPECT_EQ(error_of(even, {.accuracy = 3}),
            "accuracy 3 (sampled data has 2, 4, 6 and 8) choose one of them");
  EXPECT_EQ(error_of(even, {.order = 9}),
            "order 9 (derivatives have the orders 1 to 8) choose one of them");
  EXPECT_EQ(error_of(even, {.order = 0}),
            "order 0 (derivatives have the orders 1 to 8) choose one of them");
  EXPECT_EQ(error_of(even, {.edge_order = 3}),
            "edge order 3 (there are 1 and 2) choose one of them");
  EXPECT_EQ(error_of(even, {.accuracy = 4, .edge_order = 2}),
            "edge order 2 does not go with order 1 and accuracy 4 (they make the edges as accurate "
            "as the inside) leave it out");
  EXPECT_EQ(error_of(even, {.accuracy = 8}),
            "the axis has 7 samples (order 1 with accuracy 8 takes 9) pass more, or ask for less");
  EXPECT_EQ(error_of([] { (void)differentiate(Numbers{1}, {}, {.edge_order = 1}); }),
            "the axis has 1 samples (order 1 with accuracy 2 takes 2) pass more, or ask for less");
  EXPECT_EQ(differentiate(Numbers{1, 4}, SampleGrid::spaced(0.5), {.edge_order = 1}),
            (Numbers{6, 6}));
}

TEST(SampledGradient, RefusesSizesThatDoNotMatch) {
  const SampleGrid even = SampleGrid::spaced(1);
  EXPECT_EQ(error_of(even, {}, {{2, 3}, 0}),
            "there are 7 samples (the extents 2 x 3 make 6) pass as many");
  EXPECT_EQ(error_of(even, {}, {{7}, 1}),
            "axis 1 (the array has the axes 0 to 0) choose one of them");
  EXPECT_EQ(error_of(even, {}, {{7, -1}, 0}), "extent 1 is -1 (it counts samples) correct it");
  EXPECT_EQ(error_of(even, {}, {{index_t{1} << 40, index_t{1} << 40}, 0}),
            "extents 1099511627776 x 1099511627776 overflow (no array is so large) correct them");
  Context context = Context::on("reference");
  Numbers samples = line;
  EXPECT_EQ(error_of([&] {
              sampled_gradient(context, VectorView<const double>(samples), {}, even,
                               VectorView<double>(samples.data(), 6));
            }),
            "there are 6 derivatives (and 7 samples; one each) pass as many");
  EXPECT_EQ(error_of([&] {
              sampled_gradient(context, VectorView<const double>(samples.data(), 4), {}, even,
                               VectorView<double>(samples.data() + 3, 4));
            }),
            "the derivatives overlap the samples (a sample is needed again after its derivative is "
            "written) pass another array");
  EXPECT_EQ(samples, line);
}

}  // namespace
}  // namespace batchgrad
