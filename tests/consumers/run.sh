#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
#
# usage: run.sh SOURCE_ROOT BUILD_DIR find_package|pkg_config|add_subdirectory|driver|command
#              [CMake option...]
#
# Builds a consumer in a temporary place, against BUILD_DIR installed there or against the sources,
# and runs it with the shared and with the static library; or builds a driver, and runs it where that
# takes no Wine; or runs the installed command.

set -euo pipefail
source=$1 build=$2 way=$3
shift 3
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp -r "$source/tests/consumers" "$place/consumers"
consumer=$place/consumers/$way out=$place/out

# The installed tree is moved once: a package must not remember where it was built or first put.
install_moved() {
    cmake --install "$build" --prefix "$place/first"
    mv "$place/first" "$place/prefix"
    libraries=$(dirname "$(find "$place/prefix" -name 'liblookaside.a')")
    export LD_LIBRARY_PATH=$libraries PKG_CONFIG_PATH=$libraries/pkgconfig
}

case $way in
command)
    install_moved
    unset LD_LIBRARY_PATH
    "$place/prefix/bin/lookaside" --version | grep -x 'lookaside [0-9.]*'
    exit
    ;;
driver)
    install_moved
    cmake -G Ninja -S "$consumer" -B "$out" -D "CMAKE_PREFIX_PATH=$place/prefix" \
        -D "EXAMPLES=$source/examples" "$@"
    cmake --build "$out"
    [ -s "$out/checksum.sys" ] && exit
    for client in "$out"/*_client; do
        "$client" 2 100
    done
    exit
    ;;
find_package)
    install_moved
    cmake -G Ninja -S "$consumer" -B "$out" -D "CMAKE_PREFIX_PATH=$place/prefix"
    cmake --build "$out"
    ;;
pkg_config)
    install_moved
    out=$consumer
    make -C "$consumer"
    ;;
add_subdirectory)
    cmake -G Ninja -S "$consumer" -B "$out" -D "LOOKASIDE_SOURCE_DIR=$source"
    cmake --build "$out"
    # Someone else's project gets the library, not our tools, tests and install rules.
    if [ -e "$out/lookaside/tests" ] || [ -e "$out/lookaside/tools" ]; then
        echo "add_subdirectory builds more than the library" >&2
        exit 1
    fi
    ;;
esac

for library in lookaside lookaside_static; do
    "$out/with_$library"
    "$out/cpp_with_$library"
done
