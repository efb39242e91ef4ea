/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* ExInitializeLookasideListEx, ExFlushLookasideListEx and ExDeleteLookasideListEx: the kernel's
 * where it has them, else those of list_ex.h. */
#ifndef LA_NATIVE_H
#define LA_NATIVE_H

#include <stdbool.h>

#include "ddk.h"

/* Decides whose they are; before the calls below. Returns false when the IRQL is too high: the
 * first call of a driver must be made at PASSIVE_LEVEL, all others may be made up to
 * DISPATCH_LEVEL. */
bool native_find(void);

/* As the kernel's; depth is always 0. */
NTSTATUS native_initialize(PLOOKASIDE_LIST_EX list, PALLOCATE_FUNCTION_EX allocate,
                           PFREE_FUNCTION_EX release, POOL_TYPE pool_type, ULONG flags, SIZE_T size,
                           ULONG tag);
void native_flush(PLOOKASIDE_LIST_EX list);
void native_delete(PLOOKASIDE_LIST_EX list);

#endif
