/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Several system threads in one routine at the same time. */
#ifndef CONFORMANCE_CROWD_H
#define CONFORMANCE_CROWD_H

#include "world.h"

#define CROWD_LARGEST 8

struct crowd {
    VOID (*work)(struct crowd *crowd, ULONG member);
    PVOID context;
    LONG waiting; /* members that have not started to work */
    LONG next_member;
};

/* Runs work(crowd, 0) ... work(crowd, size - 1), each in a thread of its own, all at once; returns
 * when all have returned. Size is at most CROWD_LARGEST. PASSIVE_LEVEL.
 *
 * Returns STATUS_SUCCESS, or why a thread could not be made; those that were have returned, too. */
NTSTATUS crowd_run(struct crowd *crowd, ULONG size);

#endif
