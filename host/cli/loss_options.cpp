#include "loss_options.hpp"

#include <batchgrad/error.hpp>
#include <batchgrad/loss/softmax.hpp>

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>
#include <vector>

#include "arguments.hpp"

namespace batchgrad::cli {

void set_loss(FitArguments& arguments, const std::string& text) {
  const auto colon = std::min(text.find(':'), text.size());
  const std::string name = hyphenated(text.substr(0, colon));
  arguments.is_softmax = name == SoftmaxLoss::name;
  if (arguments.is_softmax && colon < text.size())
    throw InvalidArgument("loss 'softmax' has no parameters (the target says its classes)");
  const auto names = loss_names();
  if (!arguments.is_softmax && std::find(names.begin(), names.end(), name) == names.end())
    throw InvalidArgument(fmt::format("there is no loss '{}' choose one of: {}, {}", name,
                                      fmt::join(names, ", "), SoftmaxLoss::name));
  if (!arguments.is_softmax) arguments.loss = parse_loss(name + text.substr(colon));
}

std::string loss_option_text(const FitArguments& arguments) {
  return arguments.is_softmax ? SoftmaxLoss::name : loss_text(arguments.loss);
}

std::string label_losses() {
  std::vector<std::string_view> names;
  for (const std::string_view name : loss_names())
    if (holds_labels(target_domain(parse_loss(name)))) names.push_back(name);
  return fmt::format("{}", fmt::join(names, " or "));
}

void check_softmax_arguments(const FitArguments& arguments) {
  const auto refuse = [](bool given, const char* option, const char* why) {
    if (given)
      throw UsageError(
          fmt::format("{} does not go with --loss {} {}", option, SoftmaxLoss::name, why));
  };
  refuse(!arguments.offset.empty(), "--offset",
         "(added to the predictions of all classes it changes nothing) leave it out");
  refuse(arguments.positive.has_value(), "--positive",
         "(it has no positive class) use --loss logistic for two classes");
  refuse(arguments.errors, "--errors",
         "(coefficients of all classes can move together and predict the same) use --loss logistic "
         "for two classes, or leave it out");
  constexpr const char* why =
      "(it needs losses of one prediction a sample) use lbfgs, which is auto then";
  refuse(arguments.solver.choice == SolverChoice::newton, "--solver newton", why);
  refuse(arguments.solver.choice == SolverChoice::gram, "--solver gram", why);
}

}  // namespace batchgrad::cli
