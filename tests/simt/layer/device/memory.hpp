#pragma once

#include "layer/device/qualifiers.hpp"

// Loads and stores with a cache hint.
template <class T>
T __ldg(const T* p) {
  return *p;
}
template <class T>
T __ldcs(const T* p) {
  return *p;
}
template <class T>
T __ldcg(const T* p) {
  return *p;
}
template <class T>
T __ldca(const T* p) {
  return *p;
}
template <class T>
void __stcs(T* p, const T& value) {
  *p = value;
}
template <class T>
void __stcg(T* p, const T& value) {
  *p = value;
}
template <class T>
void __stwt(T* p, const T& value) {
  *p = value;
}
