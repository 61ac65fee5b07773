#pragma once

#include <batchgrad/core/one_of.hpp>
#include <batchgrad/stencil/backward.hpp>
#include <batchgrad/stencil/central.hpp>
#include <batchgrad/stencil/forward.hpp>

namespace batchgrad {

/// The list of stencils: a new one is its header and one word here.
template <template <class...> class Of>
using EveryStencil = Of<ForwardStencil, BackwardStencil, CentralStencil>;

using AnyStencil = EveryStencil<OneOf>;

}  // namespace batchgrad
