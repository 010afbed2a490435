# spangate_analyze(): static checks as a part of the build, one cached action for each source file.

# spangate_analyze(TARGET <name> [TARGETS <target>...] [ROOT <folder>] [CONFIG <spangate.yaml>] [OPTIONS <option>...]
#                  [WITHOUT_BUILD])
#
# Adds the target <name>: facts of each source file of TARGETS (default: of all targets of the project), made again only
# when the file, a header that it includes or its compile command changed, and one step that judges them all together,
# with OPTIONS (as --report sarif=...). The commands are those of compile_commands.json, so CMAKE_EXPORT_COMPILE_COMMANDS
# has to be on before the targets are added. TARGETS are built first, for the sake of headers that the build generates;
# WITHOUT_BUILD leaves that out. The result is <binary folder>/spangate/<name>/result.json.
#
# Needs the Ninja generator (or Makefiles) and CMake 3.20; unity builds are not supported.
function(spangate_analyze)
  cmake_parse_arguments(PARSE_ARGV 0 arg "WITHOUT_BUILD" "TARGET;ROOT;CONFIG" "TARGETS;OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "spangate_analyze: unknown arguments '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT arg_TARGET)
    message(FATAL_ERROR "spangate_analyze: TARGET is missing")
  endif()
  if(CMAKE_VERSION VERSION_LESS 3.20)
    message(FATAL_ERROR "spangate_analyze: needs CMake 3.20")
  endif()
  if(NOT CMAKE_GENERATOR MATCHES "Ninja|Makefiles")
    message(FATAL_ERROR "spangate_analyze: the generator ${CMAKE_GENERATOR} writes no compile_commands.json; use Ninja")
  endif()
  if(arg_CONFIG)
    get_filename_component(arg_CONFIG "${arg_CONFIG}" ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  if(NOT arg_ROOT)
    set(arg_ROOT ${CMAKE_SOURCE_DIR})
  endif()
  get_filename_component(arg_ROOT "${arg_ROOT}" REALPATH BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
  # At the end of the project: only then are all targets and their sources known.
  cmake_language(EVAL CODE "cmake_language(DEFER DIRECTORY [==[${CMAKE_SOURCE_DIR}]==] CALL _spangate_analyze_now
    [==[${arg_TARGET}]==] [==[${arg_TARGETS}]==] [==[${arg_ROOT}]==] [==[${arg_CONFIG}]==] [==[${arg_OPTIONS}]==]
    [==[${arg_WITHOUT_BUILD}]==])")
endfunction()

function(_spangate_analyze_now name targets root config options without_build)
  cmake_policy(SET CMP0116 NEW) # dependency files name files by absolute paths
  if(TARGET spangate::spangate)
    set(spangate spangate::spangate)
  elseif(TARGET spangate)
    set(spangate spangate)
  else()
    message(FATAL_ERROR "spangate_analyze: there is no spangate; call find_package(spangate REQUIRED) first")
  endif()
  if(NOT targets)
    _spangate_targets_below(${CMAKE_SOURCE_DIR} targets)
  endif()

  set(sources "")
  foreach(target IN LISTS targets)
    _spangate_sources_of(${target} found)
    list(APPEND sources ${found})
  endforeach()
  list(REMOVE_DUPLICATES sources)
  if(NOT sources)
    message(FATAL_ERROR "spangate_analyze: the targets have no source files to analyse")
  endif()

  set(folder ${CMAKE_BINARY_DIR}/spangate/${name})
  list(JOIN sources "\n" lines)
  file(CONFIGURE OUTPUT ${folder}/sources.txt CONTENT "@lines@\n" @ONLY)
  set(commands ${folder}/commands)
  set(divided ${commands}/compile_commands.json)
  set(all_facts "")
  foreach(source IN LISTS sources)
    list(APPEND divided ${commands}${source}.json)
    set(facts ${folder}/facts${source}.facts)
    add_custom_command(
      OUTPUT ${facts}
      COMMAND ${spangate} analyze -p ${commands}${source}.json --root ${root} --facts-out ${facts} --depfile ${facts}.d
      DEPENDS ${commands}${source}.json ${spangate}
      DEPFILE ${facts}.d
      WORKING_DIRECTORY ${root}
      COMMENT "spangate: facts of ${source}"
      VERBATIM)
    list(APPEND all_facts ${facts})
  endforeach()
  # A new configuration writes compile_commands.json anew; only the files whose commands differ change.
  add_custom_command(
    OUTPUT ${divided}
    COMMAND ${spangate} analyze -p ${CMAKE_BINARY_DIR} --root ${root} --commands-out ${commands} @${folder}/sources.txt
    DEPENDS ${CMAKE_BINARY_DIR}/compile_commands.json ${folder}/sources.txt ${spangate}
    WORKING_DIRECTORY ${root}
    COMMENT "spangate: compile commands"
    VERBATIM)

  list(JOIN all_facts "\n" lines)
  file(CONFIGURE OUTPUT ${folder}/facts.txt CONTENT "@lines@\n" @ONLY)
  set(judge --link @${folder}/facts.txt -p ${commands} --root ${root} --out ${folder}
            --report json=${folder}/result.json ${options})
  if(config)
    list(APPEND judge --config ${config})
  elseif(EXISTS ${root}/spangate.yaml)
    set(config ${root}/spangate.yaml)
  endif()
  add_custom_command(
    OUTPUT ${folder}/result.json
    COMMAND ${spangate} analyze ${judge}
    DEPENDS ${all_facts} ${commands}/compile_commands.json ${folder}/facts.txt ${config} ${spangate}
    WORKING_DIRECTORY ${root}
    COMMENT "spangate: judging"
    VERBATIM)
  add_custom_target(${name} DEPENDS ${folder}/result.json)
  if(NOT without_build)
    add_dependencies(${name} ${targets})
  endif()
endfunction()

# The source files of a target that the compiler reads, as compile_commands.json names them.
function(_spangate_sources_of target result)
  if(NOT TARGET ${target})
    message(FATAL_ERROR "spangate_analyze: there is no target '${target}'")
  endif()
  set(found "")
  get_target_property(type ${target} TYPE)
  if(NOT type MATCHES "^(EXECUTABLE|(STATIC|SHARED|MODULE|OBJECT)_LIBRARY)$")
    set(${result} "" PARENT_SCOPE)
    return()
  endif()
  get_target_property(exported ${target} EXPORT_COMPILE_COMMANDS)
  if(NOT exported)
    message(FATAL_ERROR "spangate_analyze: ${target} is not in compile_commands.json; "
                        "set(CMAKE_EXPORT_COMPILE_COMMANDS ON) before the targets are added")
  endif()
  get_target_property(unity ${target} UNITY_BUILD)
  if(unity)
    message(FATAL_ERROR "spangate_analyze: ${target} is a unity build; set its property UNITY_BUILD to OFF")
  endif()
  get_target_property(sources ${target} SOURCES)
  get_target_property(source_dir ${target} SOURCE_DIR)
  get_target_property(binary_dir ${target} BINARY_DIR)
  foreach(source IN LISTS sources)
    # A file behind a generator expression has no facts then, and the judging step says so.
    if(source MATCHES "\\$<" OR NOT source MATCHES "\\.(c|cc|cpp|cxx|c\\+\\+|C|cu|m|mm)$")
      continue()
    endif()
    get_source_file_property(header_only ${source} TARGET_DIRECTORY ${target} HEADER_FILE_ONLY)
    if(header_only)
      continue()
    endif()
    get_filename_component(path ${source} ABSOLUTE BASE_DIR ${source_dir})
    if(NOT EXISTS ${path} AND NOT IS_ABSOLUTE ${source})
      get_filename_component(path ${source} ABSOLUTE BASE_DIR ${binary_dir})
    endif()
    list(APPEND found ${path})
  endforeach()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

function(_spangate_targets_below folder result)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  set(kept "")
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type MATCHES "^(EXECUTABLE|(STATIC|SHARED|MODULE|OBJECT)_LIBRARY)$")
      list(APPEND kept ${target})
    endif()
  endforeach()
  get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(sub IN LISTS folders)
    _spangate_targets_below(${sub} below)
    list(APPEND kept ${below})
  endforeach()
  set(${result} "${kept}" PARENT_SCOPE)
endfunction()
