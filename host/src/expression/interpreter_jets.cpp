#include "expression/interpreter_operate.hpp"

namespace batchgrad::detail {

BATCHGRAD_OPERATE(Tangents<double>)
BATCHGRAD_OPERATE(Jet<double, 1>)
BATCHGRAD_OPERATE(Jet<double, 2>)
BATCHGRAD_OPERATE(Jet<double, 3>)
BATCHGRAD_OPERATE(Jet<double, 4>)

}  // namespace batchgrad::detail
