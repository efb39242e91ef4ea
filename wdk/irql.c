/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The IRQL is a number that each thread carries. It does not keep other threads from running: a
 * driver that takes DISPATCH_LEVEL for a lock is wrong on two processors, too, and ThreadSanitizer
 * says so. Its worth lies in the checks: a routine that may block, or touches pageable memory, asks
 * here. */
#include "irql.h"

#include "self.h"
#include "verifier.h"

const char *irql_name(KIRQL level)
{
    static const char *const names[HIGH_LEVEL + 1] = {
        "PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL", "IRQL 3",    "IRQL 4",  "IRQL 5",
        "IRQL 6",        "IRQL 7",    "IRQL 8",         "IRQL 9",    "IRQL 10", "IRQL 11",
        "IRQL 12",       "IRQL 13",   "IRQL 14",        "HIGH_LEVEL"};

    return level <= HIGH_LEVEL ? names[level] : "an impossible IRQL";
}

KIRQL KeGetCurrentIrql(void)
{
    return self()->irql;
}

KIRQL KfRaiseIrql(KIRQL NewIrql)
{
    KIRQL before = self()->irql;

    if (NewIrql < before || NewIrql > HIGH_LEVEL) {
        verifier_report(RULE_RAISE_IRQL, before, NewIrql, 0, "KeRaiseIrql from %s to %s",
                        irql_name(before), irql_name(NewIrql));
    }
    self()->irql = NewIrql;
    return before;
}

KIRQL KeRaiseIrqlToDpcLevel(void)
{
    return KfRaiseIrql(DISPATCH_LEVEL);
}

KIRQL KeRaiseIrqlToSynchLevel(void)
{
    return KfRaiseIrql(SYNCH_LEVEL);
}

VOID KeLowerIrql(KIRQL NewIrql)
{
    KIRQL before = self()->irql;

    if (NewIrql > before) {
        verifier_report(RULE_LOWER_IRQL, before, NewIrql, 0, "KeLowerIrql from %s to %s",
                        irql_name(before), irql_name(NewIrql));
    }
    self()->irql = NewIrql;
}

void irql_require_at_most(KIRQL level, const char *routine)
{
    KIRQL present = self()->irql;

    if (present > level) {
        verifier_report(RULE_IRQL_TOO_HIGH, 0, present, ADDRESS(routine),
                        "%s was called at %s and may be called up to %s", routine,
                        irql_name(present), irql_name(level));
    }
}

void irql_require_passive(enum rule rule, const char *routine)
{
    KIRQL present = self()->irql;

    if (present != PASSIVE_LEVEL) {
        verifier_report(rule, ADDRESS(routine), present, 0,
                        "%s was called at %s and wants PASSIVE_LEVEL", routine, irql_name(present));
    }
}

VOID wdk_paged_code(const char *function)
{
    irql_require_at_most(APC_LEVEL, function);
}
