# The target spindle_param_check fails to build if runtime/spindle.h and
# compiler/lower/kernel/param_structs.cpp do not agree.
add_executable(spindle_write_param_check compiler/lower/program/check/write_param_check.cpp)
target_link_libraries(spindle_write_param_check PRIVATE spindle_lower_program)
set(param_check "${CMAKE_CURRENT_BINARY_DIR}/param_check.c")
add_custom_command(
  OUTPUT "${param_check}"
  COMMAND spindle_write_param_check "${param_check}"
  DEPENDS spindle_write_param_check
  VERBATIM)
add_library(spindle_param_check OBJECT "${param_check}")
target_link_libraries(spindle_param_check PRIVATE spindle_runtime_headers)
set_target_properties(spindle_param_check PROPERTIES C_STANDARD 11)
