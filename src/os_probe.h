/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Places where a tracer may look in, on slow paths alone: an instruction that does nothing, and a
 * note in the file of where it is and where its arguments are. Made by <sys/sdt.h>, where that is
 * installed when the library is built; nothing otherwise. docs/probes.md is for users. */
#ifndef LA_OS_PROBE_H
#define LA_OS_PROBE_H

#include <stdint.h>

#if defined(__linux__) && defined(__has_include)
#if __has_include(<sys/sdt.h>)
#include <sys/sdt.h>
#define OS_PROBE3(probe, a, b, c) DTRACE_PROBE3(lookaside, probe, a, b, c)
#define OS_PROBE4(probe, a, b, c, d) DTRACE_PROBE4(lookaside, probe, a, b, c, d)
#endif
#endif

#if !defined(OS_PROBE3)
#define OS_PROBE3(probe, a, b, c) ((void)(a), (void)(b), (void)(c))
#define OS_PROBE4(probe, a, b, c, d) ((void)(a), (void)(b), (void)(c), (void)(d))
#endif

/* The macros of <sys/sdt.h> are GNU C's. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"

/* Entries were fetched from the backing. */
static inline void probe_alloc_miss(const void *list, const char *name, uint64_t entries)
{
    OS_PROBE3(alloc_miss, list, name, entries);
}

/* Entries go to the backing, because the cache has no room. */
static inline void probe_free_miss(const void *list, const char *name, uint64_t entries)
{
    OS_PROBE3(free_miss, list, name, entries);
}

/* Entries were taken from the depot. */
static inline void probe_refill(const void *list, const char *name, uint64_t entries)
{
    OS_PROBE3(refill, list, name, entries);
}

/* Entries went to the backing, because somebody asked. */
static inline void probe_flush(const void *list, const char *name, uint64_t entries)
{
    OS_PROBE3(flush, list, name, entries);
}

/* The tuner has changed the depth. */
static inline void probe_depth(const void *list, const char *name, uint32_t from, uint32_t to)
{
    OS_PROBE4(depth, list, name, from, to);
}

/* A contract is broken. */
static inline void probe_bugcheck(uint32_t code, const void *list, const void *entry)
{
    OS_PROBE3(bugcheck, code, list, entry);
}

#pragma GCC diagnostic pop

#endif
