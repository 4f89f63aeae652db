# `cpack` in the build folder makes libedgeai0, libedgeai-dev and edgeai-tools for Debian and Ubuntu.
# One source says which file belongs where: the COMPONENT of every install rule.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME edgeai)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(EDGEAI_MAINTAINER "libedgeai developers <developers@libedgeai.dev>" CACHE STRING
  "Whom the packages name; whoever distributes them puts their own name here")
set(CPACK_PACKAGE_CONTACT ${EDGEAI_MAINTAINER})
set(CPACK_PACKAGE_VENDOR libedgeai)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES TRUE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL runtime development tools)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(soversion ${PROJECT_VERSION_MAJOR})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libedgeai${soversion})
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libedgeai-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME edgeai-tools)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION science)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "Inference for small boards: shared library
 Runs diffusion language models, binary and ternary convolutional networks,
 and builds semantic maps of RGB-D frames, on the processor alone.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Inference for small boards: headers and static library
 What is needed to build programs with libedgeai: headers, static library,
 and files for CMake and pkg-config.")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "Inference for small boards: programs and bundled models
 edgeai-run generates text with diffusion language models, edgeai-classify
 sorts pictures, edgeai-map fuses frames into a map; others convert, quantize,
 inspect and measure models.")

# Libraries are found by dpkg-shlibdeps; what is built here is named by hand, with the same version.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR})
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY "=")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/package/triggers)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libedgeai${soversion} (= ${PROJECT_VERSION}), libcjson-dev, libpcre2-dev, libpthreadpool-dev")
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS "libedgeai${soversion} (= ${PROJECT_VERSION})")
file(WRITE ${PROJECT_BINARY_DIR}/package/triggers "activate-noawait ldconfig\n")
if(CMAKE_CROSSCOMPILING)
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
endif()

# Debian wants a changelog and a copyright file in every package.
string(TIMESTAMP today "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${PROJECT_BINARY_DIR}/package/changelog
  "edgeai (${PROJECT_VERSION}) unstable; urgency=medium\n\n  * Release ${PROJECT_VERSION}.\n\n"
  " -- ${CPACK_PACKAGE_CONTACT}  ${today}\n")
file(READ ${PROJECT_SOURCE_DIR}/LICENSE license)
file(WRITE ${PROJECT_BINARY_DIR}/package/copyright "${license}")
if(GZIP)
  execute_process(COMMAND ${GZIP} -9nkf ${PROJECT_BINARY_DIR}/package/changelog)
endif()
foreach(component IN LISTS CPACK_COMPONENTS_ALL)
  string(TOUPPER ${component} upper)
  set(folder ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  install(FILES ${PROJECT_BINARY_DIR}/package/copyright DESTINATION ${folder}
    COMPONENT ${component} EXCLUDE_FROM_ALL)
  install(FILES ${PROJECT_BINARY_DIR}/package/changelog.gz DESTINATION ${folder}
    COMPONENT ${component} EXCLUDE_FROM_ALL OPTIONAL)
endforeach()
include(CPack)
