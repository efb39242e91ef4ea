/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The contexts of the sessions, in Rust: contexts/src/lib.rs. They live in one lookaside list,
 * which the component owns. Every call: IRQL <= DISPATCH_LEVEL and any thread, but for
 * init_lookaside and free_lookaside, which stand alone, at PASSIVE_LEVEL. */
#ifndef SESSIONS_CONTEXTS_H
#define SESSIONS_CONTEXTS_H

#include <ntddk.h>

#include <lookaside/lookaside.h>

LOOKASIDE_BEGIN_DECLARATIONS

/* 8 bytes, which the component alone looks into. */
struct context;

/* Makes the list. STATUS_INSUFFICIENT_RESOURCES; STATUS_INVALID_DEVICE_STATE when there is one. */
NTSTATUS init_lookaside(ULONG tag);

/* *context is the caller's, until remove_context. STATUS_INSUFFICIENT_RESOURCES. */
NTSTATUS create_context(struct context **context);
NTSTATUS remove_context(struct context *context);

/* Contexts are numbered from 1, since the list was made. */
ULONGLONG number_of_context(const struct context *context);

/* Ends the list. While contexts are out it stays: STATUS_DEVICE_BUSY. */
NTSTATUS free_lookaside(void);

/* What the list says of itself, in numbers, and as WinDbg's !lookaside has it. The text ends with
 * 0, and is cut to the size, in bytes, not 0. */
NTSTATUS query_lookaside(lookaside_statistics *statistics);
NTSTATUS report_lookaside(char *text, SIZE_T size);

LOOKASIDE_END_DECLARATIONS

#endif
