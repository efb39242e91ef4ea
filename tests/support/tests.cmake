# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# How a test program is declared; included by the folders beside this one.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET GLOBAL cmocka)

# lookaside_test_program(NAME SOURCE... LIBRARIES library...)
# A program of test sources that uses the shared helpers.
function(lookaside_test_program name)
    cmake_parse_arguments(ARG "" "" "LIBRARIES" ${ARGN})
    add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
    # The helpers call the library, so they come before it.
    target_link_libraries(${name} PRIVATE lookaside_test_support ${ARG_LIBRARIES} Threads::Threads)
    set_target_properties(${name} PROPERTIES C_STANDARD 11 C_EXTENSIONS ON CXX_STANDARD 17)
    target_compile_options(${name} PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wpedantic)
endfunction()
