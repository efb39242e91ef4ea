#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Counts the instructions of a function's straight path in an x86-64 program.

usage: count_instructions.py OBJDUMP PROGRAM FUNCTION=LIMIT...

The path goes from the entry to ret, not counting ret, and takes no conditional jump. It must not
be longer than LIMIT, have exactly one conditional jump, no call, and no instruction that locks.
Prints the figures.
"""

import re
import subprocess
import sys

LINE = re.compile(r"^\s*([0-9a-f]+):\s+(\S.*)$")
DIRECT_JUMP = re.compile(r"^jmp\s+([0-9a-f]+) <")


def disassemble(objdump, program, function):
    """The function's instructions by address, in order."""
    output = subprocess.run(
        [objdump, "-d", "--no-show-raw-insn", f"--disassemble={function}", program],
        check=True, capture_output=True, text=True).stdout
    body = output.partition(f"<{function}>:\n")[2].partition("\n\n")[0]
    lines = (LINE.match(line) for line in body.splitlines())
    return {int(line[1], 16): line[2] for line in lines if line}


def straight_path(code):
    """What runs from the entry to ret when no conditional jump is taken; what stops it short."""
    addresses = list(code)
    at, path = addresses[0] if addresses else None, []
    while at in code:
        instruction = code[at]
        if re.match(r"(repz )?ret", instruction):
            return path, None
        if len(path) > len(code):
            return path, "loops"
        path.append(instruction)
        jump = DIRECT_JUMP.match(instruction)
        following = addresses.index(at) + 1
        if jump:
            at = int(jump[1], 16)
        elif instruction.startswith("jmp") or following == len(addresses):
            at = None
        else:
            at = addresses[following]
    return path, "leaves the function: the hit is not the straight path"


def faults(path, stop, limit):
    names = [instruction.split()[0] for instruction in path]
    conditional = [name for name in names if name.startswith("j") and name != "jmp"]
    if stop:
        yield stop
    if not path:
        yield "is not in the program"
    if len(path) > limit:
        yield f"has {len(path)} instructions, more than {limit}"
    if len(conditional) != 1:
        yield f"has {len(conditional)} conditional jumps, not one"
    for instruction, name in zip(path, names):
        if name == "lock" or name.startswith("xchg"):
            yield f"locks: {instruction}"
        if name.startswith("call"):
            yield f"calls: {instruction}"


def main(arguments):
    if len(arguments) < 3:
        sys.exit(__doc__)
    objdump, program = arguments[:2]
    wrong = 0
    for function, limit in (argument.split("=") for argument in arguments[2:]):
        path, stop = straight_path(disassemble(objdump, program, function))
        found = list(faults(path, stop, int(limit)))
        print(f"{program}: {function}: {len(path)} instructions, limit {limit}")
        for fault in found:
            print(f"{program}: {function} {fault}")
        if found:
            print("    " + "\n    ".join(path))
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
