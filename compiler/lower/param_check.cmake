# The build fails if runtime/spindle.h and compiler/lower/param_structs.cpp disagree.
add_executable(spindle_write_param_check compiler/lower/check/write_param_check.cpp)
target_link_libraries(spindle_write_param_check PRIVATE spindle_lower)
set(param_check "${CMAKE_CURRENT_BINARY_DIR}/param_check.c")
add_custom_command(
  OUTPUT "${param_check}"
  COMMAND spindle_write_param_check "${param_check}"
  DEPENDS spindle_write_param_check
  VERBATIM)
add_library(spindle_param_check OBJECT "${param_check}")
target_include_directories(spindle_param_check PRIVATE runtime)
set_target_properties(spindle_param_check PROPERTIES C_STANDARD 11)
# Code generation uses these structs, so it must not be built before they are checked.
add_dependencies(spindle_codegen spindle_param_check)
