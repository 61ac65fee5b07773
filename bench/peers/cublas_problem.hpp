#pragma once

#include <batchgrad/core/portability.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace batchgrad::bench {

/// TYPE:SAMPLES:FEATURES[:warm], as loss_gradient_peer.py takes it.
struct Case {
  std::string type;
  index_t samples = 0;
  index_t features = 0;
  std::string residence = "kernel";
};

inline Case parse_case(const std::string& text) {
  Case found;
  std::string samples;
  std::string features;
  std::istringstream parts(text);
  std::getline(parts, found.type, ':');
  std::getline(parts, samples, ':');
  std::getline(parts, features, ':');
  std::getline(parts, found.residence);
  if (found.residence.empty()) found.residence = "kernel";
  found.samples = std::atoll(samples.c_str());
  found.features = std::atoll(features.c_str());
  if (found.samples < 1 || found.features < 1)
    throw std::invalid_argument(text + " is not TYPE:SAMPLES:FEATURES[:warm]");
  return found;
}

/// Random rows, repeated until there are enough, and the gradient over all in double.
template <class T>
struct Problem {
  index_t rows;
  std::vector<T> x;
  std::vector<T> y;
  std::vector<T> w;
  std::vector<double> gradient;

  explicit Problem(const Case& of)
      : rows(std::min(of.samples, std::max(index_t{1}, (index_t{1} << 22) / of.features))),
        gradient(static_cast<std::size_t>(of.features)) {
    std::mt19937_64 bits(1);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    for (index_t i = 0; i < rows * of.features; ++i) x.push_back(static_cast<T>(normal(bits)));
    const double scale = 0.5 / std::sqrt(static_cast<double>(of.features));
    for (index_t j = 0; j < of.features; ++j) w.push_back(static_cast<T>(scale * normal(bits)));
    for (index_t m = 0; m < rows; ++m) {
      const auto copies = static_cast<double>(of.samples / rows + (m < of.samples % rows ? 1 : 0));
      const T* row = x.data() + m * of.features;
      double z = 0;
      for (std::size_t j = 0; j < w.size(); ++j) z += static_cast<double>(row[j]) * w[j];
      // Labels are drawn with twice the parameters, so that the gradient is not 0 but for noise.
      y.push_back(uniform(bits) < 1 / (1 + std::exp(-2 * z)) ? T(1) : T(0));
      const double residual = copies * (1 / (1 + std::exp(-z)) - static_cast<double>(y.back()));
      for (std::size_t j = 0; j < w.size(); ++j)
        gradient[j] += residual * static_cast<double>(row[j]);
    }
  }
  [[nodiscard]] double error(const std::vector<T>& found) const {
    double difference = 0;
    double norm = 0;
    for (std::size_t j = 0; j < gradient.size(); ++j) {
      difference += std::pow(static_cast<double>(found[j]) - gradient[j], 2);
      norm += std::pow(gradient[j], 2);
    }
    return std::sqrt(difference / norm);
  }
};

}  // namespace batchgrad::bench
