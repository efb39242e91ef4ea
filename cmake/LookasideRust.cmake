# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors

# Rust beside C. The toolchains of this machine: /usr/bin's, which on Debian has the oldest compiler
# that the crates promise to work with, and the one that PATH finds first, as a rule a newer one.
#
#     LOOKASIDE_RUSTCS, LOOKASIDE_CARGOS, LOOKASIDE_RUST_VERSIONS   one item for each, oldest first
#     LOOKASIDE_RUST_CARGO, LOOKASIDE_RUST_RUSTC   the oldest that can build for this system; empty
#                                                  where there is none
#     LOOKASIDE_RUST_MISSING                       then: what is missing, in words
#
# Cargo asks no network and writes below the build directory only.

include_guard()

# What Rust calls the system that is built for, and what of Debian's makes its compiler able to.
if(MINGW)
    set(LOOKASIDE_RUST_TARGET x86_64-pc-windows-gnu)
    set(LOOKASIDE_RUST_MISSING "needs rustc 1.63 or later, cargo, libstd-rust-dev-windows")
elseif(CMAKE_CROSSCOMPILING OR NOT CMAKE_SYSTEM_NAME STREQUAL CMAKE_HOST_SYSTEM_NAME)
    set(LOOKASIDE_RUST_TARGET none)
    set(LOOKASIDE_RUST_MISSING "Rust is not built for this system")
else()
    set(LOOKASIDE_RUST_TARGET host)
    set(LOOKASIDE_RUST_MISSING "needs rustc 1.63 or later, cargo")
endif()

# The compiler behind a name: rustup's names are doors to it that write into the home directory.
function(lookaside_rust_toolchain rustc result)
    set(${result} "" PARENT_SCOPE)
    execute_process(COMMAND ${rustc} --print sysroot
        OUTPUT_VARIABLE root OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
    if(status EQUAL 0 AND EXISTS ${root}/bin/rustc AND EXISTS ${root}/bin/cargo)
        set(${result} ${root} PARENT_SCOPE)
    endif()
endfunction()

set(LOOKASIDE_RUSTCS "")
set(LOOKASIDE_CARGOS "")
set(LOOKASIDE_RUST_VERSIONS "")
set(LOOKASIDE_RUST_CARGO "")
set(LOOKASIDE_RUST_RUSTC "")

find_program(LOOKASIDE_RUSTC_OF_PATH rustc DOC "The Rust compiler that PATH finds first")
mark_as_advanced(LOOKASIDE_RUSTC_OF_PATH)
foreach(candidate /usr/bin/rustc ${LOOKASIDE_RUSTC_OF_PATH})
    if(NOT EXISTS ${candidate})
        continue()
    endif()
    lookaside_rust_toolchain(${candidate} root)
    if(NOT root OR ${root}/bin/rustc IN_LIST LOOKASIDE_RUSTCS)
        continue()
    endif()
    execute_process(COMMAND ${root}/bin/rustc --version OUTPUT_VARIABLE version)
    string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" version "${version}")
    if(version VERSION_LESS 1.63)
        continue()
    endif()
    set(at 0)
    foreach(other IN LISTS LOOKASIDE_RUST_VERSIONS)
        if(other VERSION_LESS version)
            math(EXPR at "${at} + 1")
        endif()
    endforeach()
    list(INSERT LOOKASIDE_RUSTCS ${at} ${root}/bin/rustc)
    list(INSERT LOOKASIDE_CARGOS ${at} ${root}/bin/cargo)
    list(INSERT LOOKASIDE_RUST_VERSIONS ${at} ${version})
endforeach()

foreach(rustc cargo IN ZIP_LISTS LOOKASIDE_RUSTCS LOOKASIDE_CARGOS)
    lookaside_rust_toolchain(${rustc} root)
    if(NOT LOOKASIDE_RUST_CARGO AND
       (LOOKASIDE_RUST_TARGET STREQUAL "host" OR
        EXISTS ${root}/lib/rustlib/${LOOKASIDE_RUST_TARGET}/lib))
        set(LOOKASIDE_RUST_RUSTC ${rustc})
        set(LOOKASIDE_RUST_CARGO ${cargo})
    endif()
endforeach()

# The environment of every cargo of this build, as `cmake -E env` takes it. Only a run in which
# something unstable is wanted adds RUSTC_BOOTSTRAP=1.
set(LOOKASIDE_CARGO_ENVIRONMENT
    CARGO_HOME=${CMAKE_BINARY_DIR}/cargo/home CARGO_TERM_COLOR=never
    --unset=RUSTFLAGS --unset=CARGO_ENCODED_RUSTFLAGS --unset=RUSTC_BOOTSTRAP
    --unset=CARGO_TARGET_DIR --unset=CARGO_BUILD_TARGET)

# lookaside_add_rust_library(NAME CRATE_DIRECTORY [UNSTABLE]
#                            [FEATURES feature...] [LIBRARIES library...])
# NAME is a static library, made by LOOKASIDE_RUST_CARGO from a crate with a Cargo.lock, of the kind
# "staticlib", whose library is called as its package. In its release profile a crate without std
# has panic = "abort" and lto = true: what core brings for unwinding is dropped then, and cannot be
# linked otherwise. UNSTABLE lets a stable compiler take #![feature(...)]. LIBRARIES are what it
# calls.
function(lookaside_add_rust_library name crate)
    cmake_parse_arguments(PARSE_ARGV 2 arg UNSTABLE "" "FEATURES;LIBRARIES")
    if(NOT LOOKASIDE_RUST_CARGO)
        message(FATAL_ERROR "${name}: ${LOOKASIDE_RUST_MISSING}")
    endif()
    get_filename_component(crate ${crate} ABSOLUTE)
    file(STRINGS ${crate}/Cargo.toml package REGEX "^name *=" LIMIT_COUNT 1)
    string(REGEX REPLACE ".*\"(.*)\"" "\\1" package "${package}")
    string(REPLACE - _ package "${package}")

    set(environment ${LOOKASIDE_CARGO_ENVIRONMENT} RUSTC=${LOOKASIDE_RUST_RUSTC})
    if(arg_UNSTABLE)
        list(APPEND environment RUSTC_BOOTSTRAP=1)
    endif()
    set(options --release --frozen --quiet)
    set(folder ${CMAKE_BINARY_DIR}/cargo/${name})
    set(output ${folder}/release)
    if(NOT LOOKASIDE_RUST_TARGET STREQUAL "host")
        list(APPEND options --target ${LOOKASIDE_RUST_TARGET})
        set(output ${folder}/${LOOKASIDE_RUST_TARGET}/release)
    endif()
    if(arg_FEATURES)
        string(REPLACE ";" "," features "${arg_FEATURES}")
        list(APPEND options --features ${features})
    endif()
    # Cargo leaves the library alone when it finds it good; it is then as new as what it was found
    # good for.
    add_custom_command(
        OUTPUT ${output}/lib${package}.a
        COMMAND ${CMAKE_COMMAND} -E env ${environment} ${LOOKASIDE_RUST_CARGO} build ${options}
                --manifest-path ${crate}/Cargo.toml --target-dir ${folder}
        COMMAND ${CMAKE_COMMAND} -E touch ${output}/lib${package}.a
        DEPENDS ${crate}/Cargo.toml ${crate}/Cargo.lock
        DEPFILE ${output}/lib${package}.d
        WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
        COMMENT "Building the Rust library ${name}"
        VERBATIM)
    add_custom_target(${name}_cargo DEPENDS ${output}/lib${package}.a)
    add_library(${name} STATIC IMPORTED GLOBAL)
    set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${output}/lib${package}.a)
    target_link_libraries(${name} INTERFACE ${arg_LIBRARIES})
    add_dependencies(${name} ${name}_cargo)
endfunction()

# lookaside_add_rust_driver(NAME CRATE_DIRECTORY [UNSTABLE] [FEATURES feature...])
# A driver wholly in Rust, as lookaside_add_driver makes one: NAME.sys, or NAME_on_twin. The crate
# has DriverEntry, and of the crate lookaside the feature "kernel".
function(lookaside_add_rust_driver name crate)
    lookaside_add_rust_library(${name}_crate ${crate} ${ARGN} LIBRARIES lookaside::nt)
    lookaside_add_driver(${name} LIBRARIES ${name}_crate)
endfunction()
