/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The kernel's ...LookasideListEx routines, for systems without them: ReactOS, Wine, the twin. Same
 * struct, same checks in the same order, same statuses.
 *
 * Allocate and free need nothing of ours: they are in kernel_list.h. Delete is a flush, too, once
 * the list is out of the set that the kernel, or the twin, keeps of all lists; here there is none. */
#ifndef LA_LIST_EX_H
#define LA_LIST_EX_H

#include "ddk.h"

/* ExInitializeLookasideListEx, but the list is not put into any set of lists.
 *
 * depth 0 makes the maximum depth 256, and 256 to 1024 is taken as it is. Returns STATUS_SUCCESS,
 * or with the list unchanged and checked in this order: STATUS_INVALID_PARAMETER_8 (depth), _5
 * (flags), _4 (pool_type). A list at an odd address is raised as STATUS_DATATYPE_MISALIGNMENT, or
 * dies, by the kernel's InitializeSListHead. IRQL <= DISPATCH_LEVEL; nobody else may use the list
 * meanwhile. */
NTSTATUS la_list_ex_initialize(PLOOKASIDE_LIST_EX list, PALLOCATE_FUNCTION_EX allocate,
                               PFREE_FUNCTION_EX release, POOL_TYPE pool_type, ULONG flags,
                               SIZE_T size, ULONG tag, USHORT depth);

/* ExFlushLookasideListEx: gives every cached entry to the free routine, most recently freed first.
 * No counter moves. Any thread; IRQL <= DISPATCH_LEVEL, paged lists <= APC_LEVEL. */
VOID la_list_ex_flush(PLOOKASIDE_LIST_EX list);

#endif
