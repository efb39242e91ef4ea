// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

"use strict";

// WinDbg: the lookaside lists of a user-mode process, or of a dump of one.
//
//     .scriptload C:\...\lookaside.js
//     !lookaside_um                        every list
//     !lookaside_um "sessions"             one list: by name, tag, or address
//     !lookaside_whatis 0x7ff61c2040a88    whose entry an address is in, and whether it is free
//
// !lookaside stays with the kernel's own lists. No symbols are needed, and nothing in the process
// is called: a module with the library in it has a section ".lkaside", which tells where the lists
// are and where in its records each member is (docs/inspection-format.md).
//
// WinDbg wants one file; the build joins it from these, in which each uses only those before it:
//
//     memory.js      the target's bytes and numbers
//     library.js     a copy of the library in the target, and its records by the names of members
//     lists.js       what a list can say about itself
//     places.js      what is at an address
//     texts.js       !lookaside's lines, and those of `lookaside show` and `lookaside whatis`
//     commands.js    what the debugger calls; whatever goes wrong is one sentence there
//
// They keep to ECMAScript 6, which is what the debugger is documented to know. Tested with Node, on
// the memory of a process that ran under Wine; never yet in a real WinDbg.
