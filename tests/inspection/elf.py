# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""As much of ELF as it takes to see what a file says about itself, with what its loader would do."""

import struct
from pathlib import Path

PT_LOAD, PT_DYNAMIC, PT_NOTE = 1, 2, 4
DT_RELA, DT_RELASZ = 7, 8
SHT_SYMTAB, SHT_NOTE, SHT_DYNSYM = 2, 7, 11
RELATIVE = {8, 1027}  # relocations of x86-64 and aarch64 that add the place of the module


def up_to_four(number):
    return (number + 3) & ~3


def text(data):
    return data.partition(b"\0")[0].decode()


class Elf:
    """A 64-bit little-endian program or shared library, as if loaded at address 0."""

    def __init__(self, path):
        self.data = Path(path).read_bytes()
        if self.data[:6] != b"\x7fELF\x02\x01":
            raise ValueError(f"{path} is no 64-bit little-endian ELF file")
        segments, sections = self.numbers("QQ", 32)
        entry_size, count, section_size, section_count = self.numbers("4H", 54)
        self.segments = [self.numbers("IIQQQQQQ", segments + i * entry_size) for i in range(count)]
        self.sections = [self.numbers("IIQQQQIIQQ", sections + i * section_size)
                         for i in range(section_count)]
        self.relocated = dict(self.relative_relocations())

    def numbers(self, form, offset):
        return struct.unpack_from("<" + form, self.data, offset)

    def segments_of(self, kind):
        """(offset in the file, address, bytes in the file) of each."""
        return [(s[2], s[3], s[5]) for s in self.segments if s[0] == kind]

    # ---- Memory ----

    def offset_of(self, address):
        for offset, start, size in self.segments_of(PT_LOAD):
            if start <= address < start + size:
                return offset + address - start
        raise ValueError(f"nothing of the file is loaded at {address:#x}")

    def memory(self, form, address):
        return self.numbers(form, self.offset_of(address))

    def string(self, address):
        return text(self.data[self.offset_of(address):])

    def pointer(self, address):
        """What stands there once the loader has relocated the file."""
        return self.relocated.get(address, self.memory("Q", address)[0])

    def relative_relocations(self):
        tags = {}
        for offset, _, size in self.segments_of(PT_DYNAMIC):
            tags = dict(self.numbers("QQ", offset + i) for i in range(0, size, 16))
        for i in range(0, tags.get(DT_RELASZ, 0), 24):
            place, kind, addend = self.memory("QQq", tags[DT_RELA] + i)
            if kind & 0xffffffff in RELATIVE:
                yield place, addend

    # ---- Notes ----

    def notes_in(self, offset, address, size):
        """(owner, type, address, content) of each note."""
        end = offset + size
        while offset < end:
            name_size, content_size, kind = self.numbers("III", offset)
            content = 12 + up_to_four(name_size)
            yield (text(self.data[offset + 12:offset + content]), kind, address + content,
                   self.data[offset + content:offset + content + content_size])
            whole = content + up_to_four(content_size)
            offset, address = offset + whole, address + whole

    def loaded_notes(self):
        """With the offset in the file of the segment that they lie in."""
        return [(offset, *note) for offset, address, size in self.segments_of(PT_NOTE)
                for note in self.notes_in(offset, address, size)]

    def section_notes(self):
        """Also of those that are not loaded."""
        return [note for section in self.sections if section[1] == SHT_NOTE
                for note in self.notes_in(section[4], section[3], section[5])]

    # ---- Functions ----

    def functions(self):
        """{name: (start, end)} of what the file has names for."""
        found = {}
        for section in self.sections:
            if section[1] not in (SHT_SYMTAB, SHT_DYNSYM):
                continue
            names = self.sections[section[6]][4]
            for at in range(section[4], section[4] + section[5], 24):
                name, info, _, _, start, size = self.numbers("IBBHQQ", at)
                if info & 15 == 2 and size:
                    end = self.data.index(b"\0", names + name)
                    found[self.data[names + name:end].decode()] = (start, start + size)
        return found
