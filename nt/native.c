/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The three routines are looked up by name instead of being imported, so that one driver binary
 * loads everywhere: a name that a kernel does not export makes it refuse the whole image. Kernels
 * without them are ReactOS and Wine; Windows has them since Vista.
 *
 * Either all three are the kernel's or none, because a list that the kernel's initialise has put
 * into the kernel's set of lists must leave it through the kernel's delete.
 *
 * The look-up needs PASSIVE_LEVEL and is done once. Threads that race for it find the same, so they
 * may all write: the addresses first, with full barriers, then whose they are. */
#include "native.h"

#include "list_ex.h"

typedef NTSTATUS(NTAPI *initialize_routine)(PLOOKASIDE_LIST_EX, PALLOCATE_FUNCTION_EX,
                                            PFREE_FUNCTION_EX, POOL_TYPE, ULONG, SIZE_T, ULONG,
                                            USHORT);
typedef VOID(NTAPI *list_routine)(PLOOKASIDE_LIST_EX);

enum { NOT_LOOKED_UP, THE_KERNELS, OURS };
static volatile LONG whose = NOT_LOOKED_UP;

enum { INITIALIZE, FLUSH, DELETE_LIST, ROUTINES };
static PVOID volatile addresses[ROUTINES]; /* constant once `whose` is known */

static LONG look_up(void)
{
    static const PCWSTR names[ROUTINES] = {
        L"ExInitializeLookasideListEx",
        L"ExFlushLookasideListEx",
        L"ExDeleteLookasideListEx",
    };

    for (unsigned i = 0; i < ROUTINES; i++) {
        UNICODE_STRING name;
        RtlInitUnicodeString(&name, names[i]);
        PVOID address = MmGetSystemRoutineAddress(&name);
        if (address == NULL) {
            return OURS;
        }
        InterlockedExchangePointer(&addresses[i], address);
    }
    return THE_KERNELS;
}

static bool are_the_kernels(void)
{
    return InterlockedCompareExchange(&whose, 0, 0) == THE_KERNELS;
}

bool native_find(void)
{
    KIRQL irql = KeGetCurrentIrql();

    if (InterlockedCompareExchange(&whose, 0, 0) != NOT_LOOKED_UP) {
        return irql <= DISPATCH_LEVEL;
    }
    if (irql != PASSIVE_LEVEL) {
        return false;
    }
    InterlockedExchange(&whose, look_up());
    return true;
}

NTSTATUS native_initialize(PLOOKASIDE_LIST_EX list, PALLOCATE_FUNCTION_EX allocate,
                           PFREE_FUNCTION_EX release, POOL_TYPE pool_type, ULONG flags, SIZE_T size,
                           ULONG tag)
{
    initialize_routine initialize = are_the_kernels()
                                        ? (initialize_routine)(ULONG_PTR)addresses[INITIALIZE]
                                        : la_list_ex_initialize;

    return initialize(list, allocate, release, pool_type, flags, size, tag, 0);
}

void native_flush(PLOOKASIDE_LIST_EX list)
{
    list_routine flush =
        are_the_kernels() ? (list_routine)(ULONG_PTR)addresses[FLUSH] : la_list_ex_flush;

    flush(list);
}

void native_delete(PLOOKASIDE_LIST_EX list)
{
    /* A list that is in no set of lists only has to be emptied. */
    list_routine delete_list =
        are_the_kernels() ? (list_routine)(ULONG_PTR)addresses[DELETE_LIST] : la_list_ex_flush;

    delete_list(list);
}
