# find_package(spangate): the imported executable spangate::spangate, and spangate_test().
include(${CMAKE_CURRENT_LIST_DIR}/spangate-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/SpangateTest.cmake)
