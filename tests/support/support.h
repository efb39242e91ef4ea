/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What every kind of test needs: the laws of a list as one function, a check that works in any
 * thread, how much to do, and what the kernel says about our memory.
 *
 * A failed check prints one sentence and aborts, so that it can be used outside of cmocka, in
 * threads and in forked children. */
#ifndef LOOKASIDE_TESTS_SUPPORT_H
#define LOOKASIDE_TESTS_SUPPORT_H

#include <lookaside/lookaside.h>

#include <stdbool.h>
#include <stdint.h>

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

__attribute__((noreturn, format(printf, 4, 5))) void
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

/* ---- The kernel's view ----------------------------------------------------------------------- */

/* Resident bytes of this process. */
size_t resident_bytes(void);

/* The sum over all mappings of one line of /proc/self/smaps, for instance "Size:", in bytes. */
size_t smaps_bytes(const char *key);

/* How many mappings this process has. */
size_t mapping_count(void);

size_t system_page_size(void);

/* ---- Entries --------------------------------------------------------------------------------- */

/* Marks an entry as owned by `owner` in its first and last bytes, and checks the mark again: two
 * owners of one entry spoil each other's. size must be at least 8. */
void mark_entry(void *entry, size_t size, uint64_t owner);
void check_entry(const void *entry, size_t size, uint64_t owner);

/* ---- Children -------------------------------------------------------------------------------- */

/* Runs body in a forked child and returns its wait status; kills it after `seconds`. */
int run_in_child(void (*body)(void *argument), void *argument, unsigned seconds);

#ifdef __cplusplus
}
#endif

#endif
