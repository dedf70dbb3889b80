# cmake -DBUILD=FOLDER [-DBASE=COMMIT] [-DMOST=N] -P tests/tidy.cmake runs clang-tidy 19 with the
# checks of .clang-tidy on the C++ files that differ from BASE. FOLDER is a build folder; its
# compile_commands.json says how files are compiled.
#
# Without BASE, it is the newest commit that HEAD shares with origin/main. If that is HEAD itself,
# as on main, or if there is no origin/main, it is the commit before HEAD. Changes that are not
# committed count, too. A header is checked by way of the .cpp file of its name.
#
# Checking a file takes about twelve seconds, so only the first MOST files are checked (0: all). A line
# that begins with SKIPPED names the others.
if(NOT DEFINED MOST)
  set(MOST 4)
endif()
get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
find_program(clang_tidy NAMES clang-tidy-19)
find_program(git NAMES git)
if(NOT clang_tidy OR NOT git)
  message("SKIPPED: no clang-tidy-19 or no git")
  return()
endif()

# git(VARIABLE ARGUMENTS...) sets VARIABLE to what git prints, or to nothing if it fails.
function(git variable)
  execute_process(COMMAND "${git}" -C "${root}" ${ARGN} OUTPUT_VARIABLE text RESULT_VARIABLE result
    ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(result)
    set(text "")
  endif()
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

if(NOT DEFINED BASE)
  git(head rev-parse HEAD)
  git(BASE merge-base HEAD origin/main)
  if(BASE STREQUAL "" OR BASE STREQUAL head)
    git(BASE rev-parse --verify HEAD~1)
  endif()
endif()
if(BASE STREQUAL "")
  message("SKIPPED: clang-tidy does not know what has changed, because git has no earlier commit")
  return()
endif()

# The .cpp files to check.
git(changed diff --name-only --diff-filter=d "${BASE}")
git(untracked ls-files --others --exclude-standard)
string(REPLACE "\n" ";" changed "${changed};${untracked}")
set(files)
foreach(file IN LISTS changed)
  if(file MATCHES "^(compiler|frontend|tests)/.*\\.(cpp|h)$")
    string(REGEX REPLACE "\\.h$" ".cpp" file "${file}")
    if(EXISTS "${root}/${file}")
      list(APPEND files "${root}/${file}")
    endif()
  endif()
endforeach()
list(REMOVE_DUPLICATES files)

# Unity builds compile files that include several sources. unit_of_FILE is the file that the
# compiler is given for FILE: itself, or the file that includes it.
file(GLOB_RECURSE units "${BUILD}/*/Unity/unity_*_cxx.cxx")
foreach(unit IN LISTS units)
  file(STRINGS "${unit}" includes REGEX "^#include \"")
  foreach(line IN LISTS includes)
    string(REGEX REPLACE "^#include \"(.*)\"$" "\\1" file "${line}")
    set("unit_of_${file}" "${unit}")
  endforeach()
endforeach()

# command_of_UNIT is the command that compiles it. Precompiled headers are gcc's, and clang-tidy
# reads the headers themselves.
file(READ "${BUILD}/compile_commands.json" database)
string(JSON count LENGTH "${database}")
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
  string(JSON unit GET "${database}" ${i} file)
  set("index_of_${unit}" ${i})
endforeach()

set(checked)
set(left)
set(entries "[]")
set(count 0)
foreach(file IN LISTS files)
  set(unit "${file}")
  if(DEFINED "unit_of_${file}")
    set(unit "${unit_of_${file}}")
  endif()
  if(NOT DEFINED "index_of_${unit}")
    continue() # this build folder does not compile it
  endif()
  if(MOST GREATER 0 AND count GREATER_EQUAL MOST)
    file(RELATIVE_PATH name "${root}" "${file}")
    list(APPEND left "${name}")
    continue()
  endif()
  string(JSON entry GET "${database}" ${index_of_${unit}})
  string(JSON command GET "${entry}" command)
  string(REPLACE "${unit}" "${file}" command "${command}")
  string(REGEX REPLACE " (-Winvalid-pch|-fpch-preprocess|-include [^ ]*cmake_pch\\.hxx)" ""
    command "${command}")
  string(REPLACE "\\" "\\\\" command "${command}")
  string(REPLACE "\"" "\\\"" command "${command}")
  string(JSON entry SET "${entry}" command "\"${command}\"")
  string(JSON entry SET "${entry}" file "\"${file}\"")
  string(JSON entries SET "${entries}" ${count} "${entry}")
  math(EXPR count "${count} + 1")
  list(APPEND checked "${file}")
endforeach()
if(left)
  list(LENGTH left number)
  list(JOIN left " " left)
  message("SKIPPED: clang-tidy of ${number} changed files: ${left}")
endif()
if(NOT checked)
  return()
endif()

file(WRITE "${BUILD}/tidy/compile_commands.json" "${entries}")
execute_process(COMMAND "${clang_tidy}" -p "${BUILD}/tidy" --quiet --warnings-as-errors=*
  --extra-arg=-Wno-unknown-warning-option ${checked} WORKING_DIRECTORY "${root}"
  RESULT_VARIABLE result ERROR_VARIABLE errors)
if(result)
  string(REGEX REPLACE "[^\n]*(warnings? generated|Processing file)[^\n]*\n" "" errors "${errors}")
  message("${errors}")
  message(FATAL_ERROR "Mend what clang-tidy has found.")
endif()
