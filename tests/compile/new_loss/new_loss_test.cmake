# cmake -D KERNELS=... -D WORK=... -D ARGUMENTS=... -P new_loss_test.cmake
# Follows "add a loss" of CONTRIBUTING.md in a copy of kernels/: one header, its include, one word.
file(REMOVE_RECURSE ${WORK})
file(COPY ${KERNELS}/batchgrad DESTINATION ${WORK}/kernels)
file(COPY ${CMAKE_CURRENT_LIST_DIR}/cauchy.hpp DESTINATION ${WORK}/kernels/batchgrad/loss)
set(list ${WORK}/kernels/batchgrad/loss/losses.hpp)
file(READ ${list} text)
string(REPLACE "#include <batchgrad/loss/huber.hpp>"
       "#include <batchgrad/loss/cauchy.hpp>\n#include <batchgrad/loss/huber.hpp>" added "${text}")
string(REPLACE "Of<" "Of<CauchyLoss, " added "${added}")
file(WRITE ${list} "${added}")

set(run COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK}/build
                        -D KERNELS=${WORK}/kernels -D CMAKE_BUILD_TYPE=None ${ARGUMENTS} ${run})
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build ${run})
execute_process(COMMAND ${WORK}/build/new_loss ${run})
