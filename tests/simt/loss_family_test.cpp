// The kernels for the loss gradient of one set, each row of their table: against the reference,
// with every part of a data set and any alignment; the same bits for every grid, schedule and
// alignment.
#include <cmath>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "columns_copy.hpp"
#include "cuda/loss_kernel_choice.hpp"
#include "cuda/one_set_launch.hpp"
#include "parity/loss_gradient_case.hpp"
#include "simt_test.hpp"

namespace batchgrad::test {
namespace {

constexpr cuda::Device device{.capability = 90, .processors = 4, .shared_bytes_block = 227 * 1024};

/// Device memory that begins `shift` elements behind a multiple of 16 bytes and ends with the last.
template <class T>
class ShiftedArray {
 public:
  ShiftedArray(VectorView<const T> values, index_t shift) : shift_(shift), size_(values.size()) {
    if (values.empty()) return;
    std::vector<T> shifted(static_cast<std::size_t>(shift));
    shifted.insert(shifted.end(), values.begin(), values.end());
    memory_.emplace(shifted);
  }
  [[nodiscard]] VectorView<const T> view() const {
    if (!memory_) return {};
    return {memory_->data() + shift_, size_};
  }

 private:
  std::optional<DeviceArray<T>> memory_;
  index_t shift_;
  index_t size_;
};

/// How a case is laid out and run.
struct Run {
  index_t shift = 0;       // of X and of all else, in elements
  index_t block_rows = 0;  // of a virtual block; 0: all in one
  int most_blocks = 0;     // of the grid
};

/// One launch of a kernel of the table.
template <class T>
class FamilyCase {
  using Computing = computing_t<T>;

 public:
  FamilyCase(index_t samples, index_t features, Parts parts)
      : parts_(parts), problem_(samples, features, 1, parts, Intercept::fitted) {}

  /// The sums of every virtual block.
  [[nodiscard]] std::vector<double> partials(index_t row, const Loss& loss, const Run& run) const {
    const std::vector<Computing> target = problem_.target_of(loss);
    const Samples<T> host = problem_.samples_with(target);
    const index_t features = host.feature_count();
    const bool by_columns = cuda::loss_kernel_table[row].is_by_columns();
    constexpr index_t line = 16 / static_cast<index_t>(sizeof(T));
    const index_t stride = (host.count() + line - 1) / line * line;
    const ColumnsCopy<T> columns(host.features, stride - host.count());
    const ShiftedArray<T> x(
        by_columns ? VectorView<const T>(columns.values())
                   : VectorView<const T>(host.features.data(), host.count() * features),
        run.shift);
    const ShiftedArray<Computing> y(host.target, run.shift);
    const ShiftedArray<Computing> weight(host.weight, run.shift);
    const ShiftedArray<Computing> offset(host.offset, run.shift);
    const ShiftedArray<Computing> centre(host.centre, run.shift);
    const ShiftedArray<fold_t> fold(host.fold, run.shift);
    const DeviceArray<Computing> coefficients(std::vector<Computing>(
        problem_.parameters().data(), problem_.parameters().data() + features));
    const DeviceArray<Computing> intercept(
        std::vector<Computing>{problem_.parameters()(0, features)});
    const index_t rows = run.block_rows > 0 ? run.block_rows : host.count();
    const index_t blocks = (host.count() + rows - 1) / rows;
    const DeviceArray<double> partials(static_cast<std::size_t>(blocks * width()));
    AnyLoss any;
    std::visit([&](const auto& one) { any = one; }, loss);
    cuda::Device limited = device;
    limited.limits.most_blocks = run.most_blocks;
    const T* values = x.view().data();
    const cuda::OneSetTask<T> task{
        {{by_columns ? FeatureView<const T>::by_columns(values, host.count(), features, stride)
                     : FeatureView<const T>(values, host.count(), features),
          y.view(), weight.view(), offset.view(), centre.view(), fold.view()},
         {host.count(), rows, blocks},
         0,
         blocks},
        coefficients.data(),
        intercept.data(),
        any,
        parts_ == Parts::held_out ? 0 : no_fold,
        partials.data()};
    const cuda::Stream stream;
    cuda::launch_one_set(row, limited, task, stream);
    stream.synchronize();
    return partials.host();
  }

  /// What LossGradientCase::evaluate returns, made of these sums.
  [[nodiscard]] std::vector<double> evaluate(index_t row, const Loss& loss, const Run& run) const {
    auto sums = partials(row, loss, run);
    const index_t count = static_cast<index_t>(sums.size()) / width();
    tree_sum(sums.data(), count, width(), width());
    const auto [weight, held_out_weight] = weights();
    const index_t features = problem_.samples().feature_count();
    const double* last = sums.data() + features;
    std::vector<double> result{
        last[LossSumColumns::loss] / weight, std::sqrt(last[LossSumColumns::square] / weight),
        held_out_weight > 0 ? last[LossSumColumns::held_out_loss] / held_out_weight : 0.0};
    for (index_t j = 0; j <= features; ++j)
      result.push_back(sums[static_cast<std::size_t>(j)] / weight);
    return result;
  }

  void expect_parity(index_t row, const Loss& loss, const Run& run) const {
    auto reference = Context::on("reference");
    const auto expected = problem_.evaluate(reference, loss);
    const auto bounds = problem_.bounds(loss);
    const auto actual = evaluate(row, loss, run);
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i)
      ASSERT_TRUE(is_within(actual[i], expected[i], bounds[i])) << "entry " << i;
  }

 private:
  [[nodiscard]] index_t width() const {
    return problem_.samples().feature_count() + LossSumColumns::count;
  }
  [[nodiscard]] std::pair<double, double> weights() const {
    const Samples<T>& samples = problem_.samples();
    double seen = 0;
    double held_out = 0;
    for (index_t m = 0; m < samples.count(); ++m) {
      const bool is_held_out = parts_ == Parts::held_out && samples.fold[m] == 0;
      (is_held_out ? held_out : seen) += samples.weight.empty() ? 1.0 : samples.weight[m];
    }
    return {seen, held_out};
  }

  Parts parts_;
  LossGradientCase<T> problem_;
};

/// test(row's place, T of its elements), for each type that the row has
template <class Test>
void for_each_kernel(const Test& test) {
  for (index_t row = 0; row < cuda::loss_kernel_rows; ++row) {
    const auto try_type = [&]<class T>(T one, const char* type) {
      if (!cuda::loss_kernel_table[row].has(sizeof(T))) return;
      const testing::ScopedTrace trace(__FILE__, __LINE__,
                                       "row " + std::to_string(row) + " of " + type);
      test(row, one);
    };
    try_type(Bfloat16(1.0), "bf16");
    try_type(Float16(1.0), "f16");
    try_type(1.0F, "float");
    try_type(1.0, "double");
  }
}

/// The most features that a kernel takes, or some that leave lanes without work.
template <class T>
index_t features_of(const cuda::LossKernelRow& row, bool most) {
  const bool is_exact =
      row.kernel == cuda::LossKernel::row_thread && row.unit == cuda::LoadUnit::piece;
  const index_t most_features = row.most_features(sizeof(T));
  if (row.kernel == cuda::LossKernel::cluster)  // more than half of what 2 or 8 blocks take
    return most_features / (most ? 8 : 2) + row.feature_unit(sizeof(T));
  if (most || is_exact || most_features < 5) return most_features;
  const index_t features = most_features * 4 / 5;
  return features - features % row.feature_unit(sizeof(T));
}

/// Few where rows are long.
index_t samples_of(index_t features) {
  return features > 20'000 ? 3 : features > 4000 ? 7 : features > 200 ? 37 : 83;
}

class LossFamily : public SimtTest {};
BATCHGRAD_SIMT_SCHEDULES(LossFamily);

/// Over the five schedules every kernel sees every part and, where it takes any, every alignment,
/// or five of the eight of 16 bits. One block of threads for all virtual blocks sends more tiles
/// through a ring than it has stages.
TEST_P(LossFamily, AgreesWithTheReference) {
  const auto [order, seed] = GetParam();
  const index_t turn = order == simt::Order::ascending    ? 0
                       : order == simt::Order::descending ? 1
                                                          : 1 + static_cast<index_t>(seed);
  constexpr Parts parts[] = {Parts::bare, Parts::weight, Parts::centre, Parts::all,
                             Parts::held_out};
  for_each_kernel([&]<class T>(index_t row, T) {
    const cuda::LossKernelRow& kernel = cuda::loss_kernel_table[row];
    const index_t features = features_of<T>(kernel, (row + turn) % 2 == 0);
    const index_t alignments = 16 / index_t{sizeof(T)};
    const index_t shift = kernel.unit == cuda::LoadUnit::piece ? 0 : (3 * turn + row) % alignments;
    FamilyCase<T>(samples_of(features), features, parts[(row + turn) % 5])
        .expect_parity(
            row, HuberLoss{0.5},
            {.shift = shift, .block_rows = 16, .most_blocks = static_cast<int>(turn % 2)});
  });
}

TEST_P(LossFamily, GivesTheSameBitsForEveryGridAndSchedule) {
  for_each_kernel([&]<class T>(index_t row, T) {
    const index_t features = features_of<T>(cuda::loss_kernel_table[row], row % 2 == 0);
    if (features > 600) return;  // the same code as of shorter rows
    const FamilyCase<T> problem(70, features, Parts::all);
    const auto expected =
        problem.partials(row, LogisticLoss{}, {.block_rows = 32, .most_blocks = 1});
    simt::schedule = {simt::Order::ascending, 1};
    EXPECT_EQ(problem.partials(row, LogisticLoss{}, {.block_rows = 32}), expected);
    simt::schedule = GetParam();
  });
}

TEST_P(LossFamily, GivesTheSameBitsForEveryGridOfClusters) {
  const FamilyCase<float> problem(7, 17'040, Parts::all);
  const index_t row = cuda::choose_loss_kernel({17'040, 4, true, device.shared_bytes_block});
  ASSERT_EQ(cuda::loss_kernel_table[row].kernel, cuda::LossKernel::cluster);
  const auto expected = problem.partials(row, LogisticLoss{}, {.block_rows = 2, .most_blocks = 1});
  simt::schedule = {simt::Order::ascending, 1};
  EXPECT_EQ(problem.partials(row, LogisticLoss{}, {.block_rows = 2}), expected);
  simt::schedule = GetParam();
}

TEST(LossFamilyBits, DoNotDependOnTheAlignment) {
  for_each_kernel([&]<class T>(index_t row, T) {
    const cuda::LossKernelRow& kernel = cuda::loss_kernel_table[row];
    if (kernel.unit == cuda::LoadUnit::piece || kernel.most_features(sizeof(T)) > 600) return;
    const FamilyCase<T> problem(61, features_of<T>(kernel, true), Parts::all);
    const auto expected = problem.partials(row, SquaredLoss{}, {});
    for (index_t shift = 1; shift < static_cast<index_t>(16 / sizeof(T)); ++shift)
      EXPECT_EQ(problem.partials(row, SquaredLoss{}, {.shift = shift}), expected);
  });
}

/// So many samples that every thread carries its sums on in double before the block ends.
TEST(LossFamilyChains, EndInDouble) {
  FamilyCase<float>(30'000, 1, Parts::bare)
      .expect_parity(cuda::choose_loss_kernel({1, 4, true, device.shared_bytes_block}),
                     SquaredLoss{}, {});
  FamilyCase<float>(9'000, 16, Parts::all)
      .expect_parity(cuda::choose_loss_kernel({16, 4, true, device.shared_bytes_block}),
                     LogCoshLoss{}, {});
  FamilyCase<Bfloat16>(9'000, 16, Parts::all)
      .expect_parity(cuda::choose_loss_kernel({16, 2, true, device.shared_bytes_block}),
                     LogCoshLoss{}, {});
  FamilyCase<Float16>(2'000, 64, Parts::all)
      .expect_parity(cuda::choose_loss_kernel({64, 2, true, device.shared_bytes_block}),
                     LogCoshLoss{}, {});
  FamilyCase<float>(300, 516, Parts::all)
      .expect_parity(cuda::choose_loss_kernel({516, 4, true, device.shared_bytes_block}),
                     LogCoshLoss{}, {});
  FamilyCase<float>(17'003, 3, Parts::all)
      .expect_parity(
          cuda::choose_loss_kernel({3, 4, true, device.shared_bytes_block, 1, 0, Layout::columns}),
          LogCoshLoss{}, {});
}

}  // namespace
}  // namespace batchgrad::test
