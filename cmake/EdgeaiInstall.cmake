# What `cmake --install` puts where. Programs install themselves in tools/CMakeLists.txt.
include(CMakePackageConfigHelpers)

# Components are the packages of EdgeaiPackage.cmake: runtime, development, tools.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/edgeai DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT development FILES_MATCHING PATTERN "*.h")

# Two export sets: who links the shared library needs none of the packages it was built with.
install(TARGETS edgeai EXPORT edgeaiShared
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime NAMELINK_COMPONENT development)
install(TARGETS edgeai_static EXPORT edgeaiStatic
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/edgeai)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/edgeaiConfig.cmake.in
  ${PROJECT_BINARY_DIR}/edgeaiConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/edgeaiConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(EXPORT edgeaiShared NAMESPACE edgeai:: DESTINATION ${package_folder}
  COMPONENT development)
install(EXPORT edgeaiStatic NAMESPACE edgeai:: DESTINATION ${package_folder}
  COMPONENT development)
install(FILES
  ${PROJECT_BINARY_DIR}/edgeaiConfig.cmake
  ${PROJECT_BINARY_DIR}/edgeaiConfigVersion.cmake
  ${PROJECT_SOURCE_DIR}/cmake/FindPThreadPool.cmake
  DESTINATION ${package_folder} COMPONENT development)

# Paths in edgeai.pc start at the file's own folder, so that an installed tree can be moved.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
  set(pc_libdir ${CMAKE_INSTALL_LIBDIR})
else()
  file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  string(REGEX REPLACE "/$" "" up "${up}")
  set(pc_prefix "\${pcfiledir}/${up}")
  set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
endif()
if(IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
  set(pc_includedir ${CMAKE_INSTALL_INCLUDEDIR})
else()
  set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/edgeai.pc.in ${PROJECT_BINARY_DIR}/edgeai.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/edgeai.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
  COMPONENT development)

# models/NAME/: the model, its card, and its test items; not the scripts that made it.
file(GLOB model_files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/models/*/*.gguf ${PROJECT_SOURCE_DIR}/models/*/MODEL.md
  ${PROJECT_SOURCE_DIR}/models/*/test.jsonl ${PROJECT_SOURCE_DIR}/models/*/test/*.jsonl)
foreach(file IN LISTS model_files)
  get_filename_component(folder ${file} DIRECTORY)
  install(FILES ${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/edgeai/${folder} COMPONENT tools)
endforeach()

# Man pages, docs/man/NAME.1.scd with the option list that NAME prints, and bash completion. Both
# ask the programs, so neither is made where they cannot run or are instrumented.
find_program(SCDOC scdoc)
find_program(GZIP gzip)
if(EDGEAI_BUILD_TOOLS AND NOT EDGEAI_SANITIZE AND
    (NOT CMAKE_CROSSCOMPILING OR CMAKE_CROSSCOMPILING_EMULATOR))
  file(GLOB man_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/*.1.scd)
  set(made)
  foreach(source IN LISTS man_sources)
    get_filename_component(page ${source} NAME_WLE)
    get_filename_component(program ${source} NAME_WE)
    if(NOT TARGET ${program})
      continue()
    endif()
    if(SCDOC AND GZIP)
      set(output ${PROJECT_BINARY_DIR}/man/${page})
      add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DSOURCE=${source}
          "-DPROGRAM=${CMAKE_CROSSCOMPILING_EMULATOR};$<TARGET_FILE:${program}>"
          -DSCDOC=${SCDOC} -DGZIP=${GZIP} -DOUTPUT=${output}
          -P ${PROJECT_SOURCE_DIR}/cmake/MakeManPage.cmake
        DEPENDS ${source} ${program} ${PROJECT_SOURCE_DIR}/cmake/MakeManPage.cmake VERBATIM)
      list(APPEND made ${output})
      install(FILES ${output}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT tools)
    endif()
    set(output ${PROJECT_BINARY_DIR}/completion/${program})
    add_custom_command(OUTPUT ${output}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/completion
      COMMAND ${program} --completion-bash > ${output}
      DEPENDS ${program} VERBATIM)
    list(APPEND made ${output})
    install(FILES ${output} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
      COMPONENT tools)
  endforeach()
  add_custom_target(edgeai_man ALL DEPENDS ${made})
endif()
