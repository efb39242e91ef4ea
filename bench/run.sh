#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
#
# bench/run.sh BUILD_DIR [OPTION...]: measures; run.py --help tells the options.
exec python3 "$(dirname "$0")/run.py" "$@"
