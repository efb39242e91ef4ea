# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# How a test program is declared; included by the folders beside this one.
find_package(Threads REQUIRED)

# lookaside_test_program(NAME SOURCE... LIBRARIES library...)
# A program of test sources that uses the shared helpers.
function(lookaside_test_program name)
    cmake_parse_arguments(ARG "" "" "LIBRARIES" ${ARGN})
    add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
    # The helpers call the library, so they come before it.
    target_link_libraries(${name} PRIVATE lookaside_test_support ${ARG_LIBRARIES} Threads::Threads)
    set_target_properties(${name} PROPERTIES C_STANDARD 11 C_EXTENSIONS ON CXX_STANDARD 17)
    target_compile_options(${name} PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wpedantic)
    if(WIN32)
        # Needs no DLL of the compiler's, and finds ours beside it.
        target_link_options(${name} PRIVATE -static)
        set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
    endif()
endfunction()

# lookaside_test_without(NAME REASON)
# Names a test that cannot run in this build; ctest lists it as not run.
function(lookaside_test_without name reason)
    add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -E echo "${reason}")
    set_tests_properties(${name} PROPERTIES DISABLED ON)
endfunction()
