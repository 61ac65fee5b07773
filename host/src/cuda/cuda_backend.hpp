#pragma once

#include <memory>
#include <vector>

#include "backend.hpp"

// The cuda backend as the rest of the library sees it: no CUDA header behind this one.

namespace batchgrad::cuda {

/// Limits that tests set to show that results do not depend on them. 0: as the device allows.
struct LaunchLimits {
  int most_blocks = 0;            ///< of a grid
  index_t most_chunk_blocks = 0;  ///< virtual blocks of X that are held on the device at a time
  index_t most_points = 0;        ///< points of derivatives, likewise
  index_t most_piece_rows = 0;    ///< rows of X by columns that are transposed at a time
};

/// Throws BackendUnavailable with the reason: no driver, no such device, device too old.
std::unique_ptr<Backend> make_backend(int ordinal, int threads, const LaunchLimits& limits = {});

/// Every device; a single unusable entry with the reason where there is none.
std::vector<DeviceInfo> list_devices();

}  // namespace batchgrad::cuda
