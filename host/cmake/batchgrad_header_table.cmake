# The library that compiles kernels at run time carries the headers they include: this makes
# batchgrad_header_table, an object library with the texts of everything under kernels/batchgrad.
#
#   include(batchgrad_header_table)                         defines the target
#   cmake -D ROOT=kernels -D OUTPUT=table.cpp -P THIS       writes its source
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB_RECURSE headers RELATIVE ${ROOT} ${ROOT}/batchgrad/*.hpp ${ROOT}/batchgrad/*.cuh)
  list(SORT headers)
  set(entries "")
  foreach(header IN LISTS headers)
    file(READ ${ROOT}/${header} text)
    string(APPEND entries "    {\"${header}\", R\"header(${text})header\"},\n")
  endforeach()
  file(WRITE ${OUTPUT} "#include \"cuda/header_table.hpp\"

namespace batchgrad::cuda {
namespace {
const EmbeddedHeader headers[] = {
${entries}};
}  // namespace

std::span<const EmbeddedHeader> embedded_headers() { return headers; }

}  // namespace batchgrad::cuda
")
  return()
endif()

# Made by looking: a header that a list forgot would be missed by a kernel at run time only.
file(GLOB_RECURSE batchgrad_embedded_headers CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/kernels/batchgrad/*.hpp ${PROJECT_SOURCE_DIR}/kernels/batchgrad/*.cuh)
set(batchgrad_header_table_source ${CMAKE_CURRENT_BINARY_DIR}/header_table.cpp)
add_custom_command(OUTPUT ${batchgrad_header_table_source}
  COMMAND ${CMAKE_COMMAND} -D ROOT=${PROJECT_SOURCE_DIR}/kernels
          -D OUTPUT=${batchgrad_header_table_source} -P ${CMAKE_CURRENT_LIST_FILE}
  DEPENDS ${batchgrad_embedded_headers} ${CMAKE_CURRENT_LIST_FILE} VERBATIM)
add_library(batchgrad_header_table OBJECT EXCLUDE_FROM_ALL ${batchgrad_header_table_source})
target_include_directories(batchgrad_header_table PRIVATE ${PROJECT_SOURCE_DIR}/host/src)
target_compile_features(batchgrad_header_table PRIVATE cxx_std_20)
set_target_properties(batchgrad_header_table PROPERTIES POSITION_INDEPENDENT_CODE ON)
