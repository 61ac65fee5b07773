// Features stored in 16 bits, on every backend: each number that can be stored is read exactly, and
// all sums agree with the reference within the bounds of the type that is computed with.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "curvature_case.hpp"
#include "devices.hpp"
#include "loss_gradient_case.hpp"
#include "mini_batch_case.hpp"
#include "softmax_case.hpp"

namespace batchgrad::test {
namespace {

/// Every number of 16 bits but infinities and what is none; `first` of them again behind the last.
template <class T>
std::vector<T> finite_numbers(index_t first) {
  std::vector<T> numbers;
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const T stored = T::from_bits(static_cast<unsigned short>(bits));
    if (std::isfinite(widen(stored))) numbers.push_back(stored);
  }
  numbers.insert(numbers.end(), numbers.begin(), numbers.begin() + first);
  return numbers;
}

class StorageParity : public OnDevice {
 protected:
  /// Calls body.operator()<T>() for each type.
  template <class Body>
  static void for_each_type(const Body& body) {
    {
      SCOPED_TRACE("bf16");
      body.template operator()<Bfloat16>();
    }
    SCOPED_TRACE("f16");
    body.template operator()<Float16>();
  }
};

INSTANTIATE_TEST_SUITE_P(On, StorageParity, testing::ValuesIn(parity_devices()), test_name);

/// One sample of derivative 1: the gradient is the sample, whatever its numbers are. All in one
/// row, and in rows that are too short for the widest packs, or have a kernel for their shape.
TEST_P(StorageParity, ReadsEveryNumberExactly) {
  for_each_type([&]<class T>() {
    const std::vector<float> target{-1};
    for (const index_t features : {63'491, 15'872, 512, 100, 32, 16, 15, 8, 7, 4, 3}) {
      const std::vector<T> numbers = finite_numbers<T>(features);
      const std::vector<float> parameters(static_cast<std::size_t>(features + 1), 0.0F);
      const auto count = static_cast<index_t>(numbers.size());
      // A sample at a time is not what a device is made for: there the short rows are a few of all.
      const bool takes_few = GetParam() == "cuda" && features < 512;
      const index_t step = takes_few ? 971 * features : features;
      for (index_t first = 0; first + features <= count; first += step) {
        const Samples<T> sample{{numbers.data() + first, 1, features}, target, {}, {}, {}, {}};
        std::vector<double> gradient(parameters.size(), std::nan(""));
        loss_gradient<T>(*context_, sample, SquaredLoss{}, {parameters.data(), 1, features + 1},
                         {{}, {gradient.data(), 1, features + 1}, {}, {}});
        for (index_t j = 0; j < features; ++j)
          ASSERT_EQ(gradient[static_cast<std::size_t>(j)],
                    static_cast<double>(numbers[static_cast<std::size_t>(first + j)]))
              << first + j << " of " << features;
      }
    }
  });
}

TEST_P(StorageParity, OfTheLossGradient) {
  for_each_type([&]<class T>() {
    for (const index_t features : {0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 257}) {
      SCOPED_TRACE(features);
      for (const index_t sets : {2, 11})
        LossGradientCase<T>(37, features, sets, Parts::all, Intercept::fitted)
            .expect_parity(*context_, HuberLoss{0.5});
    }
  });
}

/// Of one set, for which cuda has kernels of its own.
TEST_P(StorageParity, OfTheLossGradientOfOneSet) {
  for_each_type([&]<class T>() {
    for (const index_t features :
         {0, 1, 4, 7, 8, 12, 16, 17, 33, 64, 100, 257, 264, 516, 1023, 8192})
      for (const Parts parts : {Parts::bare, Parts::held_out}) {
        SCOPED_TRACE(features);
        LossGradientCase<T>(features > 500 ? 9 : 37, features, 1, parts, Intercept::fitted, 1)
            .expect_parity(*context_, HuberLoss{0.5});
      }
  });
}

TEST_P(StorageParity, OfEveryLoss) {
  for_each_type([&]<class T>() {
    const LossGradientCase<T> problem(19, 5, 1, Parts::all, Intercept::fitted);
    for (const auto name : loss_names()) {
      SCOPED_TRACE(name);
      problem.expect_parity(*context_, parse_loss(name));
    }
  });
}

TEST_P(StorageParity, OfTheLossGradientAtOddNumbersOfSamples) {
  for_each_type([&]<class T>() {
    for (const index_t samples : {1, 2, 31, 33, 128, 257, 1000})
      for (const index_t padding : {0, 3})
        LossGradientCase<T>(samples, 6, 3, samples % 2 == 0 ? Parts::bare : Parts::all,
                            Intercept::none, padding)
            .expect_parity(*context_, LogisticLoss{});
  });
}

TEST_P(StorageParity, OfTheLossGradientOverSeveralVirtualBlocks) {
  for_each_type([&]<class T>() {
    LossGradientCase<T>(60'001, 9, 2, Parts::all, Intercept::fitted)
        .expect_parity(*context_, HuberLoss{0.5});
  });
}

TEST_P(StorageParity, OfMoreFeaturesThanSharedMemoryHolds) {
  for_each_type([&]<class T>() {
    LossGradientCase<T>(3, 130'001, 1, Parts::bare, Intercept::fitted)
        .expect_parity(*context_, SquaredLoss{});
  });
}

TEST_P(StorageParity, OfSoftmax) {
  for_each_type([&]<class T>() {
    for (const index_t features : {0, 1, 8, 33})
      SoftmaxCase<T>({.samples = 37, .features = features, .classes = 3, .sets = 2, .padding = 1})
          .expect_parity(*context_);
  });
}

TEST_P(StorageParity, OfSecondOrder) {
  for_each_type([&]<class T>() {
    for (const index_t features : {0, 1, 7, 8, 9, 65}) {
      SCOPED_TRACE(features);
      CurvatureCase<T>(19, features, Parts::all, Intercept::fitted, 3)
          .expect_parity(*context_, LogisticLoss{});
    }
    CurvatureCase<T>(129, 9, Parts::bare, Intercept::fitted)
        .expect_parity(*context_, HuberLoss{0.5});
  });
}

TEST_P(StorageParity, OfAMiniBatchWithItsSamplesAsADataSet) {
  for_each_type([&]<class T>() {
    const MiniBatchCase<T> problem(300, 7, 33);
    EXPECT_EQ(problem.of_rows(*context_), problem.of_copy(*context_));
  });
}

TEST_P(StorageParity, OfTheWidenedFeaturesToTheBit) {
  // The same order of additions where a data set is one virtual block of one tile's rows; of two
  // sets of more features than groups take, since on cuda the kernels of others depend on the type.
  for_each_type([&]<class T>() {
    const LossGradientCase<T> problem(4, 600, 2, Parts::bare, Intercept::fitted);
    const std::vector<float> target = problem.target_of(SquaredLoss{});
    const Samples<T> stored = problem.samples_with(target);
    std::vector<float> wide;
    for (index_t m = 0; m < stored.count(); ++m)
      for (index_t j = 0; j < stored.feature_count(); ++j)
        wide.push_back(widen(stored.features(m, j)));
    const Samples<float> widened{{wide.data(), 4, 600}, target, {}, {}, {}, {}};
    std::vector<double> first(2 * 601, std::nan(""));
    std::vector<double> second(2 * 601, std::nan(""));
    loss_gradient<T>(*context_, stored, SquaredLoss{}, problem.parameters(),
                     {{}, {first.data(), 2, 601}, {}, {}});
    loss_gradient<float>(*context_, widened, SquaredLoss{}, problem.parameters(),
                         {{}, {second.data(), 2, 601}, {}, {}});
    EXPECT_EQ(first, second);
  });
}

}  // namespace
}  // namespace batchgrad::test
