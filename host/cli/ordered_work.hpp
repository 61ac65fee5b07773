#pragma once

#include <batchgrad/core/view.hpp>

#include <functional>
#include <string>

namespace batchgrad::cli {

/// Makes `pieces` texts on `threads` threads and hands them to `consume` one after the other, in
/// order; while one thread hands over, the others make theirs. `make(piece, text)` appends to an
/// empty text. The first exception of either ends the work and is thrown here.
void make_in_order(index_t pieces, int threads,
                   const std::function<void(index_t, std::string&)>& make,
                   const std::function<void(index_t, const std::string&)>& consume);

}  // namespace batchgrad::cli
