# How everything is compiled: warnings, sanitizers, and one set of flags for each ISA's files.

# Warnings and language settings of one target.
function(edgeai_compile_settings target)
  # -ffp-contract=off: dequantization and the reference kernels promise the same bits everywhere,
  # which a compiler's own fused multiply-adds would break; kernels that want them say so.
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wstrict-prototypes
    -Wmissing-prototypes -Wvla -Wno-missing-field-initializers -ffp-contract=off
    $<$<BOOL:${EDGEAI_WERROR}>:-Werror>)
  # Nothing throws through C, and what unwinds a crash reads the debug information instead.
  target_compile_options(${target} PRIVATE
    $<$<CONFIG:Release>:-fno-asynchronous-unwind-tables> $<$<CONFIG:Release>:-fno-unwind-tables>)
  target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
  if(EDGEAI_SANITIZE)
    # Instrumented code misleads what GCC guesses about values; the plain builds keep these two.
    target_compile_options(${target} PRIVATE -fsanitize=${EDGEAI_SANITIZE} -fno-omit-frame-pointer
      -fno-sanitize-recover=all
      $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>
      $<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  endif()
endfunction()

# Link flags that go with them.
function(edgeai_link_settings target)
  if(EDGEAI_SANITIZE)
    target_link_options(${target} PRIVATE -fsanitize=${EDGEAI_SANITIZE})
  endif()
endfunction()

# Keeps the files of this processor in the list, with their flags; NAME_<isa>.c says which.
function(edgeai_select_isa list)
  set(kept)
  # Unrolled kernels under the address sanitizer take four times as long to compile at -O2.
  set(calm)
  if(EDGEAI_SANITIZE)
    set(calm ";-O1")
  endif()
  foreach(source IN LISTS ${list})
    if(source MATCHES "_avx2\\.c$")
      if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma;-mf16c${calm}")
        list(APPEND kept ${source})
      endif()
    elseif(source MATCHES "_dotprod\\.c$")
      if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "-march=armv8.2-a+dotprod")
        list(APPEND kept ${source})
      endif()
    elseif(source MATCHES "_neon\\.c$")
      if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
        list(APPEND kept ${source})
      endif()
    else()
      list(APPEND kept ${source})
    endif()
  endforeach()
  set(${list} ${kept} PARENT_SCOPE)
endfunction()

# Release builds: -O3 is for the loops that a model's time is spent in. Everywhere else it buys
# nothing and doubles the library, which on a board is flash and page cache.
function(edgeai_optimize_for_size list)
  foreach(source IN LISTS ${list})
    if(source MATCHES "/src/(kernels|conv|lm|decode)/" OR source MATCHES
        "/src/space/(corners|grey_pyramid|icp|keypoint|patch_code|ransac|surface|edge_|occupancy)")
      continue()
    endif()
    set(level -Os)
    if(source MATCHES "/src/graph/(operators_|product|lanes|unary|binary|reduction|window|strided|run)" OR
        source MATCHES "/src/tensor/|image_(codec|resize)\\.c$")
      set(level -O2)
    endif()
    set_property(SOURCE ${source} APPEND PROPERTY COMPILE_OPTIONS "$<$<CONFIG:Release>:${level}>")
  endforeach()
endfunction()
