#pragma once

#include <string>

#include "fit_options.hpp"

namespace batchgrad::cli {

// --loss takes the library's losses of one prediction a sample, and softmax, which is none of them.

/// Reads --loss. Errors: InvalidArgument for a text that is no loss.
void set_loss(FitArguments& arguments, const std::string& text);

/// "huber:delta=1.5", "softmax": the loss as --loss takes it.
[[nodiscard]] std::string loss_option_text(const FitArguments& arguments);

/// The names of the losses whose targets are labels: "logistic or squared-hinge".
[[nodiscard]] std::string label_losses();

/// Refuses the options that do not go with softmax.
void check_softmax_arguments(const FitArguments& arguments);

}  // namespace batchgrad::cli
