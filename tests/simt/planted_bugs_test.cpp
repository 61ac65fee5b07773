// Which bug is caught by what: each is planted in a kernel that is right without it, and each
// variant of the build (plain, AddressSanitizer with UndefinedBehaviorSanitizer, ThreadSanitizer,
// racecheck) is held to what it is known to catch.

#include <cuda_runtime.h>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

#include "planted_bug_runs.hpp"
#include "planted_copy_bugs.cuh"

namespace batchgrad::test {
namespace {

enum class Outcome {
  not_run,          // it would corrupt the test program itself
  unnoticed,        // the right result, no fault
  sometimes_wrong,  // a wrong result under some schedule
  always_wrong,     // a wrong result, or NaN, under every schedule
  fault,            // a fault that says `text`, under every schedule
  death             // a sanitizer ends the program and says `text`
};

struct Expectation {
  Outcome outcome;
  const char* text = "";
};

/// A run tells whether the result is right.
struct PlantedBug {
  const char* name;
  bool (*right)();
  bool (*planted)();
  Expectation plain, address, thread, race;
};

std::ostream& operator<<(std::ostream& out, const PlantedBug& bug) { return out << bug.name; }

const Expectation& expected(const PlantedBug& bug) {
#if defined(SIMT_RACECHECK)
  return bug.race;
#elif defined(SIMT_ASAN)
  return bug.address;
#elif defined(SIMT_TSAN)
  return bug.thread;
#else
  return bug.plain;
#endif
}

constexpr Expectation not_run{Outcome::not_run};
constexpr Expectation unnoticed{Outcome::unnoticed};
constexpr Expectation sometimes{Outcome::sometimes_wrong};
constexpr Expectation always{Outcome::always_wrong};
constexpr Expectation data_race{Outcome::death, "ThreadSanitizer: data race"};
constexpr Expectation race{Outcome::fault, "race on"};
constexpr Expectation uninitialised{Outcome::fault, "read of uninitialised"};
constexpr Expectation outside{Outcome::fault, "stopped before it damages the heap"};
constexpr Expectation heap_overflow{Outcome::death, "heap-buffer-overflow"};

constexpr Expectation fault(const char* text) { return {Outcome::fault, text}; }
constexpr Expectation death(const char* text) { return {Outcome::death, text}; }
#if defined(__clang__)  // does not look at the address of a struct that is copied
constexpr Expectation misaligned = not_run;
#else
constexpr Expectation misaligned = death("misaligned address");
#endif

// The same in every variant.
#define SIMT_EVERYWHERE(expectation) expectation, expectation, expectation, expectation
#define SIMT_COPY(bug) \
  reverses<bulk_copy_kernel<CopyBug::none>, 4>, reverses<bulk_copy_kernel<CopyBug::bug>, 4>
#define SIMT_CLUSTER(bug) exchanges<ClusterBug::none>, exchanges<ClusterBug::bug>
// A function template, without and with its bug.
#define SIMT_BOTH(...) __VA_ARGS__<false>, __VA_ARGS__<true>
#define SIMT_REVERSES(kernel) reverses<kernel<false>>, reverses<kernel<true>>
#define SIMT_WRITES_ONES(kernel) writes_ones<kernel<false>>, writes_ones<kernel<true>>

const PlantedBug planted_bugs[] = {
    // synchronisation            plain  asan+ubsan  tsan  racecheck
    {"ReadBeforeBarrier", SIMT_REVERSES(read_before_barrier_kernel), sometimes, sometimes,
     data_race, race},
    {"OverwriteBeforeBarrier", reverses<overwrite_before_barrier_kernel<false>, 4>,
     reverses<overwrite_before_barrier_kernel<true>, 4>, sometimes, sometimes, data_race, race},
    {"MissingSyncwarp", SIMT_BOTH(warp_tree), sometimes, sometimes, data_race, race},
    {"LostUpdate", SIMT_BOTH(lost_update), unnoticed, unnoticed, data_race, race},
    {"BlocksWriteOneAddress", SIMT_BOTH(all_blocks_write), sometimes, sometimes, sometimes, race},
    {"TicketWithoutFence", SIMT_BOTH(ticket_without_fence), unnoticed, unnoticed, unnoticed, race},
    {"CopyWaitedForTooLate", SIMT_REVERSES(wait_too_late_kernel), always, always, always,
     uninitialised},
    {"CopyWithoutBarrier", SIMT_REVERSES(copy_without_barrier_kernel), sometimes, sometimes,
     sometimes, fault("at planted_bugs.cuh:")},

    // bulk copies
    {"BulkCopyWaitedForTooLate", SIMT_COPY(waits_too_late), always, always, always, uninitialised},
    // Without racecheck a wrong result or a deadlock, as it happens.
    {"BulkCopyOverwrites", SIMT_COPY(overwrites), not_run, not_run, not_run, race},
    {"BulkCopyAnnouncedTooLong", SIMT_COPY(announces_too_much),
     SIMT_EVERYWHERE(fault("threads wait at CopyBarrier planted_copy_bugs.cuh:"))},
    {"BulkCopyOutlivesTheBlock", SIMT_COPY(never_waits),
     SIMT_EVERYWHERE(fault("before a bulk copy had landed"))},
    {"CopyBarrierArrivedAtTooOften", SIMT_COPY(arrives_too_often),
     SIMT_EVERYWHERE(fault("more threads arrive at a CopyBarrier"))},
    {"MisalignedBulkCopy", SIMT_COPY(misaligned), SIMT_EVERYWHERE(fault("misaligned bulk copy"))},
    {"CopyBarrierNotMade", SIMT_COPY(not_made), SIMT_EVERYWHERE(fault("before it is made"))},

    // clusters
    {"ClusterBeginsAtOnce", SIMT_CLUSTER(begins_at_once), SIMT_EVERYWHERE(fault("has not begun"))},
    {"ClusterReadsTooEarly", SIMT_CLUSTER(reads_too_early), always, always, always, uninitialised},
    {"ClusterAnnouncedTooMuch", SIMT_CLUSTER(announces_too_much),
     SIMT_EVERYWHERE(fault("threads wait at CopyBarrier planted_cluster_bugs.cuh:"))},
    {"ClusterEndsAtOnce", SIMT_CLUSTER(ends_at_once),
     SIMT_EVERYWHERE(fault("block of the cluster that has ended"))},

    // divergence
    {"BarrierUnderCondition", SIMT_WRITES_ONES(barrier_under_condition_kernel),
     SIMT_EVERYWHERE(fault("divergent barrier"))},
    {"BarrierOnBothBranches", SIMT_WRITES_ONES(barrier_on_both_branches_kernel),
     SIMT_EVERYWHERE(fault("64 threads wait at __syncthreads planted_bugs.cuh:"))},
    {"ReturnBeforeBarrier", SIMT_WRITES_ONES(return_before_barrier_kernel),
     SIMT_EVERYWHERE(fault("28 threads have returned: 100-127"))},
    {"DivergentShuffle", SIMT_WRITES_ONES(divergent_shuffle_kernel),
     SIMT_EVERYWHERE(fault("wait at __shfl_down_sync mask 0xffffffff planted_bugs.cuh:"))},
    {"DivergentTensorProduct", SIMT_WRITES_ONES(divergent_tensor_product_kernel),
     SIMT_EVERYWHERE(fault("wait at multiply_add_tile (A) mask 0xffffffff planted_bugs.cuh:"))},
    {"TwoShufflesOfOneMask", SIMT_WRITES_ONES(two_shuffles_of_one_mask_kernel),
     SIMT_EVERYWHERE(fault("lanes of one mask are at different warp operations"))},
    {"CallerNotInMask", SIMT_WRITES_ONES(caller_not_in_mask_kernel),
     SIMT_EVERYWHERE(fault("the calling lane is not in mask 0x0000ffff"))},
    {"ShuffleFromAbsentLane", SIMT_WRITES_ONES(shuffle_from_absent_lane_kernel),
     SIMT_EVERYWHERE(always)},
    {"LockNeverReleased", SIMT_BOTH(lock_never_released), SIMT_EVERYWHERE(fault("no progress"))},

    // memory
    {"SharedOutOfBounds", SIMT_WRITES_ONES(shared_out_of_bounds_kernel), not_run,
     death("out of bounds"), not_run, outside},
    {"DynamicSharedOutOfBounds", SIMT_BOTH(dynamic_shared_out_of_bounds), not_run, heap_overflow,
     not_run, outside},
    {"GlobalOutOfBounds", SIMT_BOTH(global_out_of_bounds), not_run, heap_overflow, not_run,
     outside},
    {"VectorPastTheTail", SIMT_BOTH(vector_past_the_tail), not_run, heap_overflow, not_run,
     fault("outside of an allocation")},
    {"MisalignedVector", SIMT_BOTH(misaligned_vector), misaligned, misaligned, not_run, not_run},
    {"UninitialisedShared", SIMT_WRITES_ONES(uninitialised_shared_kernel), always, always, always,
     uninitialised},
    {"UninitialisedDevice", SIMT_BOTH(uninitialised_device), always, always, always, uninitialised},
    {"UnwrittenOutput", SIMT_WRITES_ONES(unwritten_output_kernel), SIMT_EVERYWHERE(always)},
    {"IndexOverflow", [] { return writes_ones<index_overflow_kernel<false>>(3'000'000, 1000); },
     [] { return writes_ones<index_overflow_kernel<true>>(3'000'000, 1000); }, not_run,
     death("signed integer overflow"), not_run, not_run},
    {"HostPointer", SIMT_BOTH(host_pointer), SIMT_EVERYWHERE(fault("pointer to host memory"))},
    {"HostPointerInAView", SIMT_BOTH(host_view), SIMT_EVERYWHERE(fault("pointer to host memory"))},
    {"HostReadsDeviceMemory", SIMT_BOTH(host_reads_device_memory), not_run,
     death("use-after-poison"), not_run, not_run},
};

void prepare(const simt::Schedule& schedule) {
  simt::schedule = schedule;
  simt::cudart::reset();
}

// A launch that broke a rule leaves the device lost: then there is no result to read.
bool is_right(bool (*run)()) {
  try {
    return run();
  } catch (const CudaError&) {
    return false;
  }
}

class PlantedBugs : public testing::TestWithParam<PlantedBug> {
 protected:
  void TearDown() override { simt::cudart::reset(); }
};
INSTANTIATE_TEST_SUITE_P(All, PlantedBugs, testing::ValuesIn(planted_bugs),
                         testing::PrintToStringParamName());

TEST_P(PlantedBugs, AreNotSeenInTheRightText) {
  for (const simt::Schedule& schedule : schedules()) {
    SCOPED_TRACE(testing::PrintToString(schedule));
    prepare(schedule);
    EXPECT_TRUE(is_right(GetParam().right));
    EXPECT_EQ(simt::faults(), std::vector<std::string>());
    EXPECT_EQ(simt::cudart::leaks(), "");
  }
}

void expect_death(bool (*run)(), const char* text) {
  for (const simt::Schedule& schedule : {schedules()[1], schedules()[2]})
    EXPECT_DEATH(
        {
          prepare(schedule);
          is_right(run);
        },
        text);
}

void expect_fault(bool (*run)(), const char* text) {
  for (const simt::Schedule& schedule : schedules()) {
    SCOPED_TRACE(testing::PrintToString(schedule));
    prepare(schedule);
    is_right(run);
    std::string all;
    for (const std::string& one : simt::faults()) all += one + '\n';
    EXPECT_NE(all.find(text), std::string::npos) << all;
  }
}

TEST_P(PlantedBugs, AreCaught) {
  const auto [outcome, text] = expected(GetParam());
  if (outcome == Outcome::not_run) GTEST_SKIP() << "not for this variant of the build";
  if (outcome == Outcome::death) return expect_death(GetParam().planted, text);
  if (outcome == Outcome::fault) return expect_fault(GetParam().planted, text);
  std::size_t wrong = 0;
  for (const simt::Schedule& schedule : schedules()) {
    prepare(schedule);
    if (!is_right(GetParam().planted)) ++wrong;
    EXPECT_EQ(simt::faults(), std::vector<std::string>());
  }
  switch (outcome) {
    case Outcome::sometimes_wrong:
      EXPECT_GT(wrong, 0U);
      break;
    case Outcome::always_wrong:
      EXPECT_EQ(wrong, schedules().size());
      break;
    default:
      EXPECT_EQ(wrong, 0U);
  }
}

}  // namespace
}  // namespace batchgrad::test
