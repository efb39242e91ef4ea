# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# What this project asks of its own code; nothing here reaches a project that uses the library.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()

add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wpedantic)
# A name that nobody defines is found when a shared library is linked, not when it is loaded.
if(WIN32)
    # There it cannot be otherwise. Printf is C's, not that of the system's old C library.
    add_compile_definitions(__USE_MINGW_ANSI_STDIO=1)
else()
    add_link_options(LINKER:-z,defs)
endif()

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
