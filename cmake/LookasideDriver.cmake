# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# How a Windows driver is declared. The same sources, C and C++, become, by the toolchain,
#
#     NAME          a real NAME.sys, built by mingw-w64, for Windows and for Wine's driver host
#     NAME_on_twin  a static library over the twin (wdk/), for an ordinary test program on Linux
#
# A driver lives without a C library and without the compiler's own: what the flags below say.

include_guard(GLOBAL)

if(MINGW)
    # CMake would hand kernel32 and its friends to every link, and a driver that calls one of them
    # would link, to be refused when it is loaded. Programs get them from gcc itself.
    set(CMAKE_C_STANDARD_LIBRARIES "")
    set(CMAKE_CXX_STANDARD_LIBRARIES "")

    find_path(LOOKASIDE_DDK_INCLUDE_DIR wdm.h PATH_SUFFIXES ddk
              DOC "mingw-w64's headers of the driver kit (Debian: mingw-w64-x86-64-dev)")
    mark_as_advanced(LOOKASIDE_DDK_INCLUDE_DIR)
    if(NOT LOOKASIDE_DDK_INCLUDE_DIR)
        message(FATAL_ERROR "no ddk/wdm.h: install mingw-w64-x86-64-dev")
    endif()
endif()

# How driver code is compiled: a driver, and a static library that goes into one.
function(lookaside_compile_for_driver target)
    # 'Four' is how drivers spell a pool tag. C++ is the language without its library.
    target_compile_options(${target} PRIVATE -Wno-multichar
        "$<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions;-fno-rtti;-fno-threadsafe-statics>")
    if(NOT MINGW)
        target_link_libraries(${target} PUBLIC lookaside::wdk)
        return()
    endif()
    target_include_directories(${target} SYSTEM PUBLIC ${LOOKASIDE_DDK_INCLUDE_DIR})
    # In C++, mingw-w64's <wdm.h> does not get along with a second definition of these two by its
    # <intrin.h>, which then leaves them to it.
    target_compile_definitions(${target} PRIVATE
        "$<$<COMPILE_LANGUAGE:CXX>:__INTRINSIC_DEFINED_InterlockedBitTestAndSet>"
        "$<$<COMPILE_LANGUAGE:CXX>:__INTRINSIC_DEFINED_InterlockedBitTestAndReset>")
    target_compile_options(${target} PRIVATE
        -ffreestanding           # memcpy and its like are ntoskrnl's; nothing else is assumed
        -fno-stack-protector     # no __stack_chk_fail
        -mno-stack-arg-probe     # no ___chkstk_ms: a kernel stack is all there and never grows ...
        -Wframe-larger-than=2048 # ... but it has 24 KiB
        -mlong-double-64         # no x87
        -fno-ident)
endfunction()

# lookaside_add_driver(NAME [source...] [LIBRARIES library...])
# The entry point is DriverEntry, in a source or in a library, as Rust's are. The driver may use the
# lookaside_* API and ntoskrnl, nothing else.
function(lookaside_add_driver name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" LIBRARIES)
    set(sources ${arg_UNPARSED_ARGUMENTS})
    if(NOT MINGW AND NOT sources)
        add_library(${name}_on_twin INTERFACE)
        target_link_libraries(${name}_on_twin INTERFACE ${arg_LIBRARIES} lookaside::nt)
        return()
    elseif(NOT MINGW)
        set(name ${name}_on_twin)
        add_library(${name} STATIC ${sources})
    else()
        set(no_constructors ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/driver_no_constructors.ld)
        add_library(${name} MODULE ${sources} ${no_constructors})
        set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX .sys
            LINK_DEPENDS ${no_constructors})
        if(NOT sources)
            # Not where there is C++: to link that in C's name would bring libstdc++.
            set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
        endif()
        # Relocatable and not executable where it is data, as Windows asks; no exports; the same
        # bytes from the same sources. The unwind tables stay: the kernel unwinds through them.
        target_link_options(${name} PRIVATE
            -nostdlib
            LINKER:--subsystem,native:6.0 LINKER:--major-os-version,6 LINKER:--wdmdriver
            LINKER:--entry,DriverEntry LINKER:--exclude-all-symbols
            LINKER:--dynamicbase LINKER:--nxcompat LINKER:--no-insert-timestamp
            ${no_constructors})
    endif()
    target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} lookaside::nt)
    lookaside_compile_for_driver(${name})
endfunction()
