// The gradient is the slope of the objective that is reported, whatever goes into it: losses x
// parts of samples (weights, ...) x intercept x penalties x storage x backend.
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <vector>

#include "devices.hpp"
#include "slope_case.hpp"

namespace batchgrad::test {
namespace {

class ObjectiveSlope : public OnDevice {
 protected:
  ObjectiveSlope() : OnDevice(1) {}  // a dozen samples are nothing to share

  template <class T, class L>
  void expect_slopes(const std::string& name, const char* storage, const L& loss, index_t classes) {
    for (const Has has : every_part)
      for (const Intercept intercept : {Intercept::none, Intercept::fitted}) {
        const SlopeData<T> data(loss, has, intercept);
        SlopeCase<T, L> problem(*context_, data.samples(), loss, classes, intercept);
        ++problems_;
        for (std::size_t i = 0; i < std::size(every_penalty); ++i) {
          if (!takes_penalty(i)) continue;
          const Penalties& penalties = every_penalty[i];
          SCOPED_TRACE(testing::Message()
                       << name << " in " << storage << ", parts " << static_cast<int>(has)
                       << ", intercept " << (intercept == Intercept::fitted) << ", l2 "
                       << penalties.l2 << ", l1 " << penalties.l1);
          problem.expect_slopes(penalties);
        }
      }
  }
  template <class L>
  void expect_slopes(const std::string& name, const L& loss, index_t classes) {
    expect_slopes<double>(name, "f64", loss, classes);
    expect_slopes<float>(name, "f32", loss, classes);
    expect_slopes<Bfloat16>(name, "bf16", loss, classes);
    expect_slopes<Float16>(name, "f16", loss, classes);
  }

  /// Penalties are added to sums without races by the same code on any backend: where races are
  /// looked for they take turns.
  [[nodiscard]] bool takes_penalty(std::size_t i) const {
#ifdef __SANITIZE_THREAD__
    return problems_ % std::size(every_penalty) == i;
#else
    return i < std::size(every_penalty);
#endif
  }

  std::size_t problems_ = 0;
};
INSTANTIATE_TEST_SUITE_P(On, ObjectiveSlope, testing::ValuesIn(every_device()), test_name);

TEST_P(ObjectiveSlope, IsTheGradientWhateverGoesIn) {
  for (const auto name : loss_names()) expect_slopes(std::string(name), parse_loss(name), 0);
  expect_slopes("softmax", SoftmaxLoss{slope_classes}, slope_classes);
}

}  // namespace
}  // namespace batchgrad::test
