#include "expression/interpreter_operate.hpp"

namespace batchgrad::detail {

BATCHGRAD_OPERATE(float)
BATCHGRAD_OPERATE(double)
BATCHGRAD_OPERATE(RunningError<double>)

}  // namespace batchgrad::detail
