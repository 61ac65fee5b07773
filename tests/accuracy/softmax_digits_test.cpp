// Softmax on handwritten digits: 5620 images of 8 x 8 counts, classes 0 to 9 (optdigits of the UCI
// repository), against the minimum that NumPy and SciPy find by another way: L-BFGS-B from zeros,
// then five Newton steps by conjugate gradients with exact Hessian products, until the largest
// entry of the gradient is below 1e-16. It has the penalty l2 / 2 |w|^2 with l2 = 1 on the mean
// loss; scikit-learn's LogisticRegression(C=1/5620, tol=1e-10) stops within 5e-11 of it.
#include <batchgrad/classes.hpp>
#include <batchgrad/dataset.hpp>
#include <batchgrad/fit.hpp>

#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace batchgrad {
namespace {

TEST(SoftmaxDigits, ReachTheMinimumAndItsAccuracy) {
  constexpr double minimum = 0.49483354809200486;
  constexpr index_t correct = 5376;
  const std::string path = std::string(BATCHGRAD_SHARED_DATA) + "/classification/optdigits.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  DatasetOptions roles;
  roles.target = "class";
  auto data = read_dataset<double>(path, roles);
  ASSERT_EQ(data.count(), 5620);
  const std::vector<std::string> names = encode_class_target(data);
  EXPECT_EQ(names, (std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}));

  FitOptions options;
  options.l2 = 1;
  options.standardise = Standardise::no;  // the penalty is on raw pixels: they are its scale
  options.tolerance = 1e-6;
  Context context = Context::on("cpu");
  const FitResult found = fit(context, data.samples(), SoftmaxLoss{10}, options);
  EXPECT_EQ(found.stop, Stop::gradient);
  EXPECT_LE(found.gradient_norm, 1e-6);
  EXPECT_NEAR(found.objective, minimum, 1e-9 * minimum);

  std::vector<index_t> classes(static_cast<std::size_t>(data.count()), -1);
  predict_classes<double>(data.features(), {found.coefficients.data(), 10, data.feature_count()},
                          found.intercepts, classes);
  index_t right = 0;
  for (index_t m = 0; m < data.count(); ++m)
    right += classes[static_cast<std::size_t>(m)] == static_cast<index_t>(data.target()[m]) ? 1 : 0;
  EXPECT_EQ(right, correct);
}

}  // namespace
}  // namespace batchgrad
