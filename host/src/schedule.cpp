#include <batchgrad/error.hpp>
#include <batchgrad/schedule.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numbers>
#include <type_traits>
#include <utility>

namespace batchgrad {
namespace {

double rate_of(const ConstantSchedule&, double rate, double, double) { return rate; }

double rate_of(const InverseSchedule& schedule, double rate, double t, double) {
  return rate / (1 + schedule.decay * t);
}

double rate_of(const StepSchedule& schedule, double rate, double t, double) {
  return rate * std::pow(schedule.factor, std::floor(t / static_cast<double>(schedule.every)));
}

double rate_of(const ExponentialSchedule& schedule, double rate, double t, double) {
  return rate * std::exp(-schedule.decay * t);
}

double rate_of(const CosineSchedule& schedule, double rate, double t, double all) {
  const double wave = (1 + std::cos(std::numbers::pi * t / all)) / 2;
  return schedule.floor + (rate - schedule.floor) * wave;
}

// The parameters of each schedule, by name: visitor(name, value).

template <class Visitor>
void visit_parameters(const ConstantSchedule&, Visitor&&) {}
template <class S, class Visitor>
requires requires(S& s) { s.decay; }
void visit_parameters(S& schedule, Visitor&& visitor) { visitor("decay", schedule.decay); }
template <class S, class Visitor>
requires requires(S& s) { s.every; }
void visit_parameters(S& schedule, Visitor&& visitor) {
  visitor("factor", schedule.factor);
  visitor("every", schedule.every);
}
template <class S, class Visitor>
requires requires(S& s) { s.floor; }
void visit_parameters(S& schedule, Visitor&& visitor) { visitor("floor", schedule.floor); }

template <std::size_t... I>
std::vector<Schedule> default_schedules(std::index_sequence<I...>) {
  return {Schedule(std::in_place_index<I>)...};
}
std::vector<Schedule> every_schedule() {
  return default_schedules(std::make_index_sequence<std::variant_size_v<Schedule>>{});
}

std::string_view name_of(const Schedule& schedule) {
  return std::visit([](const auto& s) { return std::string_view(s.name); }, schedule);
}

template <class Number>
Number parse_value(std::string_view text, std::string_view assignment) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    throw InvalidArgument(
        fmt::format("'{}' is not a {}number (in the schedule parameter '{}') write it as in "
                    "step:factor=0.5,every=100",
                    text, std::is_integral_v<Number> ? "whole " : "", assignment));
  return value;
}

void assign_parameter(Schedule& schedule, std::string_view assignment) {
  const auto equals = assignment.find('=');
  std::vector<std::string_view> known;
  bool found = false;
  const auto assign = [&](std::string_view name, auto& value) {
    known.push_back(name);
    if (equals == std::string_view::npos || assignment.substr(0, equals) != name) return;
    value = parse_value<std::remove_cvref_t<decltype(value)>>(assignment.substr(equals + 1),
                                                              assignment);
    found = true;
  };
  std::visit([&](auto& s) { visit_parameters(s, assign); }, schedule);
  if (found) return;
  if (known.empty())
    throw InvalidArgument(fmt::format("schedule '{}' has no parameter '{}' (it has none at all)",
                                      name_of(schedule), assignment.substr(0, equals)));
  throw InvalidArgument(fmt::format("'{}' sets no parameter of schedule '{}' write {}=NUMBER",
                                    assignment, name_of(schedule),
                                    fmt::join(known, "=NUMBER or ")));
}

void check(const ConstantSchedule&) {}

void check_decay(double decay, const char* instead) {
  if (!(decay > 0 && std::isfinite(decay)))
    throw InvalidArgument(
        fmt::format("decay is {} (what the learning rate loses per iteration is positive and "
                    "finite) {}",
                    decay, instead));
}
void check(const InverseSchedule& s) { check_decay(s.decay, "try 0.01, or schedule constant"); }
void check(const ExponentialSchedule& s) { check_decay(s.decay, "try 0.01, or schedule constant"); }

void check(const StepSchedule& schedule) {
  if (!(schedule.factor > 0 && schedule.factor <= 1))
    throw InvalidArgument(
        fmt::format("factor is {} (each drop leaves a share of the learning rate, above 0 and at "
                    "most 1) try 0.5",
                    schedule.factor));
  if (schedule.every < 1)
    throw InvalidArgument(fmt::format(
        "every is {} (there is at least 1 iteration between two drops) try 100", schedule.every));
}

void check(const CosineSchedule& schedule) {
  if (!(schedule.floor >= 0 && std::isfinite(schedule.floor)))
    throw InvalidArgument(fmt::format(
        "floor is {} (a learning rate is finite and not negative) use 0", schedule.floor));
}

}  // namespace

double rate_at(const Schedule& schedule, double learning_rate, index_t iteration,
               index_t max_iterations) {
  const auto t = static_cast<double>(iteration);
  const auto all = static_cast<double>(std::max(max_iterations, index_t{1}));
  return std::visit([&](const auto& s) { return rate_of(s, learning_rate, t, all); }, schedule);
}

Schedule parse_schedule(std::string_view text) {
  const auto colon = text.find(':');
  const auto name = text.substr(0, colon);
  for (Schedule schedule : every_schedule()) {
    if (name_of(schedule) != name) continue;
    for (auto start = colon; start != std::string_view::npos;) {
      const auto end = text.find(',', start + 1);
      assign_parameter(schedule, text.substr(start + 1, end - start - 1));
      start = end;
    }
    check_parameters(schedule);
    return schedule;
  }
  throw InvalidArgument(fmt::format("there is no schedule '{}' choose one of: {}", name,
                                    fmt::join(schedule_names(), ", ")));
}

std::string schedule_text(const Schedule& schedule) {
  std::string text(name_of(schedule));
  char separator = ':';
  const auto append = [&](std::string_view name, auto value) {
    text += fmt::format("{}{}={}", std::exchange(separator, ','), name, value);
  };
  std::visit([&](const auto& s) { visit_parameters(s, append); }, schedule);
  return text;
}

std::vector<std::string_view> schedule_names() {
  std::vector<std::string_view> names;
  for (const Schedule& schedule : every_schedule()) names.push_back(name_of(schedule));
  return names;
}

void check_parameters(const Schedule& schedule) {
  std::visit([](const auto& s) { check(s); }, schedule);
}

}  // namespace batchgrad
