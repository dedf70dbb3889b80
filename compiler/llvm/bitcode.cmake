# The runtime's kernels as LLVM bitcode: one module for each flavour of instruction set. The LLVM
# backend links them into the models that it compiles. They are compiled without optimization,
# because they are optimized when a model is compiled and its constants are known.
#
# Needs SPINDLE_CLANG and SPINDLE_LLVM_LINK. spindle_bitcode(FLAVOUR SYSTEM KERNELS FLAGS...) writes
# two files to the binary folder and appends them to spindle_bitcode_files: kernels_FLAVOUR.bc, and
# firmware_FLAVOUR.bc, the program that verifies models. SYSTEM is board or linux. KERNELS are the
# folders of runtime/ whose kernels the flavour has besides the portable ones.

set(SPINDLE_BITCODE_FOLDER "${CMAKE_CURRENT_LIST_DIR}")
set(SPINDLE_BITCODE_FLAGS
  -std=c99 -O2 -Xclang -disable-llvm-passes -fno-discard-value-names -emit-llvm -c -nostdlibinc
  -ffp-contract=off -fno-math-errno -fomit-frame-pointer -fno-ident -Wno-unused-command-line-argument
  -fno-unwind-tables -fno-asynchronous-unwind-tables -fno-stack-protector -fno-pic)
set(spindle_bitcode_files "")

# Compiles FILES... and links them into bitcode/NAME.bc.
function(spindle_bitcode_module name flags)
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/bitcode/${name}")
  set(objects "")
  foreach(file IN LISTS ARGN)
    get_filename_component(base "${file}" NAME_WE)
    list(APPEND objects "${base}.bc")
  endforeach()
  file(GLOB headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/runtime/*.h"
       "${PROJECT_SOURCE_DIR}/runtime/*/*.h" "${PROJECT_SOURCE_DIR}/compiler/emulate/firmware/*.h"
       "${SPINDLE_BITCODE_FOLDER}/include/*.h")
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(
    OUTPUT "${folder}.bc"
    COMMAND "${SPINDLE_CLANG}" ${SPINDLE_BITCODE_FLAGS} ${flags}
            -isystem "${SPINDLE_BITCODE_FOLDER}/include" -I${SPINDLE_RUNTIME_FLAT} ${ARGN}
    COMMAND "${SPINDLE_LLVM_LINK}" ${objects} -o "${folder}.bc"
    DEPENDS ${ARGN} ${headers}
    WORKING_DIRECTORY "${folder}"
    COMMENT "Bitcode: ${name}"
    VERBATIM)
  list(APPEND spindle_bitcode_files "${folder}.bc")
  set(spindle_bitcode_files "${spindle_bitcode_files}" PARENT_SCOPE)
endfunction()

function(spindle_bitcode flavour system kernels)
  set(sources "")
  foreach(folder IN ITEMS portable ${kernels})
    file(GLOB files CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/runtime/${folder}/*.c")
    list(APPEND sources ${files})
  endforeach()
  set(flags ${ARGN})
  if(system STREQUAL board)
    list(APPEND flags -fshort-enums) # like arm-none-eabi-gcc, whose linker would warn otherwise
  endif()
  spindle_bitcode_module(kernels_${flavour} "${flags}" ${sources})

  set(firmware verify_main mark stack memory)
  if(system STREQUAL board)
    list(APPEND firmware host_io_semihosting startup_cortexm)
  else()
    list(APPEND firmware host_io_linux startup_linux)
  endif()
  if(flavour MATCHES "^armv")
    list(APPEND firmware arithmetic)
  endif()
  list(TRANSFORM firmware REPLACE "(.+)" "${PROJECT_SOURCE_DIR}/compiler/emulate/firmware/\\1.c")
  # Without -ffreestanding, clang would turn memset into a call of itself.
  spindle_bitcode_module(firmware_${flavour} "${flags};-ffreestanding" ${firmware})
  set(spindle_bitcode_files "${spindle_bitcode_files}" PARENT_SCOPE)
endfunction()

spindle_bitcode(host linux "")
spindle_bitcode(armv6m board "" --target=thumbv6m-none-eabi -mcpu=cortex-m0plus
                -mfloat-abi=soft)
spindle_bitcode(armv7m board "" --target=thumbv7m-none-eabi -mcpu=cortex-m3 -mfloat-abi=soft)
spindle_bitcode(armv8m_base board "" --target=thumbv8m.base-none-eabi -mcpu=cortex-m23
                -mfloat-abi=soft)
spindle_bitcode(armv7em board "dsp;vfp" --target=thumbv7em-none-eabihf -mcpu=cortex-m4
                -mfloat-abi=hard -mfpu=fpv4-sp-d16)
spindle_bitcode(armv7em_fpv5 board "dsp;vfp" --target=thumbv7em-none-eabihf -mcpu=cortex-m7
                -mfloat-abi=hard -mfpu=fpv5-d16)
spindle_bitcode(armv8m_main board "dsp;vfp" --target=thumbv8m.main-none-eabihf -mcpu=cortex-m33
                -mfloat-abi=hard)
spindle_bitcode(armv81m_main board "mve" --target=thumbv8.1m.main-none-eabihf -mcpu=cortex-m55
                -mfloat-abi=hard)
spindle_bitcode(armv7a linux "neon" --target=thumbv7a-unknown-linux-gnueabihf -mcpu=cortex-a9
                -mfloat-abi=hard -mfpu=neon)
spindle_bitcode(armv7a_vfpv4 linux "neon" --target=thumbv7a-unknown-linux-gnueabihf -mcpu=cortex-a7
                -mfloat-abi=hard -mfpu=neon-vfpv4)
spindle_bitcode(aarch64 linux "neon" --target=aarch64-unknown-linux-gnu -mcpu=cortex-a53)
spindle_bitcode(aarch64_dotprod linux "neon;dot" --target=aarch64-unknown-linux-gnu
                -mcpu=cortex-a76)
spindle_bitcode(aarch64_i8mm linux "neon;dot;i8mm" --target=aarch64-unknown-linux-gnu
                -mcpu=cortex-a76+i8mm)

# spindle_embed_bitcode(TARGET) embeds the bitcode files into TARGET, for embedded_bitcode() of
# bitcode.h.
function(spindle_embed_bitcode target)
  set(assembly ".section .rodata\n")
  set(declarations "")
  set(entries "")
  foreach(file IN LISTS spindle_bitcode_files)
    get_filename_component(name "${file}" NAME_WE)
    set(symbol "spindle_bitcode_${name}")
    string(APPEND assembly "    .balign 16\n    .global ${symbol}\n${symbol}:\n"
           "    .incbin \"${file}\"\n    .global ${symbol}_end\n${symbol}_end:\n")
    string(APPEND declarations "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
    string(APPEND entries "  if (name == \"${name}\") return {${symbol}, "
           "static_cast<std::size_t>(${symbol}_end - ${symbol})};\n")
  endforeach()
  string(APPEND assembly "    .section .note.GNU-stack, \"\", %progbits\n")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/bitcode")
  file(CONFIGURE OUTPUT "${out}/embedded.S" CONTENT "${assembly}")
  file(CONFIGURE OUTPUT "${out}/embedded.cpp" @ONLY CONTENT [[// Written by bitcode.cmake.
#include "compiler/llvm/bitcode.h"

#include <cstddef>
#include <string>

#include "compiler/ir/diagnostics.h"

@declarations@
std::string_view spindle::embedded_bitcode(std::string_view name) {
@entries@  throw InternalError("no bitcode of " + std::string(name));
}
]])
  # Assembled by the C compiler, so that the project need not enable the language ASM.
  set_source_files_properties("${out}/embedded.S" PROPERTIES LANGUAGE C
    COMPILE_OPTIONS "-xassembler-with-cpp" OBJECT_DEPENDS "${spindle_bitcode_files}")
  target_sources(${target} PRIVATE "${out}/embedded.S" "${out}/embedded.cpp")
endfunction()
