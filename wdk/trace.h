/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The calls that led to a place: taken when a block is allocated or a list initialised, printed
 * when something is wrong with it. */
#ifndef WDK_TRACE_H
#define WDK_TRACE_H

#include <stdint.h>

#define TRACE_CALLS 16u

struct trace {
    unsigned calls;
    void *call[TRACE_CALLS]; /* return addresses, the innermost first */
};

void trace_take(struct trace *trace);

/* The same number for the same calls, hardly ever for others. */
uint64_t trace_hash(const struct trace *trace);

/* The innermost call outside the twin: the place in the driver, or NULL. */
void *trace_caller(const struct trace *trace);

/* One line a call, on standard error. */
void trace_print(const struct trace *trace);

/* "function+0x1f" of an address inside code, cut to the size. */
void trace_name(const void *address, char *text, unsigned size);

#endif
