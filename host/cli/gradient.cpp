#include <memory>

#include "derivative_command.hpp"

namespace batchgrad::cli {

Runner add_gradient(CLI::App& program, CommonOptions& common) {
  CLI::App* app = program.add_subcommand("gradient", "Differentiate a function at points");
  const auto command = std::make_shared<DerivativeCommand>();
  command->name = "gradient";
  add_derivative_options(*app, *command);
  add_quantity_options(*app, command->derivatives);
  add_common_options(*app, common);
  app->footer(
      "The default format is text for one point and csv for many. Columns of the output: those of\n"
      "the points, value, d_x for each variable x (d2_x with --order 2; directional, laplacian);\n"
      "with --errors then err_x, status_x, step_x, left_x, right_x, each kind for all variables.\n"
      "Several results [f, g] are numbered: value_1, value_2, d_1_x, ... In .npy files a status "
      "is\n"
      "0 ok, 1 noisy, 2 kink, 3 one_sided, 4 not_finite, 5 step_lost. The exit code is 4 where "
      "the\n"
      "result at a single point is not finite.\n\n"
      "Examples:\n"
      "  batchgrad gradient 'x^2*y + y^3' --at x=2,y=3\n"
      "  batchgrad gradient 'abs(x)' --at x=0 --method adaptive --errors\n"
      "  batchgrad gradient 'r2 = x*x + y*y; exp(-r2/2)' --points points.csv -o gradients.csv");
  return [command, &common] { return run_derivatives(*command, common); };
}

}  // namespace batchgrad::cli
