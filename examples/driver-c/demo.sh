#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
#
# usage: demo.sh BUILD_DIRECTORY [THREADS [REQUESTS]]
#
# Loads the checksum driver, as the mingw preset has built it, into Wine, sends it requests from several
# threads, prints what it says of its list, and unloads it. Fails if a request did, or a context leaked.

set -euo pipefail

build=${1:?usage: demo.sh BUILD_DIRECTORY [THREADS [REQUESTS]]}
threads=${2:-4}
requests=${3:-2000}
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$build/examples/driver-c

printf 'The driver checksum.sys is loaded into Wine; %s threads send %s requests each.\n\n' \
    "$threads" "$requests"
output=$("$root/nt/wine/driver_host.py" --prefix "$build/wine-drivers" --debug-print --timeout 120 \
    "$folder/checksum.sys" "$folder/checksum_client.exe" "$threads" "$requests" | tr -d '\r') || {
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
