# spangate_test(): a ctest test whose telemetry is judged. For users (find_package(spangate)) and for spangate's own build.

# spangate_test(NAME <name> COMMAND <target or program> [<argument>...]
#               [CHECKS <file>...] [CONFIG <spangate.yaml>] [TIMEOUT <seconds>] [LABELS <label>...]
#               [WORKING_DIRECTORY <folder>])
#
# Runs COMMAND under `spangate run`, with a collector of its own on ephemeral ports: tests may run in parallel and be
# repeated. Relative CHECKS and CONFIG resolve from the current source folder. Reports go to
# <current binary folder>/spangate/<name>. The test gets the label "telemetry". A command that exits with 77 is skipped.
function(spangate_test)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;CONFIG;TIMEOUT;WORKING_DIRECTORY" "COMMAND;CHECKS;LABELS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "spangate_test: unknown arguments '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  foreach(required NAME COMMAND)
    if(NOT arg_${required})
      message(FATAL_ERROR "spangate_test: ${required} is missing")
    endif()
  endforeach()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()

  # ctest kills the whole tree when its own limit is reached, and no report is written: ours has to come first.
  math(EXPR own_limit "${arg_TIMEOUT} - 10")
  if(own_limit LESS 1)
    message(FATAL_ERROR "spangate_test: TIMEOUT ${arg_TIMEOUT} leaves no time to write the reports: give 11 or more")
  endif()

  set(out ${CMAKE_CURRENT_BINARY_DIR}/spangate/${arg_NAME})
  set(options --name ${arg_NAME} --out ${out} --timeout ${own_limit} --report junit=${out}/junit.xml
              --report json=${out}/result.json)
  foreach(file IN LISTS arg_CHECKS)
    get_filename_component(path "${file}" ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    list(APPEND options --checks ${path})
  endforeach()
  if(arg_CONFIG)
    get_filename_component(path "${arg_CONFIG}" ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    list(APPEND options --config ${path})
  endif()

  list(POP_FRONT arg_COMMAND program)
  if(TARGET ${program})
    set(program $<TARGET_FILE:${program}>)
  endif()
  if(TARGET spangate::spangate)
    set(spangate $<TARGET_FILE:spangate::spangate>)
  elseif(TARGET spangate)
    set(spangate $<TARGET_FILE:spangate>)
  else()
    message(FATAL_ERROR "spangate_test: there is no spangate; call find_package(spangate REQUIRED) first")
  endif()
  if(NOT arg_WORKING_DIRECTORY)
    set(arg_WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  endif()

  add_test(NAME ${arg_NAME} COMMAND ${spangate} run ${options} -- ${program} ${arg_COMMAND}
           WORKING_DIRECTORY ${arg_WORKING_DIRECTORY} COMMAND_EXPAND_LISTS)
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77
                       LABELS "telemetry;${arg_LABELS}")
  if(CMAKE_VERSION VERSION_GREATER_EQUAL 3.27)
    # From here on ctest can ask before it kills, and spangate writes its reports on SIGTERM.
    set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT_SIGNAL_NAME SIGTERM TIMEOUT_SIGNAL_GRACE_PERIOD 5)
  endif()
endfunction()
