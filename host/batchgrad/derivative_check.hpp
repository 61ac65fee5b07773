#pragma once

#include <batchgrad/context.hpp>
#include <batchgrad/derivative_options.hpp>
#include <batchgrad/expression.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace batchgrad {

/// Why methods disagree about a derivative: the first of these that holds.
///   kink           the slopes on the left and on the right differ: there is no derivative
///   cancellation   f subtracts nearly equal numbers: the rounding errors of its values, divided by
///                  the step, are as large as the disagreement
///   ad_trap        a difference is fine, but an exact method is not finite (0 times infinity, the
///                  root of 0), takes a branch made for this point alone, or contradicts the other
///   difference     no difference vouches for itself: their statuses are not ok
///   unexplained    none of these
enum class Cause : unsigned char { kink, cancellation, ad_trap, difference, unexplained };
inline constexpr index_t cause_count = 5;

/// "ad-trap" as users read it.
[[nodiscard]] std::string_view cause_name(Cause cause);

struct CheckOptions {
  /// At least two. Without a difference among them, adaptive is asked about disagreements.
  std::vector<Method> methods = {Method::symbolic, Method::forward_ad, Method::adaptive};
  double absolute_tolerance = 1e-9;
  double relative_tolerance = 1e-6;
  index_t shown = 10;  ///< how many disagreements are kept in detail
};

/// What methods say about one derivative where they disagree.
struct Disagreement {
  index_t point = 0;   ///< counted over all points that were checked
  index_t column = 0;  ///< of the derivatives, as of DerivativeOutput
  std::vector<double> x;
  std::vector<Estimate<double>> estimates;  ///< of each method
  Cause cause = Cause::unexplained;
  double excess = 0;        ///< the largest |a - b| over what is allowed; infinite without a number
  std::string explanation;  ///< a sentence
};

struct CheckReport {
  index_t points = 0;
  index_t derivatives = 0;  ///< compared
  index_t not_finite = 0;   ///< f is not, or by no method the derivative; no disagreement
  index_t doubtful = 0;     ///< other agreements where the status of a method is not ok
  std::array<index_t, cause_count> disagreements = {};  ///< by cause
  std::vector<Disagreement> worst;                      ///< unexplained ones first, then by excess

  [[nodiscard]] index_t disagreement_count() const;
};

/// Compares derivatives of an expression by several methods, at any number of points:
///   a and b agree where |a - b| <= absolute_tolerance + relative_tolerance max(|a|, |b|)
///                                  + error(a) + error(b)
/// for each two methods and every derivative that `derivatives` asks for; its method is not looked
/// at, steps and accuracy are those of the methods that have them. `error` is the estimate of
/// differences, 0 where they find a kink, and the bound of the rounding errors of exact methods.
/// Shapes: points N x P in each call, which add up.
/// Memory: a block of points with their estimates; does not grow with N.
/// Blocking: returns when the points are checked.
/// Errors: InvalidArgument for fewer than two methods, one that is there twice or `automatic`,
///   tolerances below 0, steps or accuracy that no method takes, what the methods refuse, points of
///   another size.
/// Cost: the methods, each with errors and one-sided slopes.
class DerivativeCheck {
 public:
  DerivativeCheck(Context& context, const Expression& f, const DerivativeOptions& derivatives = {},
                  const CheckOptions& options = {});
  DerivativeCheck(DerivativeCheck&&) noexcept;
  DerivativeCheck& operator=(DerivativeCheck&&) noexcept;
  ~DerivativeCheck();

  void operator()(MatrixView<const double> points);
  [[nodiscard]] const CheckReport& report() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One batch: a DerivativeCheck, the points, its report.
[[nodiscard]] CheckReport check_derivatives(Context& context, const Expression& f,
                                            MatrixView<const double> points,
                                            const DerivativeOptions& derivatives = {},
                                            const CheckOptions& options = {});

}  // namespace batchgrad
