#pragma once

#include <batchgrad/loss/losses.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace batchgrad {

/// A regression loss: SquaredLoss{}, HuberLoss{1.5}, ... Each is one header in batchgrad/loss/
/// with its formulas. Softmax, which takes a prediction for each class, is none of them: where
/// it goes, functions take a SoftmaxLoss (batchgrad/loss/softmax.hpp) as well.
using Loss = EveryLoss<std::variant>;

/// The loss spelled `text`: its name, then its parameters where the defaults do not fit, as in
/// "squared" or "huber:delta=1.5". Underscores in a name stand for hyphens: "log_cosh" is
/// "log-cosh". Errors: InvalidArgument for an unknown name, an unknown parameter, or a value out of
/// range; it lists what exists.
[[nodiscard]] Loss parse_loss(std::string_view text);

/// The text that parse_loss reads back to the same loss: "huber:delta=1.5".
[[nodiscard]] std::string loss_text(const Loss& loss);

/// The name alone: "huber".
[[nodiscard]] std::string_view loss_name(const Loss& loss);

/// The names of all losses, in the order of the list.
[[nodiscard]] std::vector<std::string_view> loss_names();

/// Which targets the loss is defined for.
[[nodiscard]] TargetDomain target_domain(const Loss& loss);

/// Throws InvalidArgument where a parameter of the loss is outside its range.
void check_parameters(const Loss& loss);

}  // namespace batchgrad
