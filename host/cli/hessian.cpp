#include <memory>

#include "derivative_command.hpp"

namespace batchgrad::cli {

Runner add_hessian(CLI::App& program, CommonOptions& common) {
  CLI::App* app = program.add_subcommand("hessian", "All second derivatives at points");
  const auto command = std::make_shared<DerivativeCommand>();
  command->name = "hessian";
  command->derivatives.quantity = Quantity::hessian;
  add_derivative_options(*app, *command);
  add_common_options(*app, common);
  app->footer(
      "Options and output are those of gradient; the columns are d_x_x, d_x_y, ..., row by row,\n"
      "with --errors err_x_x and so on.\n\n"
      "Examples:\n"
      "  batchgrad hessian 'x^2*y + y^3' --at x=2,y=3 --format json\n"
      "  batchgrad hessian 'x^2*y + y^3' --points points.npy -o hessians.npy");
  return [command, &common] { return run_derivatives(*command, common); };
}

}  // namespace batchgrad::cli
