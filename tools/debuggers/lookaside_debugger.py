# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Lookaside lists for any debugger that speaks Python: what gdb and lldb share.

A debugger knows how to read the memory of what it debugs, whether that runs, is a core, or is on
another machine; lookaside-inspect.so knows what to read and how to tell it. This module stands
between the two, through ctypes:

    debugger  <-- read(address, size), modules() --  Target  <-- calls --  lookaside_gdb.py
                                                       |                   lookaside_lldb.py
                                                       v
                                             lookaside-inspect.so, in the folder of this file

Whatever goes wrong is a LookasideError, whose text is one sentence for the user.
"""
import ctypes
import functools
import os

LIBRARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lookaside-inspect.so")
PAGE = 4096
USAGE = """Show the lookaside lists of the program.

lookaside                     all lists, a line each
lookaside LIST                one in full; LIST is a name, a tag, or an expression for a
                              lookaside_list or its address
lookaside whatis EXPRESSION   which list an address belongs to, which entry, live or free
lookaside verify              prove the laws of every magazine, depot and slab

A list whose name is one of these words is found by its tag or address."""


class LookasideError(Exception):
    """A sentence for the user."""


# ---- What inspect.h declares --------------------------------------------------------------------

class Piece(ctypes.Structure):
    _fields_ = [("address", ctypes.c_uint64), ("buffer", ctypes.c_void_p),
                ("size", ctypes.c_size_t)]


READ = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.POINTER(Piece), ctypes.c_size_t)
WRITE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(ctypes.c_char), ctypes.c_size_t)
TELL = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_bool, ctypes.c_char_p)


class Memory(ctypes.Structure):
    _fields_ = [("read", READ), ("context", ctypes.c_void_p)]


class Module(ctypes.Structure):
    _fields_ = [("start", ctypes.c_uint64), ("end", ctypes.c_uint64), ("path", ctypes.c_char_p)]


class Error(ctypes.Structure):
    _fields_ = [("result", ctypes.c_int), ("sentence", ctypes.c_char * 512)]


class Text(ctypes.Structure):
    _fields_ = [("write", WRITE), ("context", ctypes.c_void_p), ("colour", ctypes.c_bool)]


class Place(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int), ("address", ctypes.c_uint64), ("list", ctypes.c_void_p),
                ("entry", ctypes.c_uint64), ("offset", ctypes.c_uint64), ("slab", ctypes.c_uint64),
                ("magazine", ctypes.c_void_p), ("moved", ctypes.c_bool)]


class Verdict(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64)
                for name in ("lists", "live", "cached", "free", "moved", "faults")]


_HANDLE = ctypes.c_void_p
_TEXT = ctypes.POINTER(Text)
_ERROR = ctypes.POINTER(Error)
_FUNCTIONS = {
    "inspect_open_memory": (_HANDLE, ctypes.POINTER(Memory), ctypes.POINTER(Module),
                            ctypes.c_size_t, _ERROR),
    "inspect_close": (None, _HANDLE),
    "inspect_take_snapshot": (_HANDLE, _HANDLE, _ERROR),
    "inspect_free_snapshot": (None, _HANDLE),
    "inspect_find_list": (_HANDLE, _HANDLE, ctypes.c_char_p, _HANDLE),
    "inspect_whatis": (ctypes.c_int, _HANDLE, _HANDLE, ctypes.c_uint64, ctypes.POINTER(Place),
                       _ERROR),
    "inspect_verify": (ctypes.c_int, _HANDLE, TELL, ctypes.c_void_p, ctypes.POINTER(Verdict),
                       _ERROR),
    "inspect_text_lists": (None, _TEXT, _HANDLE, _HANDLE, ctypes.c_size_t),
    "inspect_text_list": (None, _TEXT, _HANDLE, _HANDLE, _HANDLE),
    "inspect_text_brief": (None, _TEXT, _HANDLE),
    "inspect_text_place": (None, _TEXT, ctypes.POINTER(Place)),
    "inspect_text_finding": (None, _TEXT, _HANDLE, ctypes.c_bool, ctypes.c_char_p),
    "inspect_text_verdict": (None, _TEXT, ctypes.POINTER(Verdict)),
}


def _load():
    """The library with its functions declared; loaded once."""
    if _load.library is None:
        try:
            library = ctypes.CDLL(LIBRARY)
            for name, (result, *arguments) in _FUNCTIONS.items():
                function = getattr(library, name)
                function.restype = result
                function.argtypes = arguments
        except (OSError, AttributeError) as error:
            raise LookasideError(f"{LIBRARY}, which belongs to this script, cannot be loaded "
                                 f"({error}); install lookaside anew") from error
        _load.library = library
    return _load.library


_load.library = None


# ---- What is debugged ---------------------------------------------------------------------------

class Target:
    """A program as the debugger has it at the moment; made anew for each command.

    read(address, size) returns bytes, or raises when there is no such memory; modules is a list of
    (start, end, path), one for each file that is mapped. Used in a `with`.

    While the program is still, each page of it is asked for once: to ask costs, the more so when
    the program is on another machine."""

    def __init__(self, read, modules, colour=False, still=True):
        self._library = _load()
        self._read = functools.lru_cache(maxsize=None)(read) if still else read
        self._still = still
        self._pieces = []
        # What C keeps must be kept here, too.
        self._memory = Memory(READ(self._read_pieces), None)
        self._text = Text(WRITE(self._write), None, colour)
        self._target = self._snapshot = None
        records = (Module * len(modules))(
            *[(start, end, os.fsencode(path)) for start, end, path in modules])
        try:
            self._target = self._must("inspect_open_memory", self._memory, records, len(modules))
            self._snapshot = self._must("inspect_take_snapshot", self._target)
        except LookasideError:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._library.inspect_free_snapshot(self._snapshot)
        self._library.inspect_close(self._target)
        self._target = self._snapshot = None

    def _must(self, function, *arguments):
        """Calls what returns NULL on failure."""
        error = Error()
        result = getattr(self._library, function)(*arguments, ctypes.byref(error))
        if not result:
            raise LookasideError(error.sentence.decode(errors="replace"))
        return result

    def _read_pieces(self, _, pieces, count):
        """Called by C, through which no exception may pass."""
        try:
            for i in range(count):
                piece = pieces[i]
                content = self._read_piece(piece.address, piece.size)
                if len(content) != piece.size:
                    return False
                ctypes.memmove(piece.buffer, content, piece.size)
            return True
        except Exception:  # pylint: disable=broad-except
            return False

    def _read_piece(self, address, size):
        if not self._still:
            return self._read(address, size)
        first = address - address % PAGE
        pages = [self._read(at, PAGE) for at in range(first, address + size, PAGE)]
        return b"".join(pages)[address - first:address - first + size]

    def _write(self, _, text, length):
        self._pieces.append(ctypes.string_at(text, length))

    def _told(self):
        """What was written since the last time."""
        text = b"".join(self._pieces).decode(errors="replace")
        self._pieces = []
        return text

    def _found(self, wanted):
        found, after = [], None
        while True:
            after = self._library.inspect_find_list(self._snapshot, os.fsencode(wanted), after)
            if not after:
                return found
            found.append(after)

    def has(self, wanted):
        """Whether a list has this name, tag or address."""
        return bool(self._found(wanted))

    def lists(self):
        """The table of all lists."""
        self._library.inspect_text_lists(self._text, self._target, self._snapshot, 0)
        return self._told()

    def list(self, wanted):
        """The lists of a name, a tag or an address in full; mostly one."""
        found = self._found(wanted)
        if not found:
            raise LookasideError(f"no list is called {wanted}; 'lookaside' shows all")
        for one in found:
            self._library.inspect_text_list(self._text, self._target, self._snapshot, one)
        return self._told()

    def brief(self, address):
        """The list at an address in a few words; None when none is there."""
        found = self._found(hex(address))
        if not found:
            return None
        self._library.inspect_text_brief(self._text, found[0])
        return self._told()

    def whatis(self, address):
        """What is at an address."""
        place, error = Place(), Error()
        if self._library.inspect_whatis(self._target, self._snapshot, address, place, error) != 0:
            raise LookasideError(error.sentence.decode(errors="replace"))
        self._library.inspect_text_place(self._text, place)
        return self._told()

    def verify(self):
        """Every fault, and the verdict."""
        verdict, error = Verdict(), Error()

        def tell(_, one, fault, sentence):
            self._library.inspect_text_finding(self._text, one, fault, sentence)

        if self._library.inspect_verify(self._target, TELL(tell), None, verdict, error) != 0:
            raise LookasideError(error.sentence.decode(errors="replace"))
        self._library.inspect_text_verdict(self._text, verdict)
        return self._told()


# ---- The command --------------------------------------------------------------------------------

def run(argument, target, evaluate):
    """What `lookaside ARGUMENT` prints. target() opens the Target; evaluate(expression) is the
    number that the debugger makes of an expression; it raises LookasideError."""
    words = argument.strip()
    verb, _, expression = words.partition(" ")
    if verb == "whatis":
        if not expression.strip():
            raise LookasideError("whatis needs an address")
        address = evaluate(expression)
        with target() as opened:
            return opened.whatis(address)
    with target() as opened:
        if not words:
            return opened.lists()
        if words == "verify":
            return opened.verify()
        name = words.strip('"')
        if opened.has(name) or name != words:
            return opened.list(name)
        try:
            name = hex(evaluate(words))
        except LookasideError:
            pass  # not an expression either: it was meant as a name
        return opened.list(name)


def summary(address, target):
    """A lookaside_list in a few words, for the debugger's print."""
    try:
        with target() as opened:
            return opened.brief(address) or "no initialised list"
    except LookasideError as error:
        return str(error)
