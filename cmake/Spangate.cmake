# What every target of the project shares: one interface target and one function for unit tests.

add_library(spangate_options INTERFACE)
target_compile_features(spangate_options INTERFACE cxx_std_20)
target_include_directories(spangate_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(spangate_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                                  -Werror -Wno-missing-field-initializers)
# GCC 12, where it optimises, sees an overlap in every "text" + std::string (its bug 105651), and strings without a value
# in lists of structs in braces.
target_compile_options(spangate_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict$<SEMICOLON>-Wno-maybe-uninitialized>)
if(SPANGATE_SANITIZE)
  target_compile_options(spangate_options INTERFACE -fsanitize=${SPANGATE_SANITIZE} -fno-omit-frame-pointer
                                                    -fno-sanitize-recover=all)
  target_link_options(spangate_options INTERFACE -fsanitize=${SPANGATE_SANITIZE})
endif()

# spangate_unit_tests(<library> <file>_test.cc ...): one test program per library, its tests known to ctest by name.
function(spangate_unit_tests library)
  if(NOT SPANGATE_BUILD_TESTS)
    return()
  endif()
  set(program ${library}_tests)
  add_executable(${program} ${ARGN})
  target_link_libraries(${program} PRIVATE ${library} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${program} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
endfunction()
