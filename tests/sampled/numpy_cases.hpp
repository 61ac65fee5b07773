#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/sampled_gradient.hpp>

#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace batchgrad::test {

using Numbers = std::vector<double>;

/// On the reference backend.
template <class T>
std::vector<T> differentiate(const std::vector<T>& samples, const SampleGrid& grid,
                             const SampledGradientOptions& options = {},
                             const SampleLayout& layout = {}) {
  Context context = Context::on("reference");
  std::vector<T> derivatives(samples.size(), std::numeric_limits<T>::quiet_NaN());
  sampled_gradient(context, VectorView<const T>(samples), layout, grid, VectorView<T>(derivatives),
                   options);
  return derivatives;
}

/// Numbers between spaces.
inline Numbers numbers(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<double>(stream), {}};
}

inline const Numbers line = {0.3, -1.2, 2.7, 0.1, 5.5, -3.25, 4};
inline const Numbers uneven = {-1, -0.25, 0, 0.125, 1.5, 1.75, 4};
inline const Numbers block = numbers(
    "1 2.5 -3 0.5 4 1 2 2 7.5 3 1 0 -2 6 5 8 -1 0.25 1 1 2 3 5 8 13 21 34 0.1 0.7 0.4 "
    "9 -9 3 2 7 1 ");

struct NumpyCase {
  Numbers samples;  // `line`, or `block` of 4 x 3 x 3
  index_t axis;
  double spacing;
  Numbers coordinates;
  int edge_order;
  Numbers expected;

  [[nodiscard]] SampleLayout layout() const {
    return {samples.size() == line.size() ? std::vector<index_t>{} : std::vector<index_t>{4, 3, 3},
            axis};
  }
};

/// numpy.gradient(samples, spacing or coordinates, axis=axis, edge_order=edge_order), NumPy 2.4.6.
inline std::vector<NumpyCase> numpy_cases() {
  return {
      {line, 0, 0.125, {}, 1, numbers("-12 9.600000000000001 5.2 11.2 -13.4 -6 58")},
      {line, 0, 1, uneven, 1,
       numbers("-2 11.200000000000001 -8.666666666666668 -18.739393939393942 -29.011188811188813 "
               "-31.177777777777777 3.2222222222222223")},
      {line,
       0,
       0.125,
       {},
       2,
       numbers("-33.599999999999994 9.600000000000001 5.2 11.2 -13.4 -6 122")},
      {line, 0, 1, uneven, 2,
       numbers("-15.200000000000001 11.200000000000001 -8.666666666666668 -18.739393939393942 "
               "-29.011188811188813 -31.177777777777777 37.62222222222223")},
      {block,
       0,
       0.5,
       {},
       1,
       numbers("4 -3 6 -5 4 8 12 -6 -14.5 0 -1.5 5 2.5 1 7 11 19 26.5 -2.9 -0.30000000000000004 "
               "0.4 11 -15 -2 -6 8 0.75 -1.8 -0.6000000000000001 -3.2 12 -28 -10 -22 -28 -66")},
      {block,
       0,
       0.5,
       {},
       2,
       numbers("8 -4.5 7 -12.5 7 9 13 -31 -55.5 0 -1.5 5 2.5 1 7 11 19 26.5 -2.9 "
               "-0.30000000000000004 0.4 11 -15 -2 -6 8 0.75 -0.7 -0.9000000000000004 -6.8 13 -41 "
               "-18 -38 -64 -132.75")},
      {block,
       1,
       0.5,
       {},
       1,
       numbers("-1 3 8 1 -0.5 10.5 3 -4 13 -10 10 10 5 -2 0.25 20 -14 -9.5 4 8 12 12 20 32 20 32 "
               "52 17.8 -19.4 5.2 1.9 6.3 0.6 -14 32 -4")},
      {block,
       1,
       0.5,
       {},
       2,
       numbers("-3 6.5 5.5 1 -0.5 10.5 5 -7.5 15.5 -25 22 19.75 5 -2 0.25 35 -26 -19.25 -4 -4 -8 "
               "12 20 32 28 44 72 33.7 -45.1 9.8 1.9 6.3 0.6 -29.9 57.7 -8.6")},
      {block,
       2,
       0.5,
       {},
       1,
       numbers("3 -4 -11 7 0.5 -6 0 5.5 11 -4 -3 -2 16 7 -2 -18 -7.75 2.5 0 1 2 4 5 6 16 21 26 1.2 "
               "0.30000000000000004 -0.5999999999999999 -36 -6 24 10 -1 -12")},
      {block,
       2,
       0.5,
       {},
       2,
       numbers("10 -4 -18 13.5 0.5 -12.5 -5.5 5.5 16.5 -5 -3 -1 25 7 -11 -28.25 -7.75 12.75 -1 1 3 "
               "3 5 7 11 21 31 2.1 0.30000000000000004 -1.4999999999999996 -66 -6 54 21 -1 -23")},
      {block,
       0,
       1,
       {0, 1, 3, 3.5},
       2,
       numbers("3.0000000000000004 -1.9999999999999998 3.6666666666666665 -4.166666666666666 "
               "2.833333333333334 4.833333333333334 7.166666666666668 -7.666666666666666 "
               "-15.291666666666666 1 -0.9999999999999999 2.3333333333333335 -0.8333333333333333 "
               "1.1666666666666667 3.166666666666667 4.833333333333334 1.6666666666666667 "
               "0.7916666666666661 -1.6400000000000001 -0.4800000000000002 -2.36 "
               "10.100000000000001 -22.5 -7.699999999999999 -17.1 -20.199999999999996 -49.425 "
               "-1.9600000000000002 -0.72 -4.04 13.899999999999999 -33.5 -12.3 -26.9 -35.8 "
               "-82.57499999999999")},
      {block,
       2,
       1,
       {0, 2, 2.5},
       1,
       numbers("0.75 -8.65 -11 1.75 -4.449999999999999 -6 0 8.8 11 -1 -1.8 -2 4 "
               "-0.8000000000000007 -2 -4.5 1.1 2.5 0 1.6 2 1 5.000000000000001 6 4 "
               "21.60000000000001 26 0.3 -0.4199999999999997 -0.5999999999999999 -9 17.4 24 2.5 "
               "-9.1 -12")},
  };
}

}  // namespace batchgrad::test
