#include <batchgrad/error.hpp>
#include <batchgrad/loss_gradient.hpp>

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

#include "backend.hpp"
#include "descents.hpp"
#include "samples_check.hpp"
#include "set_options.hpp"

namespace batchgrad {
namespace {

void check_result(const LossGradient& result, index_t sets, index_t parameters) {
  const auto check_vector = [&](const char* name, VectorView<double> values) {
    if (!values.empty())
      detail::check_length(name, values.size(), sets, "one for each parameter set");
  };
  check_vector("objective", result.objective);
  check_vector("derivative_rms", result.derivative_rms);
  check_vector("held_out_loss", result.held_out_loss);
  if (!result.gradient.empty() &&
      (result.gradient.rows() != sets || result.gradient.columns() != parameters))
    throw InvalidArgument(fmt::format("gradient is {}x{} (parameters are {}x{}; they must match)",
                                      result.gradient.rows(), result.gradient.columns(), sets,
                                      parameters));
}

/// The entry of the gradient at w: where |w| has its kink, the subgradient of least size.
double with_penalty(double slope, double w, const detail::Penalty& penalty) {
  slope += penalty.l2 * w;
  if (w != 0) return slope + std::copysign(penalty.l1, w);
  if (std::fabs(slope) <= penalty.l1) return 0;
  return slope - std::copysign(penalty.l1, slope);
}

/// The objective and the gradient of one set, from its sums: a row for each block of parameters.
template <class T>
class SetResult {
 public:
  SetResult(MatrixView<const double> sums, VectorView<const T> parameters, index_t block_size)
      : sums_(sums),
        parameters_(parameters),
        block_size_(block_size),
        features_(sums.columns() - LossSumColumns::count) {}

  [[nodiscard]] double extra(index_t column) const {
    double sum = 0;
    for (index_t block = 0; block < sums_.rows(); ++block) sum += sums_(block, features_ + column);
    return sum;
  }

  [[nodiscard]] double penalty(const detail::Penalty& penalty) const {
    double square = 0;
    double magnitude = 0;
    for (index_t block = 0; block < sums_.rows(); ++block)
      for (index_t j = 0; j < features_; ++j) {
        const auto w = static_cast<double>(parameters_[block * block_size_ + j]);
        square += w * w;
        magnitude += std::fabs(w);
      }
    return penalty.l2 / 2 * square + penalty.l1 * magnitude;
  }

  void write_gradient(double weight, const detail::Penalty& penalty,
                      VectorView<double> gradient) const {
    for (index_t i = 0; i < gradient.size(); ++i) {
      const index_t j = i % block_size_;
      const double slope = sums_(i / block_size_, j) / weight;  // behind the features: intercept's
      gradient[i] =
          j < features_ ? with_penalty(slope, static_cast<double>(parameters_[i]), penalty) : slope;
    }
  }

 private:
  MatrixView<const double> sums_;
  VectorView<const T> parameters_;
  index_t block_size_;
  index_t features_;
};

/// The blocks of all sets one below the other, as backends take them: coefficients, intercepts.
template <class T>
class ParameterBlocks {
 public:
  ParameterBlocks(MatrixView<const T> parameters, index_t blocks, index_t block_size,
                  index_t features)
      : rows_(parameters.data(), parameters.rows() * blocks, block_size,
              blocks == 1 ? parameters.row_stride() : block_size),
        features_(features),
        intercepts_(static_cast<std::size_t>(rows_.rows())) {
    if (blocks > 1 && parameters.row_stride() != parameters.columns()) {
      for (index_t s = 0; s < parameters.rows(); ++s)
        compact_.insert(compact_.end(), parameters.row(s).begin(), parameters.row(s).end());
      rows_ = {compact_.data(), rows_.rows(), block_size};
    }
    if (block_size > features)
      for (index_t row = 0; row < rows_.rows(); ++row)
        intercepts_[static_cast<std::size_t>(row)] = rows_(row, features);
  }

  [[nodiscard]] MatrixView<const T> coefficients() const {
    return {rows_.data(), rows_.rows(), features_, rows_.row_stride()};
  }
  [[nodiscard]] VectorView<const T> intercepts() const { return intercepts_; }

 private:
  MatrixView<const T> rows_;
  std::vector<T> compact_;  // where the sets are padded
  index_t features_;
  std::vector<T> intercepts_;
};

}  // namespace

template <class T>
LossEvaluator<T>::LossEvaluator(Context& context, const Samples<T>& samples, const Loss& loss,
                                Intercept intercept)
    : samples_(samples),
      loss_(loss),
      suited_domains_{target_domain(loss)},
      block_size_(samples.feature_count() + (intercept == Intercept::fitted ? 1 : 0)),
      fold_weights_(detail::check_samples(samples, loss)) {
  sums_ = context.backend().loss_sums(samples);
}

template <class T>
LossEvaluator<T>::LossEvaluator(Context& context, const Samples<T>& samples,
                                const SoftmaxLoss& loss, Intercept intercept)
    : samples_(samples),
      classes_(loss.classes),
      block_size_(samples.feature_count() + (intercept == Intercept::fitted ? 1 : 0)),
      fold_weights_(detail::check_samples(samples, loss)) {
  sums_ = context.backend().loss_sums(samples);
}

template <class T>
LossEvaluator<T>::LossEvaluator(LossEvaluator&&) noexcept = default;
template <class T>
LossEvaluator<T>& LossEvaluator<T>::operator=(LossEvaluator&&) noexcept = default;
template <class T>
LossEvaluator<T>::~LossEvaluator() = default;

template <class T>
void LossEvaluator<T>::check(MatrixView<const computing_t<T>> parameters,
                             const LossGradient& result, const SetOptions& options) {
  const index_t features = samples_.feature_count();
  if (parameters.columns() != parameter_count())
    throw InvalidArgument(
        fmt::format("parameters are {}x{} (a set has {} entries: {}{} features{})",
                    parameters.rows(), parameters.columns(), parameter_count(),
                    classes_ > 0 ? fmt::format("{} classes of ", classes_) : "", features,
                    block_size_ > features ? " and the intercept, last" : ""));
  check_result(result, parameters.rows(), parameter_count());
  detail::check_set_options(options, parameters.rows(), fold_weights_);
  if (classes_ > 0 && !options.loss.empty())
    throw InvalidArgument(
        "sets have losses of their own (the evaluator's loss, softmax, is that of all sets) leave "
        "them out, or evaluate with another LossEvaluator");
  for (const Loss& loss : options.loss) check_loss(loss);
}

/// Targets are looked at once for each domain: a mini-batch must not cost a pass over all of them.
template <class T>
void LossEvaluator<T>::check_loss(const Loss& loss) {
  check_parameters(loss);
  const TargetDomain domain = target_domain(loss);
  if (std::find(suited_domains_.begin(), suited_domains_.end(), domain) != suited_domains_.end())
    return;
  detail::check_loss(samples_, loss);
  suited_domains_.push_back(domain);
}

template <class T>
void LossEvaluator<T>::operator()(MatrixView<const computing_t<T>> parameters,
                                  const LossGradient& result, const SetOptions& options) {
  check(parameters, result, options);
  evaluate({}, fold_weights_, parameters, result, options);
}

template <class T>
void LossEvaluator<T>::evaluate_rows(VectorView<const index_t> rows,
                                     MatrixView<const computing_t<T>> parameters,
                                     const LossGradient& result, const SetOptions& options) {
  check(parameters, result, options);
  detail::check_rows(rows, samples_.count());
  evaluate(rows, detail::fold_weights(samples_, rows, static_cast<index_t>(fold_weights_.size())),
           parameters, result, options);
}

template <class T>
std::unique_ptr<Descents> LossEvaluator<T>::descents(DescentPlan plan) {
  plan.classes = classes_;
  for (DescentSet& set : plan.sets) {
    const detail::SetWeights weights = detail::weights_of(fold_weights_, {&set.held_out, 1}, 0);
    set.facts.weight = weights.seen;
    set.facts.held_out_weight = weights.held_out;
  }
  return sums_->descents(plan);
}

template <class T>
void LossEvaluator<T>::evaluate(VectorView<const index_t> rows,
                                const std::vector<double>& fold_weights,
                                MatrixView<const computing_t<T>> parameters,
                                const LossGradient& result, const SetOptions& options) {
  const index_t sets = parameters.rows();
  if (sets == 0) return;

  const index_t features = samples_.feature_count();
  const ParameterBlocks<computing_t<T>> split(parameters, blocks(), block_size_, features);
  const index_t width = features + LossSumColumns::count;
  std::vector<double> storage(static_cast<std::size_t>(sets * blocks() * width));
  const MatrixView<double> sums(storage.data(), sets * blocks(), width);
  const detail::ExpandedSetOptions expanded(options, loss_, sets);
  const ParameterSets<T> parameter_sets{split.coefficients(), split.intercepts(), expanded.losses,
                                        expanded.held_out, classes_};
  if (rows.empty())
    sums_->evaluate(parameter_sets, sums);
  else
    sums_->evaluate_rows(rows, parameter_sets, sums);

  for (index_t s = 0; s < sets; ++s) {
    const SetResult<computing_t<T>> set(sums.row_range(s * blocks(), blocks()), parameters.row(s),
                                        block_size_);
    const detail::Penalty penalty = detail::penalty_of(options, s);
    detail::SetWeights weights = detail::weights_of(fold_weights, expanded.held_out, s);
    if (weights.seen == 0) weights.seen = 1;  // of a mini-batch; the sums are 0
    if (!result.objective.empty())
      result.objective[s] = set.extra(LossSumColumns::loss) / weights.seen + set.penalty(penalty);
    if (!result.derivative_rms.empty())
      result.derivative_rms[s] = std::sqrt(set.extra(LossSumColumns::square) / weights.seen);
    if (!result.held_out_loss.empty())
      result.held_out_loss[s] = set.extra(LossSumColumns::held_out_loss) / weights.held_out;
    if (!result.gradient.empty()) set.write_gradient(weights.seen, penalty, result.gradient.row(s));
  }
}

#define BATCHGRAD_WITH_STORAGE(T) template class LossEvaluator<T>;
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
