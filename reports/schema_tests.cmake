# The golden files against the published schemas. Where a schema or a validator is absent the test is skipped and says
# why; it never passes unseen.
set(schemas ${SPANGATE_SCHEMAS})
find_program(SPANGATE_XMLLINT xmllint)
# Debian's own first: its packages (python3-jsonschema) serve no other.
find_program(SPANGATE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(SPANGATE_PYTHON python3)
mark_as_advanced(SPANGATE_XMLLINT SPANGATE_PYTHON)

# spangate_schema_test(<name> <schema> <validator> <command>...)
function(spangate_schema_test name schema validator)
  if(NOT EXISTS "${schema}")
    set(reason "there is no ${schema}; set SPANGATE_SCHEMAS")
  elseif(NOT validator)
    set(reason "its validator (xmllint or python3) is not installed")
  else()
    add_test(NAME ${name} COMMAND ${validator} ${ARGN})
    set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 60)
    return()
  endif()
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "skipped: ${reason}")
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: ")
endfunction()

set(golden ${PROJECT_SOURCE_DIR}/tests/golden)
set(junit_schema ${schemas}/junit-ci-readers.xsd)
set(sarif_schema ${schemas}/sarif-2.1.0.oasis-errata01.draft04.json)
set(result_schema ${PROJECT_SOURCE_DIR}/docs/formats/result.schema.json)
spangate_schema_test(GoldenJunit.FollowsTheSchema ${junit_schema} "${SPANGATE_XMLLINT}"
                     --nonet --noout --schema ${junit_schema} ${golden}/report.junit.xml)
spangate_schema_test(GoldenSarif.FollowsTheSchema ${sarif_schema} "${SPANGATE_PYTHON}"
                     ${golden}/validate_json.py ${sarif_schema} ${golden}/report.sarif)
spangate_schema_test(GoldenJson.FollowsTheSchema ${result_schema} "${SPANGATE_PYTHON}"
                     ${golden}/validate_json.py ${result_schema} ${golden}/report.json)
