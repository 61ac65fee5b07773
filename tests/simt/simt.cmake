# The SIMT layer runs CUDA kernels on the CPU: README.md.
#
#   batchgrad_simt_library(name [RACECHECK])   the library with its cuda backend, for the layer
#   batchgrad_simt_test(name [FILTER pattern] SOURCES ...)
#                                              a test program against it, and one under racecheck

set(simt_directory ${CMAKE_CURRENT_LIST_DIR})
find_path(BATCHGRAD_CUDA_HEADERS cuda_runtime_api.h
  HINTS ${CUDAToolkit_INCLUDE_DIRS} ENV CUDA_HOME ENV CUDA_PATH
  PATHS /usr/local/cuda PATH_SUFFIXES include targets/x86_64-linux/include
  DOC "Where the CUDA toolkit's headers are; enough to test kernels on the CPU")
find_package(Boost 1.70 QUIET COMPONENTS context)

set(simt_definitions)
if(BATCHGRAD_SANITIZE MATCHES "address")
  list(APPEND simt_definitions SIMT_ASAN=1)
endif()
if(BATCHGRAD_SANITIZE MATCHES "thread")
  list(APPEND simt_definitions SIMT_TSAN=1)
endif()

# How a translation unit with kernels is compiled. Vector loads through reinterpret_cast are common
# in kernels, and nvcc lets them alias.
set(simt_device_options --include=${simt_directory}/layer/device.hpp -fno-strict-aliasing -g1)

# simt_object_library(name SOURCES ...): a part of the layer itself, never instrumented.
function(simt_object_library name)
  add_library(${name} OBJECT ${ARGN})
  target_compile_definitions(${name} PUBLIC ${simt_definitions})
  target_include_directories(${name} PUBLIC ${simt_directory})
  target_include_directories(${name} SYSTEM PUBLIC ${BATCHGRAD_CUDA_HEADERS})
  target_link_libraries(${name} PRIVATE batchgrad_options PUBLIC Boost::context ${CMAKE_DL_LIBS})
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -fno-sanitize=all)
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
  target_compile_options(${name} PRIVATE ${simt_device_options}
                                         $<$<BOOL:${library_RACECHECK}>:-fsanitize=thread>)
  target_include_directories(${name} PUBLIC ${simt_directory}
                                     PRIVATE ${PROJECT_SOURCE_DIR}/host/src)
  # in this order: the layer's headers are found before the toolkit's of the same name
  target_include_directories(${name} SYSTEM BEFORE PUBLIC ${simt_directory}/layer/include
                                                          ${BATCHGRAD_CUDA_HEADERS})
  target_link_libraries(${name} PRIVATE batchgrad_options PUBLIC batchgrad)
endfunction()

add_custom_target(simt_tests)  # all of them

function(simt_test_program name library)
  cmake_parse_arguments(test "" "FILTER;PREFIX" "SOURCES;LIBRARIES;OPTIONS" ${ARGN})
  add_executable(${name} ${test_SOURCES} ${simt_directory}/support/simt_listener.cpp)
  set_target_properties(${name} PROPERTIES ENABLE_EXPORTS ON)  # faults name the kernel
  target_compile_options(${name} PRIVATE ${simt_device_options} ${test_OPTIONS})
  target_include_directories(${name} PRIVATE ${simt_directory}/support ${simt_directory}/../support
                                             ${simt_directory}/..
                                             ${PROJECT_SOURCE_DIR}/host/src)
  target_link_libraries(${name} PRIVATE ${library} ${test_LIBRARIES} simt_layer batchgrad_options
                                        GTest::gtest_main)
  add_dependencies(simt_tests ${name})
  gtest_discover_tests(${name} TEST_PREFIX ${test_PREFIX} TEST_FILTER "${test_FILTER}"
                       DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT 300)
endfunction()

# Sources may hold kernels and tests; they may include the library's private headers. FILTER, as
# --gtest_filter takes it, leaves out tests that have nothing to do with kernels.
function(batchgrad_simt_test name)
  cmake_parse_arguments(test "" "FILTER" "SOURCES" ${ARGN})
  simt_test_program(${name} batchgrad_simt PREFIX simt. FILTER "${test_FILTER}"
                    SOURCES ${test_SOURCES})
  if(TARGET batchgrad_simt_racecheck)
    simt_test_program(${name}_racecheck batchgrad_simt_racecheck PREFIX racecheck.
                      FILTER "${test_FILTER}" SOURCES ${test_SOURCES}
                      LIBRARIES simt_racecheck OPTIONS -fsanitize=thread)
  endif()
endfunction()
