#include <batchgrad/error.hpp>
#include <batchgrad/loss.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

namespace batchgrad {
namespace {

/// Calls visitor(name, value, range) for each parameter; most losses have none.
template <class L, class Visitor>
void for_each_parameter(L& loss, Visitor&& visitor) {
  if constexpr (requires { std::remove_const_t<L>::visit_parameters(loss, visitor); })
    std::remove_const_t<L>::visit_parameters(loss, visitor);
}

template <std::size_t... I>
std::vector<Loss> default_losses(std::index_sequence<I...>) {
  return {Loss(std::in_place_index<I>)...};
}
std::vector<Loss> every_loss() {
  return default_losses(std::make_index_sequence<std::variant_size_v<Loss>>{});
}

double parse_value(std::string_view text, std::string_view assignment) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw InvalidArgument(
        fmt::format("'{}' is not a number (in the loss parameter '{}') write "
                    "it as in huber:delta=1.5",
                    text, assignment));
  return value;
}

void assign_parameter(Loss& loss, std::string_view assignment) {
  const auto equals = assignment.find('=');
  const auto name = assignment.substr(0, equals);
  std::vector<std::string_view> known;
  bool found = false;
  std::visit(
      [&](auto& l) {
        for_each_parameter(l, [&](std::string_view parameter, double& value, OpenInterval) {
          known.push_back(parameter);
          if (parameter != name || equals == std::string_view::npos) return;
          value = parse_value(assignment.substr(equals + 1), assignment);
          found = true;
        });
      },
      loss);
  if (found) return;
  if (known.empty())
    throw InvalidArgument(
        fmt::format("loss '{}' has no parameter '{}' (it has none at all)", loss_name(loss), name));
  throw InvalidArgument(fmt::format("'{}' sets no parameter of loss '{}' write {}=NUMBER",
                                    assignment, loss_name(loss), fmt::join(known, "=NUMBER or ")));
}

/// Names are spelled with hyphens; underscores stand for them.
std::string hyphenated(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

}  // namespace

Loss parse_loss(std::string_view text) {
  auto colon = text.find(':');
  const std::string name = hyphenated(text.substr(0, colon));
  for (Loss loss : every_loss()) {
    if (loss_name(loss) != name) continue;
    while (colon != std::string_view::npos) {
      text.remove_prefix(colon + 1);
      colon = text.find(':');
      assign_parameter(loss, text.substr(0, colon));
    }
    check_parameters(loss);
    return loss;
  }
  throw InvalidArgument(
      fmt::format("there is no loss '{}' choose one of: {}", name, fmt::join(loss_names(), ", ")));
}

std::string loss_text(const Loss& loss) {
  std::string text(loss_name(loss));
  std::visit(
      [&](const auto& l) {
        for_each_parameter(l, [&](std::string_view name, double value, OpenInterval) {
          text += fmt::format(":{}={}", name, value);
        });
      },
      loss);
  return text;
}

std::string_view loss_name(const Loss& loss) {
  return std::visit([](const auto& l) { return std::string_view(l.name); }, loss);
}

std::vector<std::string_view> loss_names() {
  std::vector<std::string_view> names;
  for (const Loss& loss : every_loss()) names.push_back(loss_name(loss));
  return names;
}

TargetDomain target_domain(const Loss& loss) {
  return std::visit([](const auto& l) { return l.target_domain; }, loss);
}

void check_parameters(const Loss& loss) {
  std::visit(
      [&](const auto& l) {
        for_each_parameter(l, [&](std::string_view name, double value, OpenInterval range) {
          if (value > range.lower && value < range.upper) return;
          throw InvalidArgument(fmt::format("{} is {} (loss '{}' needs it above {} and below {})",
                                            name, value, loss_name(loss), range.lower,
                                            range.upper));
        });
      },
      loss);
}

}  // namespace batchgrad
