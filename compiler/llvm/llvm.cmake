# spindle_llvm is the LLVM backend (SPINDLE_LLVM=ON), or a substitute that reports that there is
# none.

set(SPINDLE_LLVM_VERSIONS 19 20 18 17)

# Sets LLVM_FOUND, SPINDLE_CLANG and SPINDLE_LLVM_LINK, or SPINDLE_LLVM_MISSING, the reason why LLVM
# cannot be used.
macro(spindle_find_llvm)
  set(SPINDLE_LLVM_MISSING "")
  foreach(version IN LISTS SPINDLE_LLVM_VERSIONS)
    if(NOT LLVM_FOUND)
      find_package(LLVM QUIET CONFIG HINTS /usr/lib/llvm-${version} NO_CMAKE_FIND_ROOT_PATH)
      if(LLVM_FOUND AND NOT LLVM_VERSION_MAJOR IN_LIST SPINDLE_LLVM_VERSIONS)
        set(LLVM_FOUND FALSE)
        unset(LLVM_DIR CACHE)
      endif()
    endif()
  endforeach()
  if(NOT LLVM_FOUND)
    set(SPINDLE_LLVM_MISSING "LLVM 17 to 20 was not found (Debian: llvm-19-dev)")
  elseif(NOT TARGET LLVM)
    set(SPINDLE_LLVM_MISSING "LLVM ${LLVM_VERSION} has no shared library")
  else()
    find_program(SPINDLE_CLANG NAMES clang-${LLVM_VERSION_MAJOR} PATHS "${LLVM_TOOLS_BINARY_DIR}")
    find_program(SPINDLE_LLVM_LINK NAMES llvm-link
                 PATHS "${LLVM_TOOLS_BINARY_DIR}" NO_DEFAULT_PATH)
    if(NOT SPINDLE_CLANG)
      # An LLVM may not be able to read the bitcode of a newer clang, so the versions must be the
      # same.
      set(SPINDLE_LLVM_MISSING "clang-${LLVM_VERSION_MAJOR}, which compiles kernels to the bitcode \
that LLVM ${LLVM_VERSION} reads, was not found (Debian: clang-${LLVM_VERSION_MAJOR})")
    elseif(NOT SPINDLE_LLVM_LINK)
      set(SPINDLE_LLVM_MISSING "llvm-link was not found in ${LLVM_TOOLS_BINARY_DIR}")
    endif()
  endif()
endmacro()

if(SPINDLE_LLVM)
  spindle_find_llvm()
  if(SPINDLE_LLVM_MISSING)
    message(WARNING "Spindle is built without its LLVM backend: ${SPINDLE_LLVM_MISSING}. "
                    "-DSPINDLE_LLVM=OFF says that this is meant.")
  endif()
endif()

if(SPINDLE_LLVM AND NOT SPINDLE_LLVM_MISSING)
  message(STATUS "LLVM backend: LLVM ${LLVM_VERSION}, kernels by ${SPINDLE_CLANG}")
  include(compiler/llvm/bitcode.cmake)
  spindle_library(compiler/llvm codegen)
  target_include_directories(spindle_llvm SYSTEM PRIVATE ${LLVM_INCLUDE_DIRS})
  separate_arguments(llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
  target_compile_definitions(spindle_llvm PRIVATE ${llvm_definitions})
  if(NOT LLVM_ENABLE_RTTI)
    target_compile_options(spindle_llvm PRIVATE -fno-rtti)
  endif()
  target_link_libraries(spindle_llvm PRIVATE LLVM)
  spindle_embed_bitcode(spindle_llvm)
else()
  add_library(spindle_llvm STATIC compiler/llvm/absent/absent.cpp)
  target_link_libraries(spindle_llvm PUBLIC spindle_codegen)
endif()
