# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# Reads LOOKASIDE_VERSION from the public header, the only place where the version is written.

set(public_header ${CMAKE_CURRENT_LIST_DIR}/../include/lookaside/lookaside.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${public_header})

set(lookaside_version_parts)
foreach(part MAJOR MINOR PATCH)
    file(STRINGS ${public_header} line REGEX "^#define LOOKASIDE_VERSION_${part} [0-9]+$")
    if(NOT line MATCHES " ([0-9]+)$")
        message(FATAL_ERROR "${public_header} does not define LOOKASIDE_VERSION_${part}")
    endif()
    list(APPEND lookaside_version_parts ${CMAKE_MATCH_1})
endforeach()
list(JOIN lookaside_version_parts "." LOOKASIDE_VERSION)
