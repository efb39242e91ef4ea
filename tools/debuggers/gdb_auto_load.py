# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Installed as liblookaside.so.VERSION-gdb.py, which gdb runs when it meets that library."""
import os
import sys

import gdb  # pylint: disable=import-error

sys.path.insert(0, os.path.join(os.path.dirname(gdb.current_objfile().filename), "lookaside"))
try:
    import lookaside_gdb  # pylint: disable=unused-import
except ImportError as error:
    gdb.write(f"lookaside: there are no scripts for gdb in {sys.path[0]} ({error})\n", gdb.STDERR)
