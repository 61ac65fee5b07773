#pragma once

#include <cstddef>
#include <functional>
#include <tuple>
#include <utility>

#include "layer/cudart.hpp"

namespace simt {

/// A kernel of a library that is loaded at run time: what makes a launch of the untyped arguments
/// that the runtime gets.
struct RuntimeKernel {
  const void* address;
  std::function<bool(const Launch&)> (*bind)(const void* address, void** arguments);
};

template <class... Params>
RuntimeKernel runtime_kernel(void (*kernel)(Params...)) {
  const auto bind = [](const void* address, void** arguments) {
    const auto copies = [&]<std::size_t... I>(std::index_sequence<I...>) {
      return std::tuple<Params...>{*static_cast<Params*>(arguments[I])...};
    }
    (std::index_sequence_for<Params...>());
    std::apply([](const auto&... argument) { (cudart::check_argument(argument), ...); }, copies);
    auto* typed = reinterpret_cast<void (*)(Params...)>(const_cast<void*>(address));
    return std::function<bool(const Launch&)>([typed, copies](const Launch& launch) {
      return std::apply([&](const auto&... argument) { return run(launch, typed, argument...); },
                        copies);
    });
  };
  return {reinterpret_cast<const void*>(kernel), bind};
}

/// What a library file of the layer starts with; the shared object follows.
struct LibraryHeader {
  char magic[8] = {'S', 'I', 'M', 'T', ' ', 's', 'o', '\0'};
  std::size_t size = 0;
};

/// In front of the name of the RuntimeKernel of a kernel.
inline constexpr const char* runtime_kernel_prefix = "simt_runtime_kernel_";

}  // namespace simt
