# Writes the manual pages that the program has, into FOLDER/man1 and FOLDER/man5.
# usage: cmake -DPROGRAM=thresh -DFOLDER=man -P manual.cmake
file(REMOVE_RECURSE ${FOLDER})
execute_process(COMMAND ${PROGRAM} help --pages OUTPUT_VARIABLE pages COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" pages "${pages}")
foreach(page ${pages})
  string(REGEX MATCH "^(.*)\\.([0-9])$" whole ${page})
  file(MAKE_DIRECTORY ${FOLDER}/man${CMAKE_MATCH_2})
  execute_process(COMMAND ${PROGRAM} help --man ${CMAKE_MATCH_1}
                  OUTPUT_FILE ${FOLDER}/man${CMAKE_MATCH_2}/${page} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
