/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A lookaside list hides the end of an entry's life from the tools that know malloc: the entry is
 * free, its memory is not. So they are told.
 *
 * AddressSanitizer forbids all of the entry; the twin's own accesses to the link are in functions
 * that it does not instrument. Valgrind instruments everything, so for it the link, the first word,
 * stays allowed. It is asked at run time: a program that is not run under valgrind passes a handful
 * of instructions that do nothing. */
#include "watch.h"

/* They exist in a program that is built with AddressSanitizer, though the twin itself may not be. */
extern void asan_poison(const volatile void *address,
                        size_t size) __asm__("__asan_poison_memory_region") __attribute__((weak));
extern void asan_unpoison(const volatile void *address,
                          size_t size) __asm__("__asan_unpoison_memory_region")
    __attribute__((weak));

#if WDK_HAS_VALGRIND
#include <valgrind/memcheck.h>
#else
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_MAKE_MEM_NOACCESS(address, size) ((void)(address), (void)(size))
#define VALGRIND_MAKE_MEM_DEFINED(address, size) ((void)(address), (void)(size))
#endif

#define LINK sizeof(PVOID)

BOOLEAN wdk_memory_is_watched(void)
{
    return asan_poison != NULL || RUNNING_ON_VALGRIND != 0;
}

void watch_forbid(void *entry, SIZE_T size)
{
    if (asan_poison != NULL) {
        asan_poison(entry, size);
    }
    if (size > LINK) {
        (void)VALGRIND_MAKE_MEM_NOACCESS((char *)entry + LINK, size - LINK);
    }
}

void watch_allow(void *entry, SIZE_T size)
{
    if (asan_unpoison != NULL) {
        asan_unpoison(entry, size);
    }
    if (size > LINK) {
        (void)VALGRIND_MAKE_MEM_DEFINED((char *)entry + LINK, size - LINK);
    }
}
