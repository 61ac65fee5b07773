# cmake -D BUILD=... -D WORK=... -D OUTPUT=regex -D ARGUMENTS=... -P consumer_test.cmake
# Installs what BUILD holds into WORK/installed, builds the consumer against that alone, and runs it.
file(REMOVE_RECURSE ${WORK})
set(run COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/installed
                OUTPUT_QUIET ${run})
execute_process(COMMAND ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK}/build
                        -D CMAKE_PREFIX_PATH=${WORK}/installed ${ARGUMENTS} ${run})
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build ${run})
execute_process(COMMAND ${WORK}/build/consumer OUTPUT_VARIABLE output ${run})
message("${output}")
if(NOT output MATCHES "${OUTPUT}")
  message(FATAL_ERROR "the consumer's output does not match ${OUTPUT}")
endif()
