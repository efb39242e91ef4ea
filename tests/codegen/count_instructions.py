#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Counts the instructions of a function's straight path in an x86-64 program.

usage: count_instructions.py OBJDUMP PROGRAM FUNCTION=LIMIT[:JUMPS]... | FUNCTION=OTHER...

The path goes from the entry to ret, not counting ret, and takes no conditional jump. It must not
be longer than LIMIT, have exactly JUMPS conditional jumps, one unless told, no call, and no
instruction that locks. Instead of numbers, those of another function may be the limit. Prints the
figures.
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


def conditional_jumps(path):
    names = [instruction.split()[0] for instruction in path]
    return sum(name.startswith("j") and name != "jmp" for name in names)


def limits(wanted, paths):
    """The most instructions and the conditional jumps that "13", "13:2" or a function's name allow."""
    number = re.fullmatch(r"(\d+)(?::(\d+))?", wanted)
    if number:
        return int(number[1]), int(number[2] or 1)
    path, stop = paths(wanted)
    if stop or not path:
        sys.exit(f"{wanted} is no measure: {stop or 'it is not in the program'}")
    return len(path), conditional_jumps(path)


def faults(path, stop, limit, jumps):
    names = [instruction.split()[0] for instruction in path]
    conditional = conditional_jumps(path)
    if stop:
        yield stop
    if not path:
        yield "is not in the program"
    if len(path) > limit:
        yield f"has {len(path)} instructions, more than {limit}"
    if conditional != jumps:
        yield f"has {conditional} conditional jumps, not {jumps}"
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

    def path_of(function):
        return straight_path(disassemble(objdump, program, function))

    for function, wanted in (argument.split("=") for argument in arguments[2:]):
        limit, jumps = limits(wanted, path_of)
        path, stop = path_of(function)
        found = list(faults(path, stop, limit, jumps))
        print(f"{program}: {function}: {len(path)} instructions, limit {limit}")
        for fault in found:
            print(f"{program}: {function} {fault}")
        if found:
            print("    " + "\n    ".join(path))
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
