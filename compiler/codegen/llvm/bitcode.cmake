# The runtime's kernels as LLVM bitcode, one module for each flavour of instruction set, for the LLVM
# backend to link into the models it compiles. They are compiled without optimization: that happens
# when a model is compiled, and its constants are known.
#
# Wants SPINDLE_CLANG and SPINDLE_LLVM_LINK. spindle_bitcode(FLAVOUR KERNELS FLAGS...) writes
# FLAVOUR.bc into the binary folder and appends it to spindle_bitcode_files. KERNELS is a regular
# expression: which files of instruction sets' own the flavour takes besides the portable ones.

set(SPINDLE_BITCODE_FOLDER "${CMAKE_CURRENT_LIST_DIR}")
set(SPINDLE_BITCODE_FLAGS
  -std=c99 -O2 -Xclang -disable-llvm-passes -emit-llvm -c -nostdlibinc
  -ffp-contract=off -fno-math-errno -fomit-frame-pointer -fno-ident -Wno-unused-command-line-argument
  -fno-unwind-tables -fno-asynchronous-unwind-tables -fno-stack-protector -fno-pic)
set(spindle_bitcode_files "")

function(spindle_bitcode flavour kernels)
  set(sources "")
  set(objects "")
  file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/runtime/*.c")
  file(GLOB headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/runtime/*.h"
       "${SPINDLE_BITCODE_FOLDER}/include/*.h")
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME_WE)
    if(name MATCHES "_(dsp|mve|neon|dot|i8mm)$" AND NOT name MATCHES "_(${kernels})$")
      continue()
    endif()
    list(APPEND sources "${file}")
    list(APPEND objects "${name}.bc")
  endforeach()
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/bitcode/${flavour}")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/bitcode/${flavour}.bc")
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(
    OUTPUT "${out}"
    COMMAND "${SPINDLE_CLANG}" ${SPINDLE_BITCODE_FLAGS} ${ARGN}
            -isystem "${SPINDLE_BITCODE_FOLDER}/include" ${sources}
    COMMAND "${SPINDLE_LLVM_LINK}" ${objects} -o "${out}"
    DEPENDS ${sources} ${headers}
    WORKING_DIRECTORY "${folder}"
    COMMENT "Kernels as bitcode: ${flavour}"
    VERBATIM)
  list(APPEND spindle_bitcode_files "${out}")
  set(spindle_bitcode_files "${spindle_bitcode_files}" PARENT_SCOPE)
endfunction()

spindle_bitcode(host "none")
spindle_bitcode(armv6m "none" --target=thumbv6m-none-eabi -mcpu=cortex-m0plus -mfloat-abi=soft)
spindle_bitcode(armv7m "none" --target=thumbv7m-none-eabi -mcpu=cortex-m3 -mfloat-abi=soft)
spindle_bitcode(armv8m_base "none" --target=thumbv8m.base-none-eabi -mcpu=cortex-m23
                -mfloat-abi=soft)
spindle_bitcode(armv7em "dsp" --target=thumbv7em-none-eabihf -mcpu=cortex-m4 -mfloat-abi=hard
                -mfpu=fpv4-sp-d16)
spindle_bitcode(armv8m_main "dsp" --target=thumbv8m.main-none-eabihf -mcpu=cortex-m33
                -mfloat-abi=hard)
spindle_bitcode(armv81m_main "dsp|mve" --target=thumbv8.1m.main-none-eabihf -mcpu=cortex-m55
                -mfloat-abi=hard)
spindle_bitcode(armv7a "neon" --target=thumbv7a-unknown-linux-gnueabihf -mcpu=cortex-a9
                -mfloat-abi=hard -mfpu=neon)
spindle_bitcode(armv7a_vfpv4 "neon" --target=thumbv7a-unknown-linux-gnueabihf -mcpu=cortex-a7
                -mfloat-abi=hard -mfpu=neon-vfpv4)
spindle_bitcode(aarch64 "neon" --target=aarch64-unknown-linux-gnu -mcpu=cortex-a53)
spindle_bitcode(aarch64_dotprod "neon|dot" --target=aarch64-unknown-linux-gnu -mcpu=cortex-a76)
spindle_bitcode(aarch64_i8mm "neon|dot|i8mm" --target=aarch64-unknown-linux-gnu
                -mcpu=cortex-a76+i8mm)

# spindle_embed_bitcode(TARGET): the bitcode files in it, behind kernel_bitcode() of bitcode.h.
function(spindle_embed_bitcode target)
  set(assembly ".section .rodata\n")
  set(declarations "")
  set(entries "")
  foreach(file IN LISTS spindle_bitcode_files)
    get_filename_component(flavour "${file}" NAME_WE)
    set(symbol "spindle_bitcode_${flavour}")
    string(APPEND assembly "    .balign 16\n    .global ${symbol}\n${symbol}:\n"
           "    .incbin \"${file}\"\n    .global ${symbol}_end\n${symbol}_end:\n")
    string(APPEND declarations "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
    string(APPEND entries "  if (flavour == \"${flavour}\") return {${symbol}, "
           "static_cast<std::size_t>(${symbol}_end - ${symbol})};\n")
  endforeach()
  string(APPEND assembly "    .section .note.GNU-stack, \"\", %progbits\n")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/bitcode")
  file(CONFIGURE OUTPUT "${out}/embedded.S" CONTENT "${assembly}")
  file(CONFIGURE OUTPUT "${out}/embedded.cpp" @ONLY CONTENT [[// Written by bitcode.cmake.
#include "compiler/codegen/llvm/bitcode.h"

#include <cstddef>
#include <string>

#include "compiler/ir/diagnostics.h"

@declarations@
std::string_view spindle::kernel_bitcode(std::string_view flavour) {
@entries@  throw InternalError("no bitcode of " + std::string(flavour));
}
]])
  # Assembled by the C compiler: the project needs no language of its own for it.
  set_source_files_properties("${out}/embedded.S" PROPERTIES LANGUAGE C
    COMPILE_OPTIONS "-xassembler-with-cpp" OBJECT_DEPENDS "${spindle_bitcode_files}")
  target_sources(${target} PRIVATE "${out}/embedded.S" "${out}/embedded.cpp")
endfunction()
