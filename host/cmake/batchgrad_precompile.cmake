# batchgrad_precompile(target [header ...]): reads what nearly every source file includes once for the
# target. Each file includes what it uses all the same; the cpu preset compiles without these headers
# (CMAKE_DISABLE_PRECOMPILE_HEADERS) and would show where one does not.
set(batchgrad_common_headers <algorithm> <cmath> <cstdint> <functional> <memory>
                             <optional> <string> <string_view> <utility> <variant> <vector>)
function(batchgrad_precompile target)
  set(headers)
  foreach(header ${batchgrad_common_headers} ${ARGN})
    string(REPLACE ">" "$<ANGLE-R>" header "${header}")
    list(APPEND headers "$<$<COMPILE_LANGUAGE:CXX>:${header}>")
  endforeach()
  target_precompile_headers(${target} PRIVATE ${headers})
endfunction()
