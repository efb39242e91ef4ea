/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The rules of Driver Verifier that concern lists and pool, and what to do about a broken one. */
#ifndef WDK_VERIFIER_H
#define WDK_VERIFIER_H

#include <wdk/types.h>

enum rule {
    RULE_ZERO_BYTES,
    RULE_PAGED_ALLOCATE_IRQL,
    RULE_NONPAGED_ALLOCATE_IRQL,
    RULE_FREE_UNKNOWN,
    RULE_PAGED_FREE_IRQL,
    RULE_NONPAGED_FREE_IRQL,
    RULE_DOUBLE_FREE,
    RULE_RAISE_IRQL,
    RULE_LOWER_IRQL,
    RULE_OVERRUN,
    RULE_LIST_TWICE,
    RULE_LIST_NOT_INITIALIZED,
    RULE_POOL_CONTAINS_LIST,
    RULE_LIST_BLOCK_SIZE,
    RULE_LIST_PAGEABLE,
    RULE_EXECUTABLE_POOL,
    RULE_PAGED_LIST_IRQL,
    RULE_WRONG_TAG,
    RULE_ZERO_TAG,
    RULE_BIG_TAG,
    RULE_BLANK_TAG,
    RULE_FREED_POOL_MODIFIED,
    RULE_LINK_CORRUPT,
    RULE_IRQL_TOO_HIGH,
    /* Locks and waiting. */
    RULE_SPIN_LOCK_ACQUIRE_IRQL,
    RULE_SPIN_LOCK_RELEASE_IRQL,
    RULE_SPIN_LOCK_ACQUIRE_BELOW,
    RULE_SPIN_LOCK_RELEASE_BELOW,
    RULE_MUTEX_ACQUIRE_IRQL,
    RULE_MUTEX_RELEASE_IRQL,
    RULE_MUTEX_ACQUIRE_UNSAFE,
    RULE_MUTEX_RELEASE_UNSAFE,
    RULE_LOCK_RECURSION,
    RULE_LOCK_OTHER_THREAD,
    RULE_LOCK_NOT_HELD,
    RULE_LOCK_MISMATCH,
    RULE_REGION,
    RULE_WAIT_IRQL,
    RULE_WAIT_FOR_EVER,
    RULE_WAIT_TIMEOUT,
    RULE_SET_EVENT_IRQL,

    /* Timers and DPCs. */
    RULE_TIMER_PENDING,
    RULE_DPC_PENDING,
    RULE_DPC_PROCESSOR,
    RULE_DPC_REGIONS,

    /* Executive resources. */
    RULE_RESOURCE_ACQUIRE_APCS,
    RULE_RESOURCE_RELEASE_APCS,
    RULE_RESOURCE_TWICE,
    RULE_RESOURCE_NOT_INITIALIZED,
    RULE_POOL_CONTAINS_RESOURCE,
    RULE_RESOURCE_NOT_OWNED,

    /* Work items. */
    RULE_WORK_IN_FREED_POOL,
    RULE_WORK_QUEUED_TWICE,
    RULE_WORK_FREED,
    RULE_WORK_IRQL,
    RULE_WORK_REGIONS,

    /* Objects and threads. */
    RULE_REFERENCE,
    RULE_HANDLE_NOT_OPEN,
    RULE_HANDLE_NULL,
    RULE_OBJECT_IRQL,
    RULE_CLOSE_IRQL,
    RULE_THREAD_IRQL,
    RULE_THREAD_HOLDS_LOCK,

    /* Requests. */
    RULE_ENTRY_IRQL,
    RULE_DISPATCH_IRQL,
    RULE_DISPATCH_REGIONS,
    RULE_DISPATCH_STATUS,
    RULE_DISPATCH_NOT_COMPLETED,
    RULE_PENDING_NOT_MARKED,
    RULE_MARKED_NOT_PENDING,
    RULE_COMPLETE_PENDING,
    RULE_COMPLETE_CANCELABLE,
    RULE_COMPLETE_IRQL,
    RULE_COMPLETE_TWICE,
    RULE_COMPLETE_INFORMATION,
    RULE_CANCEL_LOCK,
    RULE_DEVICE_DELETED_TWICE,
    RULE_DEVICE_FLAGS,

    /* What a driver leaves behind. */
    RULE_UNLOAD_PENDING,
    RULE_UNLOAD_POOL,
    RULES
};

/* A rule is broken. The format says what happened; what to do about it is in the rule's table.
 * Where parameter 1 is no number of a rule, the second and third are the bugcheck's first and
 * second. Returns when it is to be ignored or was warned about: the caller then goes on as a kernel
 * without Driver Verifier. No lock may be held. */
void verifier_report(enum rule rule, ULONG_PTR parameter2, ULONG_PTR parameter3,
                     ULONG_PTR parameter4, const char *format, ...) WDK_PRINTF(5, 6);

#define ADDRESS(pointer) ((ULONG_PTR)(pointer))

#endif
