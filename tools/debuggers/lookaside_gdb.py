# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""gdb: the command `lookaside`, and lookaside_list in `print`.

gdb loads this by itself for a program with liblookaside.so (docs/debuggers.md). For one that has
the library in it, say `source .../lib/lookaside/lookaside_gdb.py`.
"""
import os
import re
import sys

import gdb  # pylint: disable=import-error
import gdb.printing  # pylint: disable=import-error

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lookaside_debugger  # pylint: disable=wrong-import-position

# Start, end, size, offset, permissions (not of a core), file.
MAPPING = re.compile(r"^ *(0x[0-9a-f]+) +(0x[0-9a-f]+) +0x[0-9a-f]+ +(0x[0-9a-f]+) +"
                     r"(?:[rwxsp-]{4} +)?(/.*?) *$", re.MULTILINE)


AGGREGATES = (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION, gdb.TYPE_CODE_ARRAY)


def modules():
    """The files that are mapped: each from where its beginning is to its last byte."""
    try:
        mappings = gdb.execute("info proc mappings", to_string=True)
    except gdb.error as error:
        raise lookaside_debugger.LookasideError(
            f"gdb cannot tell what is mapped: {error}") from error
    found = []
    for start, end, offset, path in MAPPING.findall(mappings):
        if int(offset, 16) == 0 and not (found and found[-1][2] == path):
            found.append([int(start, 16), int(end, 16), path])
        elif found and found[-1][2] == path:
            found[-1][1] = int(end, 16)
    if not found:
        raise lookaside_debugger.LookasideError("gdb knows of no file that is mapped")
    return found


def open_target(colour=False):
    """The program that gdb debugs."""
    inferior = gdb.selected_inferior()
    if inferior.pid == 0:
        raise lookaside_debugger.LookasideError("there is no process and no core")
    return lookaside_debugger.Target(
        lambda address, size: inferior.read_memory(address, size).tobytes(), modules(), colour,
        still=not gdb.parameter("non-stop"))


def evaluate(expression):
    """The number of an expression; of a struct or an array, where it stands."""
    try:
        value = gdb.parse_and_eval(expression)
        if value.type.strip_typedefs().code in AGGREGATES:
            value = value.address
        return int(value) & 0xffffffffffffffff
    except (gdb.error, TypeError) as error:
        raise lookaside_debugger.LookasideError(f"{expression}: {error}") from error


class LookasideCommand(gdb.Command):
    __doc__ = lookaside_debugger.USAGE

    def __init__(self):
        super().__init__("lookaside", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, _from_tty):
        """Runs the command."""
        colour = gdb.parameter("style enabled") and os.isatty(1)
        try:
            gdb.write(lookaside_debugger.run(argument, lambda: open_target(colour), evaluate))
        except lookaside_debugger.LookasideError as error:
            raise gdb.GdbError(f"lookaside: {error}") from error


class ListPrinter:
    """A lookaside_list in a few words."""

    def __init__(self, value):
        self.value = value

    def to_string(self):
        """Called by gdb."""
        if self.value.address is None:
            return "a copy of a list"
        return lookaside_debugger.summary(int(self.value.address), open_target)


def register():
    """Makes the command and the printer known, in place of those of an earlier load."""
    LookasideCommand()
    printers = gdb.printing.RegexpCollectionPrettyPrinter("lookaside")
    printers.add_printer("lookaside_list", "^lookaside_list$", ListPrinter)
    gdb.printing.register_pretty_printer(None, printers, replace=True)


register()
