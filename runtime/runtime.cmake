# The libraries of the runtime for this process, and the lists of its files. Sets
#   SPINDLE_RUNTIME_FILES     all files that `spindle compile` may copy into a user's folder
#   SPINDLE_KERNEL_FUNCTIONS  a source that finds kernels by name, for compiler/execute
#   SPINDLE_RUNTIME_FLAT      one folder with links to all of these files, as users have them
file(GLOB SPINDLE_RUNTIME_FILES CONFIGURE_DEPENDS runtime/*.h runtime/*.c runtime/*/*.h runtime/*/*.c)
set(SPINDLE_RUNTIME_FLAT ${PROJECT_BINARY_DIR}/runtime_flat)
file(REMOVE_RECURSE ${SPINDLE_RUNTIME_FLAT})
file(MAKE_DIRECTORY ${SPINDLE_RUNTIME_FLAT})
foreach(file IN LISTS SPINDLE_RUNTIME_FILES)
  get_filename_component(name ${file} NAME)
  file(CREATE_LINK ${file} ${SPINDLE_RUNTIME_FLAT}/${name} SYMBOLIC)
endforeach()

add_library(spindle_runtime_headers INTERFACE)
spindle_includes(spindle_runtime_headers runtime)
target_include_directories(spindle_runtime_headers INTERFACE ${SPINDLE_RUNTIME_FLAT})

# The kernels that this machine can run. Kernels in intrinsics of other instruction sets run on
# targets only and have twins for this machine (compiler/twins). DSP kernels are plain C here.
file(GLOB host_sources CONFIGURE_DEPENDS runtime/portable/*.c runtime/dsp/*.c)
add_library(spindle_runtime STATIC ${host_sources})
set_target_properties(spindle_runtime PROPERTIES UNITY_BUILD OFF)
target_link_libraries(spindle_runtime PUBLIC spindle_flags spindle_runtime_headers m)

# The portable kernels whose multipliers are in fixed point on cores without an FPU. Each is built a
# second time for this form, as SYMBOL_integer.
set(fixed_point_kernels spindle_conv_s8 spindle_dw_s8 spindle_pw_s8 spindle_stem_s8)
add_library(spindle_runtime_integer STATIC)
set_target_properties(spindle_runtime_integer PROPERTIES UNITY_BUILD OFF)
target_link_libraries(spindle_runtime_integer PUBLIC spindle_flags spindle_runtime_headers)
target_compile_definitions(spindle_runtime_integer PRIVATE SPINDLE_REQUANTIZE_INTEGER=1)
foreach(symbol IN LISTS fixed_point_kernels)
  target_sources(spindle_runtime_integer PRIVATE runtime/portable/${symbol}.c)
  target_compile_definitions(spindle_runtime_integer PRIVATE ${symbol}=${symbol}_integer)
endforeach()

# A table of all kernels by name. It does not link if a kernel has neither its own code nor a twin.
set(kernel_entries "")
file(GLOB kernel_sources CONFIGURE_DEPENDS runtime/*/*.c)
foreach(source IN LISTS kernel_sources)
  get_filename_component(symbol ${source} NAME_WE)
  set(function "::${symbol}")
  if(symbol IN_LIST fixed_point_kernels)
    set(function "spindle::twins::${symbol}")
  endif()
  string(APPEND kernel_entries "  {\"${symbol}\", spindle::kernel_of<&${function}>()},\n")
endforeach()
set(SPINDLE_KERNEL_FUNCTIONS ${CMAKE_CURRENT_BINARY_DIR}/kernel_functions.cpp)
file(CONFIGURE OUTPUT ${SPINDLE_KERNEL_FUNCTIONS} CONTENT [[// Written by CMake from the files in runtime/.
#include "compiler/execute/kernel_functions.h"

#include <string_view>
#include <utility>

#include "compiler/twins/twins.h"
#include "runtime/spindle.h"

namespace {
const std::pair<std::string_view, spindle::Kernel> kKernels[] = {
@kernel_entries@};
}  // namespace

const spindle::Kernel* spindle::find_kernel(std::string_view symbol) {
  for (const auto& [name, kernel] : kKernels) {
    if (name == symbol) return &kernel;
  }
  return nullptr;
}
]] @ONLY)
