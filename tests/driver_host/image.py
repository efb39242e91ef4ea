#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Looks at driver images as Windows does before it loads them; Wine is not so strict.

usage: image.py DRIVER.sys...

Reported: another machine or subsystem than a driver's, a subsystem version older than Vista's, a
wrong checksum (Windows refuses such drivers), an image that cannot be moved, stripped relocations,
no unwind table or one whose functions overlap (exceptions would be unwound wrongly), a section that
is writable and executable at once, thread-local storage.

Caught: a driver linked with --subsystem,console, one whose checksum was patched, a library whose joined
object had its unwind table sorted before relocation.
"""

import struct
import sys
from pathlib import Path

X86_64, PE32_PLUS, NATIVE, VISTA = 0x8664, 0x20B, 1, (6, 0)
RELOCATIONS_STRIPPED = 0x0001
FLAGS = {"high entropy addresses": 0x20, "dynamic base": 0x40, "NX compatible": 0x100,
         "WDM driver": 0x2000}
EXECUTE, WRITE = 0x20000000, 0x80000000
EXCEPTION_TABLE, TLS_TABLE = 3, 9  # places in the data directory


def checksum(image, place):
    """The sum of all 16-bit words with end-around carry, the field itself as 0, plus the length."""
    data = image[:place] + bytes(4) + image[place + 4:]
    data += bytes(len(data) % 2)
    total = 0
    for (word,) in struct.iter_unpack("<H", data):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return total + len(image)


def at(sections, address):
    """The place in the file of an address relative to the image's base."""
    for _, size, start, _, place, _ in sections:
        if start <= address < start + size:
            return place + address - start
    raise ValueError(f"no section has the address {address:#x}")


def functions_overlap(image, place, size):
    """Whether the unwind table's functions are not in order, one behind the other."""
    functions = struct.iter_unpack("<III", image[place:place + size - size % 12])
    ends = 0
    for begin, end, _ in functions:
        if begin < ends or end <= begin:
            return True
        ends = end
    return False


def faults(image):
    header, = struct.unpack_from("<I", image, 0x3C)
    if image[header:header + 4] != b"PE\0\0":
        yield "is no PE image"
        return
    machine, section_count, _, _, _, optional_size, traits = struct.unpack_from(
        "<HHIIIHH", image, header + 4)
    optional = header + 24
    magic, = struct.unpack_from("<H", image, optional)
    if (machine, magic) != (X86_64, PE32_PLUS):
        yield "is not for x86-64"
        return
    version = struct.unpack_from("<HH", image, optional + 48)
    stored, subsystem, flags = struct.unpack_from("<IHH", image, optional + 64)
    if subsystem != NATIVE or version < VISTA:
        yield f"is for subsystem {subsystem}, version {version[0]}.{version[1]}"
    if stored != checksum(image, optional + 64):
        yield f"has the checksum {stored:#x} instead of {checksum(image, optional + 64):#x}"
    if traits & RELOCATIONS_STRIPPED:
        yield "has no relocations"
    for name, flag in FLAGS.items():
        if not flags & flag:
            yield f"is not marked: {name}"
    sections = [struct.unpack_from("<8sIIII12xI", image, optional + optional_size + 40 * i)
                for i in range(section_count)]
    tables = [struct.unpack_from("<II", image, optional + 112 + 8 * i) for i in range(16)]
    unwinding, size = tables[EXCEPTION_TABLE]
    if size == 0:
        yield "has no unwind table"
    elif functions_overlap(image, at(sections, unwinding), size):
        yield "has an unwind table whose functions overlap"
    if tables[TLS_TABLE][1] != 0:
        yield "has thread-local storage, which a driver cannot"
    for name, _, _, _, _, rights in sections:
        if rights & EXECUTE and rights & WRITE:
            name = name.rstrip(b"\0").decode()
            yield f"has a section that is writable and executable: {name}"


def main(paths):
    if not paths:
        sys.exit(__doc__)
    found = [f"{path} {fault}" for path in paths for fault in faults(Path(path).read_bytes())]
    for complaint in found:
        print(complaint)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
