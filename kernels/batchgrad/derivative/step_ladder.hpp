#pragma once

#include <batchgrad/derivative/node_set.hpp>

namespace batchgrad {

/// Central quotients with steps top, top/8, top/64, ..., from which `adaptive` chooses its step.
template <class T>
class StepLadder {
 public:
  static constexpr int most_levels = 15;

  BATCHGRAD_HD void start(T top, int order) {
    top_ = top;
    levels_ = (Limits<T>::digits - 4) / 3 < most_levels ? (Limits<T>::digits - 4) / 3 : most_levels;
    if (order > 2) levels_ = levels_ * 3 / 5;
    filled_ = 0;
  }
  BATCHGRAD_HD bool is_full() const { return filled_ == levels_; }
  /// The step of the next level.
  BATCHGRAD_HD T step() const { return step(filled_); }
  BATCHGRAD_HD T step(int level) const { return math::ldexp(top_, -3 * level); }

  /// A quotient; errors of f up to `noise` make it wrong by up to noise * amplification.
  BATCHGRAD_HD void add(T value, T noise, T amplification) {
    values_[filled_] = value;
    noise_[filled_] = noise;
    amplifications_[filled_] = amplification;
    ++filled_;
  }
  BATCHGRAD_HD void skip() { add(T(quiet_nan), T(0), T(0)); }

  /// When it is full: how wrong the fourth-order formula with each level's step may be.
  BATCHGRAD_HD void rank() {
    measure_noise();
    for (int k = 0; k < levels_; ++k) scores_[k] = score(k);
  }
  /// The best level that was not taken before; -1: none is left.
  BATCHGRAD_HD int take_best() {
    int best = -1;
    for (int k = 0; k < levels_; ++k)
      if (is_finite(scores_[k]) && (best < 0 || scores_[k] < scores_[best])) best = k;
    if (best >= 0) scores_[best] = T(infinity);
    return best;
  }

  /// How far larger steps agree on another derivative than `value`, of the given level: 0 if they
  /// do not. f may then be a staircase that is too fine for them, and `value` the slope of a step.
  BATCHGRAD_HD T other_plateau(int level, T value) const {
    T distance = T(0);
    for (int k = 0; k + 1 < level; ++k) {
      if (!is_finite(values_[k]) || !is_finite(values_[k + 1]) || !is_finite(values_[k + 2]))
        continue;
      const T coarse = (T(64) * values_[k + 1] - values_[k]) / T(63);
      const T fine = (T(64) * values_[k + 2] - values_[k + 1]) / T(63);
      const T away = math::fabs(fine - value);
      const T size = math::fabs(fine) < away ? math::fabs(fine) : away;
      if (math::fabs(coarse - fine) <= T(0.01) * size && away > T(8) * noise_[k + 2])
        distance = largest(distance, away);
    }
    return distance;
  }

 private:
  BATCHGRAD_HD int finer(int level) const {
    for (int k = level + 1; k < levels_; ++k)
      if (is_finite(values_[k])) return k;
    return -1;
  }
  /// The noise of f is what its size suggests or, if more, how much the three finest quotients
  /// differ. Where f is small, as at a zero or a minimum, its intermediate results are not; the
  /// size of f at the largest step stands for them, in part.
  BATCHGRAD_HD void measure_noise() {
    const int coarsest = finer(-1);
    T noise = coarsest < 0 ? T(0) : noise_[coarsest] / T(1024);
    int pairs = 0;
    for (int k = levels_ - 1; k >= 0 && pairs < 3; --k) {
      const int next = finer(k);
      if (next < 0 || !is_finite(values_[k])) continue;
      noise = largest(noise, math::fabs(values_[k] - values_[next]) / amplifications_[next]);
      ++pairs;
    }
    for (int k = 0; k < levels_; ++k) noise_[k] = largest(noise_[k], noise) * amplifications_[k];
  }
  BATCHGRAD_HD T score(int level) const {
    const int next = finer(level);
    if (next < 0 || !is_finite(values_[level])) return T(infinity);
    const T change = math::fabs(values_[level] - values_[next]);
    const T size = largest(math::fabs(values_[next]), change);
    T result = noise_[level] + (size > T(0) ? change * (change / size) : T(0));
    T excess = T(0);
    for (int k = next + 1; k < levels_; ++k) {
      const T difference = math::fabs(values_[k] - values_[next]) -
                           T(8) * (noise_[k] + noise_[next]) - change / T(16);
      if (difference > excess) excess = difference;
    }
    return result + excess;
  }

  T top_ = T(1);
  T values_[most_levels];
  T noise_[most_levels];
  T amplifications_[most_levels];
  T scores_[most_levels];
  int levels_ = 0;
  int filled_ = 0;
};

}  // namespace batchgrad
