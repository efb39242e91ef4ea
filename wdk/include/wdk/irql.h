/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Interrupt request levels. In the twin each thread has one, which starts at PASSIVE_LEVEL; it
 * stops nothing from running, but every routine of the twin checks it as Driver Verifier does. */
#ifndef WDK_IRQL_H
#define WDK_IRQL_H

#include <wdk/types.h>

WDK_BEGIN

typedef UCHAR KIRQL, *PKIRQL;

#define PASSIVE_LEVEL 0
#define LOW_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define CMCI_LEVEL 5
#define CLOCK_LEVEL 13
#define IPI_LEVEL 14
#define DRS_LEVEL 14
#define POWER_LEVEL 14
#define PROFILE_LEVEL 15
#define HIGH_LEVEL 15
#define SYNCH_LEVEL DISPATCH_LEVEL

_Must_inspect_result_ KIRQL KeGetCurrentIrql(void);

/* Bugcheck 0xC4/0x30 when the new level is below the present one or above HIGH_LEVEL. Returns the
 * level before. */
KIRQL KfRaiseIrql(_In_ KIRQL NewIrql);
KIRQL KeRaiseIrqlToDpcLevel(void);
KIRQL KeRaiseIrqlToSynchLevel(void);
#define KeRaiseIrql(level, old) ((void)(*(old) = KfRaiseIrql(level)))

/* Bugcheck 0xC4/0x31 when the new level is above the present one. */
VOID KeLowerIrql(_In_ KIRQL NewIrql);

/* Behind PAGED_CODE: bugcheck 0xA when the level is above APC_LEVEL. */
VOID wdk_paged_code(const char *function);

WDK_END

#define PAGED_CODE() wdk_paged_code(__func__)
#define PAGED_CODE_LOCKED() ((void)0)

#endif
