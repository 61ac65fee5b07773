#pragma once

// The CUDA language for a plain C++ compiler. Force-included before every translation unit with
// kernels, so that their sources need no #ifdef.

#include "layer/device/atomics.hpp"
#include "layer/device/barriers.hpp"
#include "layer/device/math.hpp"
#include "layer/device/memory.hpp"
#include "layer/device/qualifiers.hpp"
#include "layer/device/warp.hpp"
