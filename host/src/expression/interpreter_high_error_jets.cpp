#include "expression/interpreter_operate.hpp"

namespace batchgrad::detail {

BATCHGRAD_OPERATE(Jet<RunningError<double>, 3>)
BATCHGRAD_OPERATE(Jet<RunningError<double>, 4>)

}  // namespace batchgrad::detail
