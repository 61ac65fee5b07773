#include "reference/reference_backend.hpp"

namespace batchgrad::reference {
namespace {

template <class T>
void differentiate(const SampledPiece<T>& piece) {
  const SampledItem<T>& item = piece.item;
  if (piece.weigh.coordinates != nullptr)
    for (index_t place = 0; place < item.places; ++place) piece.weigh(place);
  for (index_t line = 0; line < piece.lines; ++line)
    for (index_t place = 0; place < item.places; ++place)
      for (index_t column = 0; column < item.inner; ++column) item(line, place, column);
}

}  // namespace

void ReferenceBackend::sampled_gradient(const SampledPiece<float>& piece) { differentiate(piece); }
void ReferenceBackend::sampled_gradient(const SampledPiece<double>& piece) { differentiate(piece); }

}  // namespace batchgrad::reference
