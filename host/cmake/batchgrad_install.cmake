# Installs the library, its headers and the package that find_package(batchgrad) finds.
include(CMakePackageConfigHelpers)

set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/batchgrad)

# Two include roots in the source tree become one.
install(DIRECTORY kernels/batchgrad host/batchgrad DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.hpp" PATTERN "*.cuh")
install(TARGETS batchgrad EXPORT batchgrad_targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
set_target_properties(batchgrad PROPERTIES VERSION ${PROJECT_VERSION}
                      SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

if(TARGET batchgrad_cli)
  set_target_properties(batchgrad_cli PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
endif()

install(EXPORT batchgrad_targets NAMESPACE batchgrad:: FILE batchgradTargets.cmake
        DESTINATION ${package_directory})

# A shared library has its dependencies linked in; a static one leaves them to its user.
get_target_property(batchgrad_type batchgrad TYPE)
string(COMPARE EQUAL ${batchgrad_type} STATIC_LIBRARY batchgrad_is_static)
configure_package_config_file(host/cmake/batchgradConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/batchgradConfig.cmake INSTALL_DESTINATION ${package_directory})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/batchgradConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/batchgradConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/batchgradConfigVersion.cmake
        DESTINATION ${package_directory})
