# Apart from spangate_cli: pure, and read by tests of other folders.
find_package(nlohmann_json REQUIRED)
add_library(spangate_configuration configuration.cc configuration_schema.cc)
target_link_libraries(spangate_configuration PUBLIC spangate_common PRIVATE spangate_yaml)
spangate_unit_tests(spangate_configuration configuration_test.cc)
if(SPANGATE_BUILD_TESTS)
  target_link_libraries(spangate_configuration_tests PRIVATE nlohmann_json::nlohmann_json)
endif()
