/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What tests ask the operating system, and have it do: what it knows of our memory, processes,
 * time. One file per system, chosen by the build. A test that needs what a system cannot do skips
 * there, by name and with the reason: skip_because in cmocka_test.h. */
#ifndef LOOKASIDE_TESTS_SYSTEM_H
#define LOOKASIDE_TESTS_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Memory ---------------------------------------------------------------------------------- */

size_t system_page_size(void);

/* Bytes of this process: in memory; mapped (on Windows: committed); locked in memory. */
size_t resident_bytes(void);
size_t mapped_bytes(void);
size_t locked_bytes(void);

/* Whether the system tells how much is locked; otherwise locked_bytes may not be called. */
bool system_tells_what_is_locked(void);

/* How many mappings this process has. */
size_t mapping_count(void);

/* How many OS pages of [base, base + size) are resident. Unmapped ones are not. */
size_t resident_pages(void *base, size_t size);

/* Whether an address is mapped at all. */
bool is_mapped(void *address);

/* Makes a hole in a mapping: addresses that cannot be touched. */
void punch_hole(void *base, size_t size);

/* ---- Processes ------------------------------------------------------------------------------- */

/* Whether there is fork; without it run_in_child may not be called. */
bool system_has_fork(void);

/* Runs body in a forked child and returns its wait status; kills it after `seconds`. */
int run_in_child(void (*body)(void *argument), void *argument, unsigned seconds);

/* Runs this program again with one argument and returns its exit status, or a negative number when
 * it ended in another way. What it prints goes to output, size bytes with the final 0, unless that
 * is NULL. */
int run_again(const char *argument, char *output, size_t size);

/* Ends this process abnormally unless it is called again within `seconds`; 0: no longer. */
void end_after(unsigned seconds);

/* Calls run(argument) when the calling thread ends, after what the library does then. For one
 * thread. */
void run_at_the_very_end(void (*run)(void *argument), void *argument);

/* ---- Time ------------------------------------------------------------------------------------ */

void sleep_milliseconds(unsigned milliseconds);

/* CPU time of the calling thread. */
unsigned thread_milliseconds(void);

/* Sleeps until the thread is cancelled. */
void sleep_until_cancelled(void);

#ifdef __cplusplus
}
#endif

#endif
