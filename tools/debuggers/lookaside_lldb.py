# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""lldb: the command `lookaside`, and a summary of lookaside_list.

Say `command script import .../lib/lookaside/lookaside_lldb.py`, in ~/.lldbinit for good
(docs/debuggers.md).
"""
import os
import sys

import lldb  # pylint: disable=import-error

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lookaside_debugger  # pylint: disable=wrong-import-position


AGGREGATES = (lldb.eTypeClassStruct | lldb.eTypeClassClass | lldb.eTypeClassUnion |
              lldb.eTypeClassArray)


def sections_end(target, module, start):
    """Behind the last byte of a module."""
    end = start
    for section in module.section_iter():
        address = section.GetLoadAddress(target)
        if address != lldb.LLDB_INVALID_ADDRESS:
            end = max(end, address + section.GetByteSize())
    return end


def modules(target):
    """The files that are mapped: each from where its beginning is to its last byte."""
    found = []
    for module in target.module_iter():
        start = module.GetObjectFileHeaderAddress().GetLoadAddress(target)
        if start != lldb.LLDB_INVALID_ADDRESS:
            found.append((start, sections_end(target, module, start), module.file.fullpath or ""))
    if not found:
        raise lookaside_debugger.LookasideError("lldb knows of no file that is mapped")
    return found


def open_target(process, colour=False):
    """The program that lldb debugs."""
    if not process.IsValid():
        raise lookaside_debugger.LookasideError("there is no process and no core")

    def read(address, size):
        error = lldb.SBError()
        content = process.ReadMemory(address, size, error)
        if error.Fail():
            raise lookaside_debugger.LookasideError(error.GetCString())
        return content

    return lookaside_debugger.Target(read, modules(process.target), colour)


def evaluate(context, expression):
    """The number of an expression; of a struct or an array, where it stands."""
    frame = context.GetFrame()
    value = (frame.EvaluateExpression(expression) if frame.IsValid()
             else context.GetTarget().EvaluateExpression(expression))
    if value.GetError().Fail():
        # Its first line says that there is an error.
        reasons = (value.GetError().GetCString() or "it has no value").splitlines()
        raise lookaside_debugger.LookasideError(f"{expression}: {reasons[:2][-1]}")
    if value.GetType().GetCanonicalType().GetTypeClass() & AGGREGATES:
        return value.GetLoadAddress()
    return value.GetValueAsUnsigned()


def lookaside(debugger, argument, context, result, _names):
    """Replaced by the usage below."""
    colour = debugger.GetUseColor() and os.isatty(1)
    try:
        text = lookaside_debugger.run(argument,
                                      lambda: open_target(context.GetProcess(), colour),
                                      lambda expression: evaluate(context, expression))
        result.AppendMessage(text.rstrip("\n"))
    except lookaside_debugger.LookasideError as error:
        result.SetError(f"lookaside: {error}")


lookaside.__doc__ = lookaside_debugger.USAGE


def summary(value, _names):
    """A lookaside_list in a few words."""
    address = value.GetLoadAddress()
    if address == lldb.LLDB_INVALID_ADDRESS:
        return "a copy of a list"
    return lookaside_debugger.summary(address, lambda: open_target(value.GetProcess()))


def __lldb_init_module(debugger, _names):
    debugger.HandleCommand(f"command script add -o -f {__name__}.lookaside lookaside")
    debugger.HandleCommand(f"type summary add --skip-pointers -F {__name__}.summary lookaside_list")
