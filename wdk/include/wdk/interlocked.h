/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Interlocked operations and barriers. All are sequentially consistent; the names that ask for less
 * (Acquire, Release, NoFence) get it all the same. */
#ifndef WDK_INTERLOCKED_H
#define WDK_INTERLOCKED_H

#include <wdk/types.h>

/* The operations on one type; width is what their names end with. Increment, Decrement and Add
 * return the new value, the others the old one. */
#define WDK_INTERLOCKED_FAMILY(width, type)                                                        \
    WDK_INLINE type InterlockedIncrement##width(type volatile *target)                             \
    {                                                                                              \
        return __atomic_add_fetch(target, (type)1, __ATOMIC_SEQ_CST);                              \
    }                                                                                              \
    WDK_INLINE type InterlockedDecrement##width(type volatile *target)                             \
    {                                                                                              \
        return __atomic_sub_fetch(target, (type)1, __ATOMIC_SEQ_CST);                              \
    }                                                                                              \
    WDK_INLINE type InterlockedAdd##width(type volatile *target, type value)                       \
    {                                                                                              \
        return __atomic_add_fetch(target, value, __ATOMIC_SEQ_CST);                                \
    }                                                                                              \
    WDK_INLINE type InterlockedExchangeAdd##width(type volatile *target, type value)               \
    {                                                                                              \
        return __atomic_fetch_add(target, value, __ATOMIC_SEQ_CST);                                \
    }                                                                                              \
    WDK_INLINE type InterlockedExchange##width(type volatile *target, type value)                  \
    {                                                                                              \
        return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);                               \
    }                                                                                              \
    WDK_INLINE type InterlockedAnd##width(type volatile *target, type value)                       \
    {                                                                                              \
        return __atomic_fetch_and(target, value, __ATOMIC_SEQ_CST);                                \
    }                                                                                              \
    WDK_INLINE type InterlockedOr##width(type volatile *target, type value)                        \
    {                                                                                              \
        return __atomic_fetch_or(target, value, __ATOMIC_SEQ_CST);                                 \
    }                                                                                              \
    WDK_INLINE type InterlockedXor##width(type volatile *target, type value)                       \
    {                                                                                              \
        return __atomic_fetch_xor(target, value, __ATOMIC_SEQ_CST);                                \
    }                                                                                              \
    WDK_INLINE type InterlockedCompareExchange##width(type volatile *target, type exchange,        \
                                                      type comparand)                              \
    {                                                                                              \
        (void)__atomic_compare_exchange_n(target, &comparand, exchange, 0, __ATOMIC_SEQ_CST,       \
                                          __ATOMIC_SEQ_CST);                                       \
        return comparand;                                                                          \
    }

WDK_INTERLOCKED_FAMILY(8, CHAR)
WDK_INTERLOCKED_FAMILY(16, SHORT)
WDK_INTERLOCKED_FAMILY(, LONG)
WDK_INTERLOCKED_FAMILY(64, LONG64)

WDK_INLINE PVOID InterlockedExchangePointer(PVOID volatile *target, PVOID value)
{
    return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}

WDK_INLINE PVOID InterlockedCompareExchangePointer(PVOID volatile *target, PVOID exchange,
                                                   PVOID comparand)
{
    (void)__atomic_compare_exchange_n(target, &comparand, exchange, 0, __ATOMIC_SEQ_CST,
                                      __ATOMIC_SEQ_CST);
    return comparand;
}

/* The bit before: 0 or 1. */
#define WDK_INTERLOCKED_BITS(width, type, unsigned_type, mask)                                     \
    WDK_INLINE UCHAR InterlockedBitTestAndSet##width(type volatile *base, type bit)                \
    {                                                                                              \
        type one = (type)((unsigned_type)1 << ((unsigned_type)bit & mask));                        \
        return (UCHAR)((__atomic_fetch_or(base, one, __ATOMIC_SEQ_CST) & one) != 0);               \
    }                                                                                              \
    WDK_INLINE UCHAR InterlockedBitTestAndReset##width(type volatile *base, type bit)              \
    {                                                                                              \
        type one = (type)((unsigned_type)1 << ((unsigned_type)bit & mask));                        \
        return (UCHAR)((__atomic_fetch_and(base, (type)~one, __ATOMIC_SEQ_CST) & one) != 0);       \
    }

WDK_INTERLOCKED_BITS(, LONG, ULONG, 31u)
WDK_INTERLOCKED_BITS(64, LONG64, ULONG64, 63u)

/* ---- Other names for the same ---- */

#define _InterlockedIncrement InterlockedIncrement
#define _InterlockedDecrement InterlockedDecrement
#define _InterlockedExchange InterlockedExchange
#define _InterlockedExchangeAdd InterlockedExchangeAdd
#define _InterlockedCompareExchange InterlockedCompareExchange
#define _InterlockedAnd InterlockedAnd
#define _InterlockedOr InterlockedOr
#define _InterlockedXor InterlockedXor
#define _InterlockedIncrement64 InterlockedIncrement64
#define _InterlockedDecrement64 InterlockedDecrement64
#define _InterlockedExchange64 InterlockedExchange64
#define _InterlockedExchangeAdd64 InterlockedExchangeAdd64
#define _InterlockedCompareExchange64 InterlockedCompareExchange64
#define _InterlockedExchangePointer InterlockedExchangePointer
#define _InterlockedCompareExchangePointer InterlockedCompareExchangePointer

#define InterlockedIncrementAcquire InterlockedIncrement
#define InterlockedIncrementRelease InterlockedIncrement
#define InterlockedIncrementNoFence InterlockedIncrement
#define InterlockedDecrementAcquire InterlockedDecrement
#define InterlockedDecrementRelease InterlockedDecrement
#define InterlockedDecrementNoFence InterlockedDecrement
#define InterlockedIncrementNoFence64 InterlockedIncrement64
#define InterlockedDecrementNoFence64 InterlockedDecrement64
#define InterlockedIncrementSizeT(target) ((SIZE_T)InterlockedIncrement64((LONG64 *)(target)))
#define InterlockedDecrementSizeT(target) ((SIZE_T)InterlockedDecrement64((LONG64 *)(target)))
#define InterlockedExchangeAddSizeT(target, value)                                                 \
    ((SIZE_T)InterlockedExchangeAdd64((LONG64 *)(target), (LONG64)(value)))
#define InterlockedAddNoFence InterlockedAdd
#define InterlockedAddNoFence64 InterlockedAdd64
#define InterlockedExchangeAddNoFence InterlockedExchangeAdd
#define InterlockedExchangeNoFence InterlockedExchange
#define InterlockedExchangeAcquire InterlockedExchange
#define InterlockedCompareExchangeAcquire InterlockedCompareExchange
#define InterlockedCompareExchangeRelease InterlockedCompareExchange
#define InterlockedCompareExchangeNoFence InterlockedCompareExchange
#define InterlockedCompareExchangeAcquire64 InterlockedCompareExchange64
#define InterlockedCompareExchangeRelease64 InterlockedCompareExchange64
#define InterlockedCompareExchangePointerAcquire InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerRelease InterlockedCompareExchangePointer
#define InterlockedCompareExchangePointerNoFence InterlockedCompareExchangePointer
#define InterlockedExchangePointerNoFence InterlockedExchangePointer
#define InterlockedSetBits(target, bits) InterlockedOr((LONG volatile *)(target), (LONG)(bits))
#define InterlockedClearBits(target, bits) InterlockedAnd((LONG volatile *)(target), ~(LONG)(bits))

/* ---- Plain access, ordered ---- */

#define WDK_ORDERED_FAMILY(name, type)                                                             \
    WDK_INLINE type Read##name##Acquire(type const volatile *source)                               \
    {                                                                                              \
        return __atomic_load_n(source, __ATOMIC_ACQUIRE);                                          \
    }                                                                                              \
    WDK_INLINE type Read##name##NoFence(type const volatile *source)                               \
    {                                                                                              \
        return __atomic_load_n(source, __ATOMIC_RELAXED);                                          \
    }                                                                                              \
    WDK_INLINE VOID Write##name##Release(type volatile *target, type value)                        \
    {                                                                                              \
        __atomic_store_n(target, value, __ATOMIC_RELEASE);                                         \
    }                                                                                              \
    WDK_INLINE VOID Write##name##NoFence(type volatile *target, type value)                        \
    {                                                                                              \
        __atomic_store_n(target, value, __ATOMIC_RELAXED);                                         \
    }

WDK_ORDERED_FAMILY(UChar, UCHAR)
WDK_ORDERED_FAMILY(UShort, USHORT)
WDK_ORDERED_FAMILY(, LONG)
WDK_ORDERED_FAMILY(64, LONG64)
WDK_ORDERED_FAMILY(ULong, ULONG)
WDK_ORDERED_FAMILY(ULong64, ULONG64)
WDK_ORDERED_FAMILY(Pointer, PVOID)

#define KeMemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define KeMemoryBarrierWithoutFence() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define MemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define _ReadWriteBarrier() __atomic_signal_fence(__ATOMIC_SEQ_CST)
#define _ReadBarrier() __atomic_signal_fence(__ATOMIC_ACQUIRE)
#define _WriteBarrier() __atomic_signal_fence(__ATOMIC_RELEASE)
#define YieldProcessor() __atomic_signal_fence(__ATOMIC_SEQ_CST)

#endif
