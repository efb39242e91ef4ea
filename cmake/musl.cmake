# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# Debian's musl-gcc (musl-tools): the same machine, another C library, and no C++ with it.

set(LOOKASIDE_WITHOUT_CXX TRUE)

set(CMAKE_C_COMPILER musl-gcc)
# The kernel's headers, which musl-gcc leaves out; what musl has itself comes first.
set(CMAKE_C_FLAGS_INIT
    "-idirafter /usr/include -idirafter /usr/include/${CMAKE_HOST_SYSTEM_PROCESSOR}-linux-gnu")
