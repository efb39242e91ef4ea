/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What every kind of test needs: the laws of a list as one function, a check that works in any
 * thread, how much to do; and system.h.
 *
 * A failed check prints one sentence and aborts, so that it can be used outside of cmocka, in
 * threads and in forked children. */
#ifndef LOOKASIDE_TESTS_SUPPORT_H
#define LOOKASIDE_TESTS_SUPPORT_H

#include <lookaside/lookaside.h>

#include "system.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Aborts with file, line and a printf-style sentence unless the condition holds. */
#define CHECK(condition, ...)                                                                      \
    ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition, __VA_ARGS__))

/* How gcc is told that a function takes what printf takes; Windows has a printf of its own besides. */
#ifdef __MINGW_PRINTF_FORMAT
#define PRINTF_FORMAT __MINGW_PRINTF_FORMAT
#else
#define PRINTF_FORMAT printf
#endif

__attribute__((noreturn, format(PRINTF_FORMAT, 4, 5))) void
check_failed(const char *file, int line, const char *condition, const char *format, ...);

/* ---- Laws ------------------------------------------------------------------------------------ */

/* The statistics of an initialised list. */
lookaside_statistics statistics_of(lookaside_list *list);

/* What holds at any moment, under traffic too. where: says which moment, for the message. */
void check_laws_under_traffic(const lookaside_statistics *statistics, const char *where);

/* All laws of a list that no thread uses at the moment; returns its statistics. */
lookaside_statistics check_laws(lookaside_list *list, const char *where);

/* Destroys a list that must have no entry out. */
void destroy_checked(lookaside_list *list);

/* ---- Amounts --------------------------------------------------------------------------------- */

/* The number of rounds to do: count times $LOOKASIDE_STRESS, a tenth of it under a sanitizer. */
size_t rounds(size_t count);

/* A small fast generator of pseudo-random numbers; *state must not be 0. */
uint64_t next_random(uint64_t *state);

/* ---- Entries --------------------------------------------------------------------------------- */

/* Marks an entry as owned by `owner` in its first and last bytes, and checks the mark again: two
 * owners of one entry spoil each other's. size must be at least 8. */
void mark_entry(void *entry, size_t size, uint64_t owner);
void check_entry(const void *entry, size_t size, uint64_t owner);

#ifdef __cplusplus
}
#endif

#endif
