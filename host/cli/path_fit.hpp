#pragma once

#include <batchgrad/cross_validation.hpp>
#include <batchgrad/dataset.hpp>

#include <string>
#include <vector>

#include "fit_options.hpp"

namespace batchgrad::cli {

/// What the fits of a path have in common.
struct PathFit {
  const FitArguments& arguments;
  const std::vector<std::string>& classes;  ///< of a softmax
  const FitOptions& options;                ///< all but the l2
};

/// Fits each l2 of the path and prints the fits on standard output, one after the other. Returns
/// the exit code.
template <class T>
int print_path(Context& context, const Dataset<T>& dataset, const PathFit& path, Format format);

/// The loss of each l2 over the samples that its fits do not see.
template <class T>
CrossValidation score_path(Context& context, const Dataset<T>& dataset, const PathFit& path);

#define BATCHGRAD_WITH_STORAGE(T)                                                      \
  extern template int print_path(Context&, const Dataset<T>&, const PathFit&, Format); \
  extern template CrossValidation score_path(Context&, const Dataset<T>&, const PathFit&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad::cli
