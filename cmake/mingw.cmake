# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# Windows on x86-64: Debian's mingw-w64, programs run by Wine in a prefix of the build's own.

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
# The -posix variant has C11 and C++ threads over winpthreads.
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
# Not Debian's script of that name, which talks on standard error about 32-bit programs. And without
# Wine's debugger: with it, a program that crashed often ends with status 0.
find_program(LOOKASIDE_WINE NAMES wine64 wine PATHS /usr/lib/wine NO_CMAKE_FIND_ROOT_PATH)
mark_as_advanced(LOOKASIDE_WINE)
# Where it can be had, without randomised addresses: on newer kernels the heap of a Wine without a
# preloader (Debian's) may begin where Windows has a page at a fixed address, and a process in some
# thousands dies at its start.
execute_process(COMMAND setarch -R true RESULT_VARIABLE steady OUTPUT_QUIET ERROR_QUIET)
if(steady EQUAL 0)
    set(steady setarch -R)
else()
    set(steady "")
endif()
set(CMAKE_CROSSCOMPILING_EMULATOR
    ${steady} env WINEPREFIX=${CMAKE_BINARY_DIR}/wine WINEDEBUG=-all WINEDLLOVERRIDES=winedbg.exe=d
    ${LOOKASIDE_WINE})
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
