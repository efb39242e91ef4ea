/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Names of functions, static ones too: drivers consist of those. */
#ifndef WDK_SYMBOLS_H
#define WDK_SYMBOLS_H

/* Writes "function+0x1f" for an address inside code, or as much as is known: "program+0x1234",
 * which addr2line takes, or the bare address. Cut to the size. */
void symbol_name(const void *address, char *text, unsigned size);

#endif
