#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Reads the import tables of drivers: will they load on every Windows since Vista, and under Wine?

usage: imports.py OBJDUMP DRIVER.sys...

Reported:
  - one of the six allocate and free routines of the lookaside lists, which only the kernels since
    Windows 11 22H2 export (before, they were inline code in the kernel's headers)
  - one of the routines of LOOKASIDE_LIST_EX, which not every kernel has: they are to be looked up
  - an import from any other module than ntoskrnl.exe
  - a driver that does not import the interlocked list: then this is not a table worth reading

The test imports.checks shows it a driver that imports two of the six. The others were seen to be
reported when every_call.c was linked to ExInitializeLookasideListEx, and to a second module.
"""

import re
import subprocess
import sys

SINCE_22H2 = {
    "ExAllocateFromLookasideListEx", "ExFreeToLookasideListEx",
    "ExAllocateFromNPagedLookasideList", "ExFreeToNPagedLookasideList",
    "ExAllocateFromPagedLookasideList", "ExFreeToPagedLookasideList",
}
NOT_EVERYWHERE = {
    "ExInitializeLookasideListEx", "ExFlushLookasideListEx", "ExDeleteLookasideListEx",
}
KERNEL = "ntoskrnl.exe"
NEEDED = "ExpInterlockedPopEntrySList"

MODULE = re.compile(r"^\s*DLL Name: (\S+)")
# The address of the name, a hint, the name; delay-loaded and bound imports look the same.
IMPORT = re.compile(r"^\s+[0-9a-f]+\s+\d+\s+(\w+)\s*$")


def imports(objdump, driver):
    """Yields the module and the name of each import."""
    listing = subprocess.run([objdump, "-p", driver], check=True, capture_output=True, text=True)
    module = None
    for line in listing.stdout.splitlines():
        if MODULE.match(line):
            module = MODULE.match(line).group(1)
        elif module and IMPORT.match(line):
            yield module, IMPORT.match(line).group(1)
        elif module and not line.strip():
            module = None


def faults(found):
    for module, name in found:
        if module.lower() != KERNEL:
            yield f"imports {name} from {module}; a driver has {KERNEL} alone"
        if name in SINCE_22H2:
            yield f"imports {name}, which no Windows before 11 22H2 exports"
        if name in NOT_EVERYWHERE:
            yield f"imports {name}, which not every kernel exports"
    if NEEDED not in {name for _, name in found}:
        yield f"does not import {NEEDED}: is it a driver with lists?"


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    wrong = False
    for driver in arguments[1:]:
        for fault in faults(list(imports(arguments[0], driver))):
            print(f"{driver} {fault}")
            wrong = True
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
