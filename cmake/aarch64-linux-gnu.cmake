# For boards: cmake --preset arm64, after tools/sysroot.sh. Tests run under qemu as the processor that
# EDGEAI_ARM_CPU names: cortex-a57 (Jetson Nano), cortex-a76 (Raspberry Pi 5), max, and what else
# `qemu-aarch64 -cpu help` lists.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_C_LIBRARY_ARCHITECTURE aarch64-linux-gnu)

set(EDGEAI_ARM_SYSROOT ${CMAKE_CURRENT_LIST_DIR}/../build/sysroot-arm64 CACHE PATH
  "Folder that tools/sysroot.sh filled")
set(EDGEAI_ARM_CPU cortex-a76 CACHE STRING "Processor that qemu is")
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES EDGEAI_ARM_SYSROOT EDGEAI_ARM_CPU)
get_filename_component(sysroot ${EDGEAI_ARM_SYSROOT} ABSOLUTE)
set(libraries ${sysroot}/usr/lib/aarch64-linux-gnu)
if(NOT EXISTS ${libraries}/libcjson.so)
  message(FATAL_ERROR "no libraries for arm64 in ${sysroot}; tools/sysroot.sh puts them there")
endif()

# The C library and its headers are the cross compiler's own; only the rest is from the folder.
set(CMAKE_FIND_ROOT_PATH ${sysroot} /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${sysroot})
set(ENV{PKG_CONFIG_PATH} "")
string(JOIN ":" path ${libraries}/pkgconfig ${libraries}/openblas-pthread/pkgconfig
  ${sysroot}/usr/share/pkgconfig)
set(ENV{PKG_CONFIG_LIBDIR} ${path})
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,-rpath-link,${libraries}:${libraries}/openblas-pthread")
set(CMAKE_SHARED_LINKER_FLAGS_INIT ${CMAKE_EXE_LINKER_FLAGS_INIT})

set(CMAKE_CROSSCOMPILING_EMULATOR
  qemu-aarch64 -cpu ${EDGEAI_ARM_CPU} -L /usr/aarch64-linux-gnu
  -E LD_LIBRARY_PATH=${libraries}:${libraries}/openblas-pthread)
