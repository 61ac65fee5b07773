# One target, batchgrad_options, carries what every translation unit of the project is compiled with.
add_library(batchgrad_options INTERFACE)
target_compile_features(batchgrad_options INTERFACE cxx_std_20)

set(warnings -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
             -Wnon-virtual-dtor -Wold-style-cast -Wcast-align -Wno-unknown-pragmas
             -Wno-missing-field-initializers)  # options are set by name, the rest have defaults
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False for std::string = "x" and what else the standard library's strings are made of: GCC bugs
  # 105651, 105329. It knows the latter for a system header, but not after precompiling it.
  list(APPEND warnings -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow
       -Wno-stringop-overread)
endif()
if(CMAKE_UNITY_BUILD)
  # A unit of several files sees the names and the anonymous namespaces of each in the others.
  list(APPEND warnings -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(BATCHGRAD_STRICT)
  list(APPEND warnings -Werror)
endif()
target_compile_options(batchgrad_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:${warnings}>)

# Contraction of a*b+c is allowed (DESIGN: no other fast-math); the strict build forbids it.
set(contract $<IF:$<BOOL:${BATCHGRAD_STRICT}>,off,fast>)
target_compile_options(batchgrad_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=${contract}>)

# cuda_std_20 is not a feature that CMake 3.25 knows of nvcc 13.
set(cuda_options -std=c++20 -Xcompiler=-Wall,-Wextra,-Wno-unknown-pragmas)
if(BATCHGRAD_STRICT)
  list(APPEND cuda_options -Werror=all-warnings -fmad=false)
endif()
target_compile_options(batchgrad_options INTERFACE $<$<COMPILE_LANGUAGE:CUDA>:${cuda_options}>)

# Targets whose property BATCHGRAD_NOT_SANITIZED is set are linked with what sanitizers need alone.
if(BATCHGRAD_SANITIZE)
  set(is_sanitized $<NOT:$<BOOL:$<TARGET_PROPERTY:BATCHGRAD_NOT_SANITIZED>>>)
  target_compile_options(batchgrad_options INTERFACE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,${is_sanitized}>:-fsanitize=${BATCHGRAD_SANITIZE}
                                                     -fno-sanitize-recover=all>)
  target_link_options(batchgrad_options INTERFACE -fsanitize=${BATCHGRAD_SANITIZE})
endif()

# clang marks functions for its check of their types with an offset that those a coroutine is split
# into cannot have where it is inline. The library has such.
if(BATCHGRAD_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(batchgrad_options INTERFACE
    $<$<STREQUAL:$<TARGET_PROPERTY:NAME>,batchgrad>:-fno-sanitize=function>)
endif()

# Checks of each pointer, whose misuse AddressSanitizer finds as well, take a third of the time to
# compile, of loops over packs two thirds: they are made of the library, but for those loops.
set(batchgrad_unchecked_pointers "")
if(BATCHGRAD_SANITIZE MATCHES "address,undefined")
  set(batchgrad_unchecked_pointers -fno-sanitize=null,alignment,pointer-overflow,object-size)
  target_compile_options(batchgrad_options INTERFACE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<NOT:$<STREQUAL:$<TARGET_PROPERTY:NAME>,batchgrad>>>:${batchgrad_unchecked_pointers}>)
endif()
