// What descents on a device are made of beside their arithmetic: the order of batches, and the same
// bits whatever the grid and however much of X is on the device.
#include "cuda/cuda_backend.hpp"
#include "cuda/epoch_order.hpp"
#include "parity/descent_case.hpp"
#include "simt_test.hpp"
#include "solver/same_fit.hpp"

namespace batchgrad::test {
namespace {

class Descent : public SimtTest {};
BATCHGRAD_SIMT_SCHEDULES(Descent);

std::vector<index_t> rows_of(const cuda::BatchRows& batch) {
  if (!batch.are_on_device) return {batch.rows.begin(), batch.rows.end()};
  std::vector<index_t> rows(static_cast<std::size_t>(batch.rows.size()));
  EXPECT_EQ(cudaMemcpy(rows.data(), batch.rows.data(), rows.size() * sizeof(index_t),
                       cudaMemcpyDeviceToHost),
            cudaSuccess);
  return rows;
}

TEST_P(Descent, DrawsTheBatchesOfTheHost) {
  for (const index_t size : {1, 2, 3, 31, 33, 257}) {
    std::vector<index_t> rows;
    for (index_t i = 0; i < size; ++i) rows.push_back(3 * i + 1);
    detail::Batches expected(rows, 10, 7);
    detail::Batches drawn(rows, 10, 7);
    const cuda::Stream stream;
    cuda::EpochOrder order(drawn, true, stream);
    ASSERT_EQ(order.count(), expected.count());
    for (const index_t epoch : {0, 1, 5}) {
      SCOPED_TRACE(testing::Message() << size << " rows, epoch " << epoch);
      expected.shuffle(epoch);
      order.shuffle(epoch, stream);
      stream.synchronize();
      for (index_t b = 0; b < order.count(); ++b) {
        EXPECT_TRUE(order[b].are_on_device);
        EXPECT_EQ(rows_of(order[b]), std::vector<index_t>(expected[b].begin(), expected[b].end()));
      }
    }
  }
}

TEST_P(Descent, HasTheSameBitsWhateverTheGridAndTheMemory) {
  const DescentCase<double> data(130, 512);  // three virtual blocks
  FitSet by_all{HuberLoss{0.4}, {}};
  by_all.options.solver = Adam{.learning_rate = 0.01, .clip = {{}, 0.5}};
  by_all.options.max_iterations = 2;
  FitSet by_batches = by_all;
  by_batches.options.batch_size = 100;
  by_batches.options.max_epochs = 1;
  const std::vector<FitSet> sets{by_all, by_batches, by_all};
  Context context = Context::on("cuda:0");
  const auto expected = fit_sets(context, data.weighted(), sets);
  cuda::LaunchLimits limits;
  limits.most_blocks = 2;
  limits.most_chunk_blocks = 2;
  Context limited(cuda::make_backend(0, 1, limits));
  const auto found = fit_sets(limited, data.weighted(), sets);
  for (std::size_t s = 0; s < sets.size(); ++s) expect_same_fit(found[s], expected[s]);
}

}  // namespace
}  // namespace batchgrad::test
