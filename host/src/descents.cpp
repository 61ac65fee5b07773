#include "descents.hpp"

#include "backend.hpp"

namespace batchgrad {

template <class T>
std::unique_ptr<Descents> LossSums<T>::descents(const DescentPlan&) {
  return nullptr;
}

#define BATCHGRAD_WITH_STORAGE(T) \
  template std::unique_ptr<Descents> LossSums<T>::descents(const DescentPlan&);
BATCHGRAD_FOR_EACH_STORAGE(BATCHGRAD_WITH_STORAGE)
#undef BATCHGRAD_WITH_STORAGE

}  // namespace batchgrad
