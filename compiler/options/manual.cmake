# Writes the manual pages and completions with the tool that was built, and installs them.
set(manual_folder ${CMAKE_CURRENT_BINARY_DIR}/manual)
set(manual_files)

# spindle_manual_file(NAME ARGUMENTS...) makes the file NAME by `spindle ARGUMENTS... -o FILE`.
function(spindle_manual_file name)
  set(file ${manual_folder}/${name})
  add_custom_command(OUTPUT ${file} COMMAND spindle ${ARGN} -o ${file} DEPENDS spindle VERBATIM)
  list(APPEND manual_files ${file})
  set(manual_files ${manual_files} PARENT_SCOPE)
endfunction()

spindle_manual_file(spindle.1 help --format=man)
install(FILES ${manual_folder}/spindle.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
# The commands in compiler/options/option_table.cpp. A test checks that the lists are equal.
foreach(command IN ITEMS compile plan inspect run verify quantize targets help completions)
  spindle_manual_file(spindle-${command}.1 help ${command} --format=man)
  install(FILES ${manual_folder}/spindle-${command}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endforeach()

spindle_manual_file(completions/bash/spindle completions bash)
install(FILES ${manual_folder}/completions/bash/spindle
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
spindle_manual_file(completions/zsh/_spindle completions zsh)
install(FILES ${manual_folder}/completions/zsh/_spindle
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
spindle_manual_file(completions/fish/spindle.fish completions fish)
install(FILES ${manual_folder}/completions/fish/spindle.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

add_custom_target(spindle_manual ALL DEPENDS ${manual_files})
