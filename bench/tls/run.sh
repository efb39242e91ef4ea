#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
#
# Builds the measurement of tls.c with Debian's gcc-mingw-w64-x86-64 and runs it under Wine.

set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
x86_64-w64-mingw32-gcc-posix -std=gnu11 -O2 -Wall -Wextra -static tls.c -o "$work/tls.exe"
WINEPREFIX="${WINEPREFIX:-$work/wine}" WINEDEBUG=-all wine "$work/tls.exe"
