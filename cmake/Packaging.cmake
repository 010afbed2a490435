# cmake --install, the CMake package, and the Debian package (cpack -G DEB). Included last: the targets must exist.
if(NOT TARGET spangate OR NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/spangate)
install(TARGETS spangate EXPORT spangate-targets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(EXPORT spangate-targets NAMESPACE spangate:: DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/spangate-config-version.cmake
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES cmake/spangate-config.cmake cmake/SpangateTest.cmake cmake/SpangateAnalyze.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/spangate-config-version.cmake DESTINATION ${package_dir})
install(DIRECTORY ci-templates DESTINATION ${CMAKE_INSTALL_DATADIR}/spangate)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME spangate)
set(CPACK_PACKAGE_VENDOR "The spangate authors")
set(CPACK_PACKAGE_CONTACT "The spangate authors <authors@spangate.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES TRUE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded at run time and only by `analyze`: not a dependency. The second one holds the builtin headers.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libclang1-19, libclang-common-19-dev")
include(CPack)
