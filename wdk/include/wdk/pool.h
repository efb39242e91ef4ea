/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The kernel's pool. Blocks come from malloc, so that sanitizers and valgrind see each of them;
 * tag, size, type, owner and the calls that led to an allocation are kept beside them.
 *
 * Nonpaged pool: IRQL <= DISPATCH_LEVEL; paged pool: <= APC_LEVEL. What breaks the rules bugchecks
 * with Driver Verifier's codes; wdk/README.md has the table. Blocks are 16-byte aligned, and page
 * aligned from PAGE_SIZE on. They are not zeroed unless stated. */
#ifndef WDK_POOL_H
#define WDK_POOL_H

#include <wdk/types.h>

WDK_BEGIN

typedef enum _POOL_TYPE {
    NonPagedPool = 0,
    NonPagedPoolExecute = NonPagedPool,
    PagedPool = 1,
    NonPagedPoolMustSucceed = 2,
    DontUseThisType = 3,
    NonPagedPoolCacheAligned = 4,
    PagedPoolCacheAligned = 5,
    NonPagedPoolCacheAlignedMustS = 6,
    MaxPoolType = 7,
    NonPagedPoolBase = 0,
    NonPagedPoolBaseMustSucceed = 2,
    NonPagedPoolBaseCacheAligned = 4,
    NonPagedPoolBaseCacheAlignedMustS = 6,
    NonPagedPoolSession = 32,
    PagedPoolSession = 33,
    NonPagedPoolNx = 512,
    NonPagedPoolNxCacheAligned = 516,
    NonPagedPoolSessionNx = 544
} POOL_TYPE,
    *PPOOL_TYPE;

#define POOL_QUOTA_FAIL_INSTEAD_OF_RAISE 8
#define POOL_RAISE_IF_ALLOCATION_FAILURE 16
#define POOL_COLD_ALLOCATION 256
#define POOL_NX_ALLOCATION 512
#define POOL_ZERO_ALLOCATION 1024
#define PROTECTED_POOL 0x80000000u

typedef ULONGLONG POOL_FLAGS;
#define POOL_FLAG_USE_QUOTA 0x0000000000000001ull
#define POOL_FLAG_UNINITIALIZED 0x0000000000000002ull
#define POOL_FLAG_SESSION 0x0000000000000004ull
#define POOL_FLAG_CACHE_ALIGNED 0x0000000000000008ull
#define POOL_FLAG_RAISE_ON_FAILURE 0x0000000000000020ull
#define POOL_FLAG_NON_PAGED 0x0000000000000040ull
#define POOL_FLAG_NON_PAGED_EXECUTE 0x0000000000000080ull
#define POOL_FLAG_PAGED 0x0000000000000100ull
#define POOL_FLAG_SPECIAL_POOL 0x0000000100000000ull

typedef enum _EX_POOL_PRIORITY {
    LowPoolPriority = 0,
    LowPoolPrioritySpecialPoolOverrun = 8,
    LowPoolPrioritySpecialPoolUnderrun = 9,
    NormalPoolPriority = 16,
    NormalPoolPrioritySpecialPoolOverrun = 24,
    NormalPoolPrioritySpecialPoolUnderrun = 25,
    HighPoolPriority = 32,
    HighPoolPrioritySpecialPoolOverrun = 40,
    HighPoolPrioritySpecialPoolUnderrun = 41
} EX_POOL_PRIORITY;

/* Each returns NULL when there is no memory, or raises STATUS_INSUFFICIENT_RESOURCES when the type
 * has POOL_RAISE_IF_ALLOCATION_FAILURE. The quota routines raise unless the type has
 * POOL_QUOTA_FAIL_INSTEAD_OF_RAISE. */
PVOID ExAllocatePool(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes);
PVOID ExAllocatePoolWithTag(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);
PVOID ExAllocatePoolWithQuota(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes);
PVOID ExAllocatePoolWithQuotaTag(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes,
                                 _In_ ULONG Tag);
PVOID ExAllocatePoolWithTagPriority(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes,
                                    _In_ ULONG Tag, _In_ EX_POOL_PRIORITY Priority);
PVOID ExAllocatePoolUninitialized(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes,
                                  _In_ ULONG Tag);
PVOID ExAllocatePoolZero(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);
PVOID ExAllocatePoolQuotaZero(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);
PVOID ExAllocatePoolQuotaUninitialized(_In_ POOL_TYPE PoolType, _In_ SIZE_T NumberOfBytes,
                                       _In_ ULONG Tag);

/* Zeroed unless POOL_FLAG_UNINITIALIZED. A tag of 0, no bytes, none or several of the memory types,
 * or an unknown flag below 2^32: NULL, or STATUS_INVALID_PARAMETER is raised with
 * POOL_FLAG_RAISE_ON_FAILURE. */
PVOID ExAllocatePool2(_In_ POOL_FLAGS Flags, _In_ SIZE_T NumberOfBytes, _In_ ULONG Tag);

/* A tag of 0 is not compared with the block's. */
VOID ExFreePool(_In_ PVOID P);
VOID ExFreePoolWithTag(_In_ PVOID P, _In_ ULONG Tag);
VOID ExFreePool2(_In_ PVOID P, _In_ ULONG Tag, _In_opt_ PVOID ExtendedParameters,
                 _In_ ULONG ExtendedParametersCount);

/* With DrvRtPoolNxOptIn, what asks for NonPagedPool means NonPagedPoolNx: no warning any more. */
#define DrvRtPoolNxOptIn 0x00000001u
VOID ExInitializeDriverRuntime(_In_ ULONG RuntimeFlags);

WDK_END

#endif
