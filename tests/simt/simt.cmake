# The SIMT layer runs CUDA kernels on the CPU: README.md.
#
#   batchgrad_simt_library(name [RACECHECK])   the library with its cuda backend, for the layer
#   batchgrad_simt_nvrtc()                     what compiles kernels for it at run time
#   batchgrad_simt_test(name [FILTER pattern] [NO_RACECHECK] SOURCES ...)
#                                              a test program against it, and one under racecheck

set(simt_directory ${CMAKE_CURRENT_LIST_DIR})
find_path(BATCHGRAD_CUDA_HEADERS cuda_runtime_api.h
  HINTS ${CUDAToolkit_INCLUDE_DIRS} ENV CUDA_HOME ENV CUDA_PATH
  PATHS /usr/local/cuda PATH_SUFFIXES include targets/x86_64-linux/include
  DOC "Where the CUDA toolkit's headers are; enough to test kernels on the CPU")
if(NOT TARGET batchgrad_header_table)
  include(batchgrad_header_table)
endif()
find_package(Boost 1.70 QUIET COMPONENTS context)

set(simt_definitions)
if(BATCHGRAD_SANITIZE MATCHES "address")
  list(APPEND simt_definitions SIMT_ASAN=1)
endif()
if(BATCHGRAD_SANITIZE MATCHES "thread")
  list(APPEND simt_definitions SIMT_TSAN=1)
endif()

# How a translation unit with kernels is compiled. Vector loads through reinterpret_cast are common
# in kernels, and nvcc lets them alias. Here a call costs less than inlining everything does.
set(simt_device_options --include=${simt_directory}/layer/device.hpp -fno-strict-aliasing -g1
    -DBATCHGRAD_INLINE_AS_NEEDED=1)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND simt_device_options -Wno-pass-failed)  # a loop that is not unrolled, as below -O2
endif()

# Devices refuse vectors that are not aligned. Only g++ looks at those that are copied as a whole.
set(simt_plain_options)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT BATCHGRAD_SANITIZE)
  set(simt_plain_options -fsanitize=alignment -fno-sanitize-recover=all)
endif()

# simt_object_library(name SOURCES ...): a part of the layer itself, never instrumented.
function(simt_object_library name)
  add_library(${name} OBJECT ${ARGN})
  target_compile_definitions(${name} PUBLIC ${simt_definitions})
  target_include_directories(${name} PUBLIC ${simt_directory})
  target_include_directories(${name} SYSTEM PUBLIC ${BATCHGRAD_CUDA_HEADERS})
  target_link_libraries(${name} PRIVATE batchgrad_options PUBLIC Boost::context ${CMAKE_DL_LIBS})
  set_target_properties(${name} PROPERTIES BATCHGRAD_NOT_SANITIZED ON)
endfunction()

# The translation units that a build without CUDA lacks, compiled as C++: the kernels' launchers and
# the one file that knows which backends there are. As objects they come before the batchgrad
# library on the link line, which provides everything else.
function(batchgrad_simt_library name)
  cmake_parse_arguments(library "RACECHECK" "" "" ${ARGN})
  include(${PROJECT_SOURCE_DIR}/host/src/sources.cmake)
  list(FILTER batchgrad_sources INCLUDE REGEX "/backends\\.cpp$")
  list(TRANSFORM batchgrad_sources PREPEND ${PROJECT_SOURCE_DIR}/host/)
  list(TRANSFORM batchgrad_cuda_sources PREPEND ${PROJECT_SOURCE_DIR}/host/)
  set_source_files_properties(${batchgrad_cuda_sources} PROPERTIES LANGUAGE CXX)
  add_library(${name} OBJECT ${batchgrad_sources} ${batchgrad_cuda_sources})
  target_compile_definitions(${name} PRIVATE BATCHGRAD_HAS_CUDA=1 PUBLIC ${simt_definitions})
  set(variant_options ${simt_plain_options})
  if(library_RACECHECK)
    set(variant_options -fsanitize=thread)
  endif()
  target_compile_options(${name} PRIVATE ${simt_device_options} ${variant_options})
  target_include_directories(${name} PUBLIC ${simt_directory}
                                     PRIVATE ${PROJECT_SOURCE_DIR}/host/src)
  # in this order: the layer's headers are found before the project's and the toolkit's of the same name
  target_include_directories(${name} BEFORE PUBLIC ${simt_directory}/layer/include)
  target_include_directories(${name} SYSTEM PUBLIC ${BATCHGRAD_CUDA_HEADERS})
  target_link_libraries(${name} PRIVATE batchgrad_options PUBLIC batchgrad)
endfunction()

# A library that looks like NVRTC and compiles kernels with the host compiler. What tests compile is
# cached from one to the next; the cache is emptied whenever the layer changes.
set(simt_kernel_cache ${CMAKE_CURRENT_BINARY_DIR}/kernel_cache)
function(batchgrad_simt_nvrtc)
  list(JOIN simt_device_options " " device_options)
  string(CONCAT options "-std=c++20 -O1 -w -fPIC ${device_options}"
         " -isystem ${simt_directory}/layer/include -isystem ${BATCHGRAD_CUDA_HEADERS}"
         " -I ${simt_directory}")
  add_library(simt_nvrtc MODULE ${simt_directory}/layer/nvrtc/nvrtc.cpp)
  target_compile_definitions(simt_nvrtc PRIVATE "SIMT_COMPILER=\"${CMAKE_CXX_COMPILER}\""
                                                "SIMT_COMPILE_OPTIONS=\"${options}\"")
  target_include_directories(simt_nvrtc PRIVATE ${simt_directory} ${simt_directory}/../support)
  target_include_directories(simt_nvrtc SYSTEM PRIVATE ${BATCHGRAD_CUDA_HEADERS})
  target_link_libraries(simt_nvrtc PRIVATE batchgrad_options)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${simt_directory}/layer/*.h ${simt_directory}/layer/*.hpp)
  set_source_files_properties(${simt_directory}/layer/nvrtc/nvrtc.cpp PROPERTIES
    OBJECT_DEPENDS "${headers}")
  set_target_properties(simt_nvrtc PROPERTIES BATCHGRAD_NOT_SANITIZED ON)
  add_custom_command(TARGET simt_nvrtc POST_BUILD
                     COMMAND ${CMAKE_COMMAND} -E rm -rf ${simt_kernel_cache})
endfunction()

add_custom_target(simt_tests)  # all of them

# simt_listener(target variant flags...): what every program of tests needs besides its tests; the
# kernels that it compiles at run time take the flags.
function(simt_listener name variant)
  set(flags ${ARGN})
  if(BATCHGRAD_SANITIZE)
    list(APPEND flags -fsanitize=${BATCHGRAD_SANITIZE} -fno-sanitize-recover=all)
  endif()
  list(JOIN flags " " flags)
  target_sources(${name} PRIVATE ${simt_directory}/support/simt_listener.cpp)
  target_compile_definitions(${name} PRIVATE
    "SIMT_NVRTC_LIBRARY=\"$<TARGET_FILE:simt_nvrtc>\"" "SIMT_NVRTC_FLAGS=\"${flags}\""
    "SIMT_KERNEL_CACHE=\"${simt_kernel_cache}/${variant}\"")
  set_target_properties(${name} PROPERTIES ENABLE_EXPORTS ON)  # for these kernels and their names
  add_dependencies(${name} simt_nvrtc)
endfunction()

function(simt_test_program name library)
  cmake_parse_arguments(test "" "FILTER;PREFIX" "SOURCES;LIBRARIES;OPTIONS" ${ARGN})
  add_executable(${name} ${test_SOURCES})
  simt_listener(${name} ${library} ${test_OPTIONS})
  target_compile_options(${name} PRIVATE ${simt_device_options} ${test_OPTIONS})
  target_include_directories(${name} PRIVATE ${simt_directory}/support ${simt_directory}/../support
                                             ${simt_directory}/..
                                             ${PROJECT_SOURCE_DIR}/host/src)
  target_link_libraries(${name} PRIVATE ${library} ${test_LIBRARIES} simt_layer batchgrad_options
                                        batchgrad_header_table GTest::gtest_main)
  add_dependencies(simt_tests ${name})
  gtest_discover_tests(${name} TEST_PREFIX ${test_PREFIX} TEST_FILTER "${test_FILTER}"
                       DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT 300)
endfunction()

# Sources may hold kernels and tests; they may include the library's private headers. FILTER, as
# --gtest_filter takes it, leaves out tests that have nothing to do with kernels. NO_RACECHECK: where
# threads share nothing, as items of derivatives, or launching and not the kernels is the point.
function(batchgrad_simt_test name)
  cmake_parse_arguments(test "NO_RACECHECK" "FILTER" "SOURCES" ${ARGN})
  # All five schedules where nothing slows them down. What sanitizers look for does not depend on
  # the order of threads, or not on when they run: two are enough.
  set(left_out "*/Descending:*/Seed2:*/Seed3")
  if(test_FILTER)
    set(fewer_schedules "${test_FILTER}:${left_out}")
  else()
    set(fewer_schedules "*-${left_out}")
  endif()
  if(BATCHGRAD_SANITIZE)
    set(test_FILTER "${fewer_schedules}")
  endif()
  simt_test_program(${name} batchgrad_simt PREFIX simt. FILTER "${test_FILTER}"
                    SOURCES ${test_SOURCES} OPTIONS ${simt_plain_options})
  target_link_options(${name} PRIVATE ${simt_plain_options})
  if(TARGET batchgrad_simt_racecheck AND NOT test_NO_RACECHECK)
    simt_test_program(${name}_racecheck batchgrad_simt_racecheck PREFIX racecheck.
                      FILTER "${fewer_schedules}:*DerivativeParity*" SOURCES ${test_SOURCES}
                      LIBRARIES simt_racecheck OPTIONS -fsanitize=thread)
  endif()
endfunction()
