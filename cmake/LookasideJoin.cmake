# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# A static library of one object, in which every name that is not of the interface is local: a program,
# or a driver, may have its own slab_alloc.

include_guard(GLOBAL)
set_property(GLOBAL PROPERTY LOOKASIDE_JOIN_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/join_windows.ld)

# lookaside_add_joined_library(NAME OBJECTS [objcopy option...])
# OBJECTS is an object library, compiled with hidden visibility. COFF does not know that: there the
# names of the interface are told by their beginning, and the table for unwinding the stack needs
# the care of join_windows.ld.
function(lookaside_add_joined_library name objects)
    set(join -r)
    set(make_local --localize-hidden)
    if(WIN32)
        get_property(script GLOBAL PROPERTY LOOKASIDE_JOIN_SCRIPT)
        list(APPEND join -T ${script})
        set(make_local
            --wildcard "--keep-global-symbol=lookaside_*" --rename-section .unwind=.pdata)
    endif()
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.o)
    add_custom_command(
        OUTPUT ${object}
        COMMAND ${CMAKE_C_COMPILER} ${join} -nostdlib -o ${object}.all $<TARGET_OBJECTS:${objects}>
        COMMAND ${CMAKE_OBJCOPY} ${make_local} ${ARGN} ${object}.all ${object}
        DEPENDS ${objects} $<TARGET_OBJECTS:${objects}>
        COMMENT "Joining the object of ${name}"
        COMMAND_EXPAND_LISTS
        VERBATIM)
    add_library(${name} STATIC ${object})
    set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
endfunction()
