# find_package(spangate): the imported executable spangate::spangate, spangate_test() and spangate_analyze().
include(${CMAKE_CURRENT_LIST_DIR}/spangate-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/SpangateTest.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/SpangateAnalyze.cmake)
