/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Both families of lookaside lists. Layouts are those of x64 Windows, because drivers read and
 * write the fields; only the alignment of the legacy lists is 16, where the WDK declares 64: pool
 * memory is 16-byte aligned, and a compiler that believes the declaration may trip over it. */
#ifndef WDK_LOOKASIDE_H
#define WDK_LOOKASIDE_H

#include <wdk/pool.h>
#include <wdk/slist.h>

WDK_BEGIN

typedef struct _LOOKASIDE_LIST_EX *PLOOKASIDE_LIST_EX;

typedef PVOID ALLOCATE_FUNCTION(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);
typedef ALLOCATE_FUNCTION *PALLOCATE_FUNCTION;
typedef PVOID ALLOCATE_FUNCTION_EX(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes,
                                   _In_ ULONG Tag, _Inout_ PLOOKASIDE_LIST_EX Lookaside);
typedef ALLOCATE_FUNCTION_EX *PALLOCATE_FUNCTION_EX;
typedef VOID FREE_FUNCTION(_In_ PVOID Buffer);
typedef FREE_FUNCTION *PFREE_FUNCTION;
typedef VOID FREE_FUNCTION_EX(_In_ PVOID Buffer, _Inout_ PLOOKASIDE_LIST_EX Lookaside);
typedef FREE_FUNCTION_EX *PFREE_FUNCTION_EX;

/* The counters have 32 bits and are plain increments: with several processors they are a little
 * off. The Hits names belong to lists of the kernel's own; drivers' lists count misses. */
#define GENERAL_LOOKASIDE_LAYOUT                                                                   \
    WDK_ANONYMOUS union {                                                                          \
        SLIST_HEADER ListHead;                                                                     \
        SINGLE_LIST_ENTRY SingleListHead;                                                          \
    };                                                                                             \
    USHORT Depth;        /* entries it may keep now */                                             \
    USHORT MaximumDepth; /* where the tuner stops; 0xFFFF: it never starts */                      \
    ULONG TotalAllocates;                                                                          \
    WDK_ANONYMOUS union {                                                                          \
        ULONG AllocateMisses;                                                                      \
        ULONG AllocateHits;                                                                        \
    };                                                                                             \
    ULONG TotalFrees;                                                                              \
    WDK_ANONYMOUS union {                                                                          \
        ULONG FreeMisses;                                                                          \
        ULONG FreeHits;                                                                            \
    };                                                                                             \
    POOL_TYPE Type; /* with the raise and quota bits */                                            \
    ULONG Tag;                                                                                     \
    ULONG Size;                                                                                    \
    WDK_ANONYMOUS union {                                                                          \
        PALLOCATE_FUNCTION_EX AllocateEx;                                                          \
        PALLOCATE_FUNCTION Allocate;                                                               \
    };                                                                                             \
    WDK_ANONYMOUS union {                                                                          \
        PFREE_FUNCTION_EX FreeEx;                                                                  \
        PFREE_FUNCTION Free;                                                                       \
    };                                                                                             \
    LIST_ENTRY ListEntry;     /* in the set of all lists */                                        \
    ULONG LastTotalAllocates; /* at the last scan of the tuner */                                  \
    WDK_ANONYMOUS union {                                                                          \
        ULONG LastAllocateMisses;                                                                  \
        ULONG LastAllocateHits;                                                                    \
    };                                                                                             \
    ULONG Future[2];

typedef struct _GENERAL_LOOKASIDE_POOL {
    GENERAL_LOOKASIDE_LAYOUT
} GENERAL_LOOKASIDE_POOL, *PGENERAL_LOOKASIDE_POOL;

typedef struct _GENERAL_LOOKASIDE {
    GENERAL_LOOKASIDE_LAYOUT
    ULONG_PTR Padding[4]; /* to the cache lines that the WDK asks for */
} GENERAL_LOOKASIDE, *PGENERAL_LOOKASIDE;

typedef struct _LOOKASIDE_LIST_EX {
    GENERAL_LOOKASIDE_POOL L;
} LOOKASIDE_LIST_EX;

typedef struct _NPAGED_LOOKASIDE_LIST {
    GENERAL_LOOKASIDE L;
} NPAGED_LOOKASIDE_LIST, *PNPAGED_LOOKASIDE_LIST;

typedef struct _PAGED_LOOKASIDE_LIST {
    GENERAL_LOOKASIDE L;
} PAGED_LOOKASIDE_LIST, *PPAGED_LOOKASIDE_LIST;

#define WDK_LOOKASIDE_OFFSET(field, offset)                                                        \
    C_ASSERT(offsetof(GENERAL_LOOKASIDE_POOL, field) == (offset) &&                                \
             offsetof(GENERAL_LOOKASIDE, field) == (offset))
WDK_LOOKASIDE_OFFSET(ListHead, 0x00);
WDK_LOOKASIDE_OFFSET(Depth, 0x10);
WDK_LOOKASIDE_OFFSET(MaximumDepth, 0x12);
WDK_LOOKASIDE_OFFSET(TotalAllocates, 0x14);
WDK_LOOKASIDE_OFFSET(AllocateMisses, 0x18);
WDK_LOOKASIDE_OFFSET(TotalFrees, 0x1C);
WDK_LOOKASIDE_OFFSET(FreeMisses, 0x20);
WDK_LOOKASIDE_OFFSET(Type, 0x24);
WDK_LOOKASIDE_OFFSET(Tag, 0x28);
WDK_LOOKASIDE_OFFSET(Size, 0x2C);
WDK_LOOKASIDE_OFFSET(AllocateEx, 0x30);
WDK_LOOKASIDE_OFFSET(FreeEx, 0x38);
WDK_LOOKASIDE_OFFSET(ListEntry, 0x40);
WDK_LOOKASIDE_OFFSET(LastTotalAllocates, 0x50);
WDK_LOOKASIDE_OFFSET(LastAllocateMisses, 0x54);
WDK_LOOKASIDE_OFFSET(Future, 0x58);
C_ASSERT(sizeof(LOOKASIDE_LIST_EX) == 0x60 && TYPE_ALIGNMENT(LOOKASIDE_LIST_EX) == 16);
C_ASSERT(sizeof(NPAGED_LOOKASIDE_LIST) == 0x80 && sizeof(PAGED_LOOKASIDE_LIST) == 0x80);

#define LOOKASIDE_MINIMUM_BLOCK_SIZE (RTL_SIZEOF_THROUGH_FIELD(SLIST_ENTRY, Next))

#define EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL 0x00000001u
#define EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE 0x00000002u
#define EX_MAXIMUM_LOOKASIDE_DEPTH_BASE 256
#define EX_MAXIMUM_LOOKASIDE_DEPTH_LIMIT 1024

/* ---- LOOKASIDE_LIST_EX ----------------------------------------------------------------------- */

/* Depth 0 makes the maximum depth 256; 256 to 1024 is taken as it is. Returns STATUS_SUCCESS, or
 * with the list unchanged, checked in this order: STATUS_INVALID_PARAMETER_8 (Depth), _5 (Flags),
 * _4 (PoolType). Raises STATUS_DATATYPE_MISALIGNMENT for a list that is not 16-byte aligned. IRQL
 * <= DISPATCH_LEVEL. The list must be deleted before its memory ends. */
_Must_inspect_result_ NTSTATUS ExInitializeLookasideListEx(_Out_ PLOOKASIDE_LIST_EX Lookaside,
                                                           _In_opt_ PALLOCATE_FUNCTION_EX Allocate,
                                                           _In_opt_ PFREE_FUNCTION_EX Free,
                                                           _In_ POOL_TYPE PoolType,
                                                           _In_ ULONG Flags, _In_ SIZE_T Size,
                                                           _In_ ULONG Tag, _In_ USHORT Depth);

/* An entry: the one freed last, or else one from the allocate routine; NULL when that has none.
 * IRQL <= DISPATCH_LEVEL, paged lists <= APC_LEVEL. */
PVOID ExAllocateFromLookasideListEx(_Inout_ PLOOKASIDE_LIST_EX Lookaside);
VOID ExFreeToLookasideListEx(_Inout_ PLOOKASIDE_LIST_EX Lookaside, _In_ PVOID Entry);

/* Gives every cached entry to the free routine, the one freed last first. No counter changes. */
VOID ExFlushLookasideListEx(_Inout_ PLOOKASIDE_LIST_EX Lookaside);

/* Takes the list out of the set of all lists, then flushes it. */
VOID ExDeleteLookasideListEx(_Inout_ PLOOKASIDE_LIST_EX Lookaside);

/* ---- The legacy lists: nothing is refused; Depth is ignored ---------------------------------- */

VOID ExInitializeNPagedLookasideList(_Out_ PNPAGED_LOOKASIDE_LIST Lookaside,
                                     _In_opt_ PALLOCATE_FUNCTION Allocate,
                                     _In_opt_ PFREE_FUNCTION Free, _In_ ULONG Flags,
                                     _In_ SIZE_T Size, _In_ ULONG Tag, _In_ USHORT Depth);
PVOID ExAllocateFromNPagedLookasideList(_Inout_ PNPAGED_LOOKASIDE_LIST Lookaside);
VOID ExFreeToNPagedLookasideList(_Inout_ PNPAGED_LOOKASIDE_LIST Lookaside, _In_ PVOID Entry);
VOID ExDeleteNPagedLookasideList(_Inout_ PNPAGED_LOOKASIDE_LIST Lookaside);

/* All four: IRQL <= APC_LEVEL. */
VOID ExInitializePagedLookasideList(_Out_ PPAGED_LOOKASIDE_LIST Lookaside,
                                    _In_opt_ PALLOCATE_FUNCTION Allocate,
                                    _In_opt_ PFREE_FUNCTION Free, _In_ ULONG Flags,
                                    _In_ SIZE_T Size, _In_ ULONG Tag, _In_ USHORT Depth);
PVOID ExAllocateFromPagedLookasideList(_Inout_ PPAGED_LOOKASIDE_LIST Lookaside);
VOID ExFreeToPagedLookasideList(_Inout_ PPAGED_LOOKASIDE_LIST Lookaside, _In_ PVOID Entry);
VOID ExDeletePagedLookasideList(_Inout_ PPAGED_LOOKASIDE_LIST Lookaside);

WDK_END

#endif
