#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
#
# usage: driver_demo.sh BUILD_DIRECTORY [driver-c|driver-rust|driver-cpp-rust [ARGUMENT...]]
#
# Loads an example driver, as the mingw preset has built it, into Wine, lets its program send it
# requests, shows what the two say, and unloads it. Fails if a request did, or a context leaked. The
# arguments are the program's: for driver-c and driver-rust, THREADS and REQUESTS of each.

set -euo pipefail

build=${1:?usage: driver_demo.sh BUILD_DIRECTORY [EXAMPLE [ARGUMENT...]]}
example=${2:-driver-c}
shift $(($# < 2 ? $# : 2))
folder=$build/examples
case $example in
driver-c) driver=driver-c/checksum.sys client=driver-c/checksum_client.exe ;;
driver-rust) driver=driver-rust/checksum_rust.sys client=driver-c/checksum_client.exe ;;
driver-cpp-rust)
    driver=driver-cpp-rust/sessions.sys client=driver-cpp-rust/sessions_client.exe
    ;;
*)
    printf 'there is no example %s: driver-c, driver-rust or driver-cpp-rust\n' "$example" >&2
    exit 2
    ;;
esac

printf 'The driver %s is loaded into Wine, and %s sends it requests.\n\n' \
    "${driver#*/}" "${client#*/}"
host=$(dirname "$0")/../nt/wine/driver_host.py
output=$("$host" --prefix "$build/wine-drivers" --debug-print --timeout 120 \
    "$folder/$driver" "$folder/$client" "$@" | tr -d '\r') || {
    status=$?
    printf '%s\n' "$output"
    exit $status
}
printf '%s\n' "$output"
if ! grep -q ' 0 contexts outstanding; the list: LOOKASIDE_OK' <<<"$output"; then
    printf '\nA context leaked: the driver could not destroy its list.\n' >&2
    exit 1
fi
printf '\nThe driver was unloaded, its list destroyed, and nothing leaked.\n'
