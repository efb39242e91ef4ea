# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# A static library of one object, in which every name that is not of the interface is local: a program,
# or a driver, may have its own slab_alloc.

include_guard(GLOBAL)
set_property(GLOBAL PROPERTY LOOKASIDE_JOIN_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/join_windows.ld)

# lookaside_add_joined_library(NAME OBJECTS [NOT_HIDDEN] [objcopy option...])
# OBJECTS is an object library. The names of the interface are told by their beginning; with NOT_HIDDEN,
# by not having hidden visibility, which COFF does not know. The other name that stays is that which
# <sys/sdt.h> gives to one byte, the same in all objects of a program that have probes. On Windows,
# the table for unwinding the stack needs the care of join_windows.ld.
function(lookaside_add_joined_library name objects)
    cmake_parse_arguments(ARG "NOT_HIDDEN" "" "" ${ARGN})
    set(join -r)
    set(make_local
        --wildcard "--keep-global-symbol=lookaside_*" --keep-global-symbol=_.stapsdt.base)
    if(ARG_NOT_HIDDEN)
        set(make_local --localize-hidden)
    endif()
    if(WIN32)
        get_property(script GLOBAL PROPERTY LOOKASIDE_JOIN_SCRIPT)
        list(APPEND join -T ${script})
        list(APPEND make_local --rename-section .unwind=.pdata)
    endif()
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.o)
    add_custom_command(
        OUTPUT ${object}
        COMMAND ${CMAKE_C_COMPILER} ${join} -nostdlib -o ${object}.all $<TARGET_OBJECTS:${objects}>
        COMMAND ${CMAKE_OBJCOPY} ${make_local} ${ARG_UNPARSED_ARGUMENTS} ${object}.all ${object}
        DEPENDS ${objects} $<TARGET_OBJECTS:${objects}>
        COMMENT "Joining the object of ${name}"
        COMMAND_EXPAND_LISTS
        VERBATIM)
    add_library(${name} STATIC ${object})
    set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
endfunction()
