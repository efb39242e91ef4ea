/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* DPCs, for timers and for unload. */
#ifndef WDK_DPC_H
#define WDK_DPC_H

#include <wdk/dpc.h>

/* Bugchecks unless the DPC was initialised. No lock may be held. */
void dpc_check(const KDPC *dpc);

/* Queues an initialised DPC in this owner's name; FALSE when it is queued already. */
BOOLEAN dpc_queue(PRKDPC dpc, PVOID argument1, PVOID argument2, void *owner);

/* KeFlushQueuedDpcs, at any IRQL. Not on the thread of the DPCs. */
void dpc_flush(void);

/* How many DPCs of this owner are queued, or run though none is; one of them, or NULL. */
ULONG dpc_count(const void *owner, const void **one);

/* Takes all DPCs of an owner that is gone out of the queue, for good, and waits for their
 * routines. */
void dpc_remove_all(const void *owner);

#endif
