/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The routines are looked up by name, as nt does it, so that the driver also loads where they are
 * missing. world_open runs before any check; after it the pointers do not change. */
#include "world.h"

#include "list_ex.h"

/* Exported by every kernel; not in mingw's header. */
NTSYSAPI VOID NTAPI RtlRaiseException(PEXCEPTION_RECORD record);

#define SCAN_IN_100_NS (-32000000LL) /* relative; a list is scanned every 3 seconds */

typedef NTSTATUS(NTAPI *initialize_routine)(PLOOKASIDE_LIST_EX, PALLOCATE_FUNCTION_EX,
                                            PFREE_FUNCTION_EX, POOL_TYPE, ULONG, SIZE_T, ULONG,
                                            USHORT);
typedef VOID(NTAPI *list_routine)(PLOOKASIDE_LIST_EX);

static initialize_routine initialize;
static list_routine flush;
static list_routine delete;

static PVOID find(PCWSTR name)
{
    UNICODE_STRING routine;
    RtlInitUnicodeString(&routine, name);
    return MmGetSystemRoutineAddress(&routine);
}

VOID world_open(VOID)
{
    initialize = (initialize_routine)(ULONG_PTR)find(L"ExInitializeLookasideListEx");
    flush = (list_routine)(ULONG_PTR)find(L"ExFlushLookasideListEx");
    delete = (list_routine)(ULONG_PTR)find(L"ExDeleteLookasideListEx");
    if (initialize == NULL || flush == NULL || delete == NULL) {
        initialize = la_list_ex_initialize;
        flush = la_list_ex_flush;
        delete = la_list_ex_flush; /* the list is in no set that it would have to leave */
    }
}

NTSTATUS NTAPI world_initialize_list_ex(PLOOKASIDE_LIST_EX list, PALLOCATE_FUNCTION_EX allocate,
                                        PFREE_FUNCTION_EX release, POOL_TYPE pool_type, ULONG flags,
                                        SIZE_T size, ULONG tag, USHORT depth)
{
    return initialize(list, allocate, release, pool_type, flags, size, tag, depth);
}

VOID NTAPI world_flush_list_ex(PLOOKASIDE_LIST_EX list)
{
    flush(list);
}

VOID NTAPI world_delete_list_ex(PLOOKASIDE_LIST_EX list)
{
    delete (list);
}

PVOID world_peek(PVOID entry)
{
    return *(PVOID *)entry;
}

VOID world_raise(NTSTATUS status)
{
    EXCEPTION_RECORD record;
    RtlZeroMemory(&record, sizeof record);
    record.ExceptionCode = status;
    RtlRaiseException(&record);
}

VOID world_wait_for_scan(VOID)
{
    LARGE_INTEGER interval;
    interval.QuadPart = SCAN_IN_100_NS;
    KeDelayExecutionThread(KernelMode, FALSE, &interval);
}
