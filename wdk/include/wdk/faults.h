/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Fault injection, as Driver Verifier's low resources simulation: a pool allocation of a driver
 * fails on purpose. Allocations of the test program itself (no driver on the stack) are spared,
 * unless wdk_fault_everyone says otherwise. */
#ifndef WDK_FAULTS_H
#define WDK_FAULTS_H

#include <wdk/expect.h>

WDK_BEGIN

/* The n-th allocation from now fails, once; 1 is the next one, 0 ends it. */
void wdk_fail_allocation(ULONG n);

/* Of 10000 allocations, about per_10000 fail, the same ones for the same seed; 0 ends it. Driver
 * Verifier's default is 600. */
void wdk_fail_randomly(ULONG seed, ULONG per_10000);

/* Each allocation fails the first time that it is reached by calls not seen before, and never
 * again: every error path once. FALSE ends it and forgets the calls. */
void wdk_fail_each_new_stack(BOOLEAN on);

/* Whether the test program's own allocations may fail, too. */
void wdk_fault_everyone(BOOLEAN on);

/* Allocations that have failed on purpose since the program began. */
ULONG wdk_faults_injected(void);

/* Runs body(context) again and again: without a fault, then with the first allocation failing, then
 * the second, until a run has none left to fail. Returns the number of faults injected. body starts
 * and ends in the same state: it loads and unloads the driver, for instance. */
ULONG wdk_fault_sweep(wdk_body *body, void *context);

WDK_END

#endif
