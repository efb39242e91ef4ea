/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The world the checks run in: a Windows kernel, or Wine's driver host. twin/world.h is its twin. */
#ifndef CONFORMANCE_WORLD_H
#define CONFORMANCE_WORLD_H

#include <ntddk.h>

/* NonPagedPoolNx, a pool type of Windows 8, and the legacy lists' bit for it; mingw's header is
 * older. */
#define WORLD_NONPAGED_NX ((POOL_TYPE)512)
#define WORLD_NX_ALLOCATION 512u

/* The kernel's own routines where it has them. Wine 8 does not: then the bodies of nt/list_ex.c,
 * which a driver over the lookaside API uses there, too. */
NTSTATUS NTAPI world_initialize_list_ex(PLOOKASIDE_LIST_EX list, PALLOCATE_FUNCTION_EX allocate,
                                        PFREE_FUNCTION_EX release, POOL_TYPE pool_type, ULONG flags,
                                        SIZE_T size, ULONG tag, USHORT depth);
VOID NTAPI world_flush_list_ex(PLOOKASIDE_LIST_EX list);
VOID NTAPI world_delete_list_ex(PLOOKASIDE_LIST_EX list);
#define ExInitializeLookasideListEx world_initialize_list_ex
#define ExFlushLookasideListEx world_flush_list_ex
#define ExDeleteLookasideListEx world_delete_list_ex

/* Finds those routines; called once, by DriverEntry. */
VOID world_open(VOID);

/* Calls function(argument). Returns STATUS_SUCCESS, or the status that it raised. */
NTSTATUS NTAPI world_catch(VOID(NTAPI *function)(PVOID argument), PVOID argument);

/* What stands at the beginning of an entry that is the list's. On the twin, such a read is one that
 * AddressSanitizer would report as a use after free. */
PVOID world_peek(PVOID entry);

/* ExRaiseStatus, which Wine 8 only has as a stub, by what the kernel's is made of. */
VOID world_raise(NTSTATUS status);

/* Waits until the kernel must have adjusted the depth of every driver list once; 3.2 s. */
VOID world_wait_for_scan(VOID);

#endif
