# cmake -P tests/format.cmake checks that all sources have the format of .clang-format. It needs
# clang-format 19, because other versions format a little differently.
find_program(clang_format NAMES clang-format-19)
if(NOT clang_format)
  message("SKIPPED: no clang-format-19")
  return()
endif()
get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
file(GLOB_RECURSE files RELATIVE "${root}"
  "${root}/compiler/*.cpp" "${root}/compiler/*.h" "${root}/compiler/*.c"
  "${root}/frontend/*.cpp" "${root}/frontend/*.h"
  "${root}/runtime/*.c" "${root}/runtime/*.h"
  "${root}/tests/*.cpp" "${root}/tests/*.h" "${root}/tests/*.c")
execute_process(COMMAND "${clang_format}" --dry-run -Werror ${files} WORKING_DIRECTORY "${root}"
  RESULT_VARIABLE result)
if(result)
  message(FATAL_ERROR "Format them: ${clang_format} -i FILE...")
endif()
