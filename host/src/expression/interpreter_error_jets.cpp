#include "expression/interpreter_operate.hpp"

namespace batchgrad::detail {

BATCHGRAD_OPERATE(Tangents<RunningError<double>>)
BATCHGRAD_OPERATE(Jet<RunningError<double>, 1>)
BATCHGRAD_OPERATE(Jet<RunningError<double>, 2>)

}  // namespace batchgrad::detail
