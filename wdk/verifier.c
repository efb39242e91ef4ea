/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One table of rules: the numbers that Windows' documentation gives ("Bug Check 0xC4", "0xC2"),
 * what to do, and the advice. By default a broken rule is a bugcheck. Two are warnings, because
 * drivers that run well break them: the kernel itself rounds a list's size up to 8, and executable
 * pool is old, not wrong.
 *
 * A warning is printed once for each rule and place (the calls that led to it); a place is a hash
 * in a small set. When the set is full, nothing more is printed, only counted. */
#include "verifier.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>

#include <wdk/expect.h>

#include "bugcheck.h"
#include "trace.h"

#define ANY_PARAMETER (~(ULONG_PTR)0) /* parameter 1 is an address, not the number of a rule */
#define PLACES 256u

static struct {
    ULONG code;
    ULONG_PTR parameter1;
    wdk_action action;
    const char *advice;
} rules[RULES] = {
    [RULE_ZERO_BYTES] = {0xC4, 0x00, WDK_BUGCHECK, "Ask for at least one byte."},
    [RULE_PAGED_ALLOCATE_IRQL] = {0xC4, 0x01, WDK_BUGCHECK,
                                  "Use nonpaged pool, or allocate before the IRQL is raised."},
    [RULE_NONPAGED_ALLOCATE_IRQL] = {0xC4, 0x02, WDK_BUGCHECK,
                                     "Allocate at DISPATCH_LEVEL or below."},
    [RULE_FREE_UNKNOWN] = {0xC4, 0x10, WDK_BUGCHECK,
                           "Free exactly the address that the pool returned."},
    [RULE_PAGED_FREE_IRQL] = {0xC4, 0x11, WDK_BUGCHECK, "Free paged pool at APC_LEVEL or below."},
    [RULE_NONPAGED_FREE_IRQL] = {0xC4, 0x12, WDK_BUGCHECK,
                                 "Free nonpaged pool at DISPATCH_LEVEL or below."},
    [RULE_DOUBLE_FREE] = {0xC4, 0x13, WDK_BUGCHECK, "Find who else owns the block."},
    [RULE_RAISE_IRQL] = {0xC4, 0x30, WDK_BUGCHECK, "KeRaiseIrql only raises."},
    [RULE_LOWER_IRQL] = {0xC4, 0x31, WDK_BUGCHECK,
                         "KeLowerIrql only lowers: give it what KeRaiseIrql returned."},
    [RULE_OVERRUN] = {0xC4, 0x51, WDK_BUGCHECK,
                      "Somebody wrote behind the block; AddressSanitizer names the line."},
    [RULE_LIST_TWICE] = {0xC4, 0xCA, WDK_BUGCHECK, "Delete the list before it is used anew."},
    [RULE_LIST_NOT_INITIALIZED] = {0xC4, 0xCB, WDK_BUGCHECK,
                                   "Initialise it first; delete it once."},
    [RULE_POOL_CONTAINS_LIST] = {0xC4, 0xCC, WDK_BUGCHECK,
                                 "Delete the list before its memory is freed."},
    [RULE_LIST_BLOCK_SIZE] = {0xC4, 0xCD, WDK_WARN,
                              "A free entry holds a link: ask for at least 8 bytes."},
    [RULE_LIST_PAGEABLE] =
        {0xC4, 0xE1, WDK_BUGCHECK,
         "The list itself belongs into nonpaged memory, whatever its entries are."},
    [RULE_EXECUTABLE_POOL] = {0xC4, 0x2000, WDK_WARN, "Ask for NonPagedPoolNx."},
    [RULE_PAGED_LIST_IRQL] = {0xC4, 0x20006, WDK_BUGCHECK,
                              "Use a nonpaged list, or lower the IRQL first."},
    [RULE_WRONG_TAG] = {0xC2, 0x0A, WDK_BUGCHECK, "Free it with the tag it was allocated with."},
    [RULE_ZERO_TAG] = {0xC2, 0x9B, WDK_BUGCHECK, "Give it a tag of one to four characters."},
    [RULE_BIG_TAG] = {0xC2, 0x9C, WDK_BUGCHECK, "The tag 'BIG' is the kernel's own."},
    [RULE_BLANK_TAG] = {0xC2, 0x9D, WDK_BUGCHECK, "A tag has at least one letter or digit."},
    [RULE_FREED_POOL_MODIFIED] = {0xC6, ANY_PARAMETER, WDK_BUGCHECK,
                                  "Somebody wrote to it after it was freed; AddressSanitizer names "
                                  "the line."},
    [RULE_LINK_CORRUPT] = {0x139, 0x03, WDK_BUGCHECK,
                           "Somebody overwrote the list, or freed its memory without deleting it."},
    [RULE_IRQL_TOO_HIGH] = {0x0A, ANY_PARAMETER, WDK_BUGCHECK,
                            "Lower the IRQL first, or do it in a system thread."},

    [RULE_SPIN_LOCK_ACQUIRE_IRQL] = {0xC4, 0x42, WDK_BUGCHECK,
                                     "Acquire spin locks at DISPATCH_LEVEL or below."},
    [RULE_SPIN_LOCK_RELEASE_IRQL] = {0xC4, 0x32, WDK_BUGCHECK,
                                     "Release it once, and leave the IRQL alone while it is held."},
    [RULE_SPIN_LOCK_ACQUIRE_BELOW] = {0xC4, 0x40, WDK_BUGCHECK,
                                      "Use KeAcquireSpinLock, which raises the IRQL."},
    [RULE_SPIN_LOCK_RELEASE_BELOW] = {0xC4, 0x41, WDK_BUGCHECK,
                                      "Leave the IRQL alone while the lock is held."},
    [RULE_MUTEX_ACQUIRE_IRQL] = {0xC4, 0x33, WDK_BUGCHECK,
                                 "Release the spin lock first, or use a spin lock for both."},
    [RULE_MUTEX_RELEASE_IRQL] = {0xC4, 0x34, WDK_BUGCHECK,
                                 "Leave the IRQL alone while the mutex is owned."},
    [RULE_MUTEX_ACQUIRE_UNSAFE] = {0xC4, 0x39, WDK_BUGCHECK,
                                   "Call KeEnterCriticalRegion first, or ExAcquireFastMutex."},
    [RULE_MUTEX_RELEASE_UNSAFE] = {0xC4, 0x3A, WDK_BUGCHECK,
                                   "Call KeLeaveCriticalRegion after the release."},
    [RULE_LOCK_RECURSION] = {0xC4, 0x1000, WDK_BUGCHECK,
                             "On Windows this thread would wait for itself for ever."},
    [RULE_LOCK_OTHER_THREAD] = {0xC4, 0x1004, WDK_BUGCHECK, "Who acquires a lock releases it."},
    [RULE_LOCK_NOT_HELD] = {0xC4, 0x1007, WDK_BUGCHECK, "Was it released twice?"},
    [RULE_LOCK_MISMATCH] = {0xC4, 0x1009, WDK_BUGCHECK,
                            "Release it with the counterpart of the routine that acquired it."},
    [RULE_REGION] = {0xC4, 0x3E, WDK_BUGCHECK, "Pair each leave with an enter."},
    [RULE_WAIT_IRQL] = {0xC4, 0x120, WDK_BUGCHECK, "Wait at APC_LEVEL or below."},
    [RULE_WAIT_FOR_EVER] = {0xC4, 0x121, WDK_BUGCHECK,
                            "Release the spin lock before the wait, or give a timeout of 0."},
    [RULE_WAIT_TIMEOUT] = {0xC4, 0x122, WDK_BUGCHECK,
                           "Release the spin lock before the wait, or give a timeout of 0."},
    [RULE_SET_EVENT_IRQL] = {0xC4, 0x80, WDK_BUGCHECK, "Signal events at DISPATCH_LEVEL or below."},

    [RULE_TIMER_PENDING] = {0xC7, 0x00, WDK_BUGCHECK, "Call KeCancelTimer first."},
    [RULE_DPC_PENDING] = {0xC7, 0x01, WDK_BUGCHECK,
                          "Keep it from being queued again, then call KeFlushQueuedDpcs."},
    [RULE_DPC_PROCESSOR] = {0xC7, 0x03, WDK_BUGCHECK,
                            "Processors are numbered from 0; ask how many there are."},
    [RULE_DPC_REGIONS] = {0xC7, 0x04, WDK_BUGCHECK,
                          "Leave each critical region in the routine that entered it."},

    [RULE_RESOURCE_ACQUIRE_APCS] = {0xC4, 0x37, WDK_BUGCHECK, "Call KeEnterCriticalRegion first."},
    [RULE_RESOURCE_RELEASE_APCS] = {0xC4, 0x38, WDK_BUGCHECK,
                                    "Call KeLeaveCriticalRegion after the release."},
    [RULE_RESOURCE_TWICE] = {0xC4, 0xD0, WDK_BUGCHECK, "Delete it before it is initialised anew."},
    [RULE_RESOURCE_NOT_INITIALIZED] = {0xC4, 0xD1, WDK_BUGCHECK,
                                       "Initialise it first; delete it once."},
    [RULE_POOL_CONTAINS_RESOURCE] = {0xC4, 0xD2, WDK_BUGCHECK,
                                     "Call ExDeleteResourceLite before its memory is freed."},
    [RULE_RESOURCE_NOT_OWNED] = {0xE3, ANY_PARAMETER, WDK_BUGCHECK,
                                 "Release it once for each time that it was acquired."},

    [RULE_WORK_IN_FREED_POOL] = {0xE4, 0x00, WDK_BUGCHECK,
                                 "Free it in its routine, or when that has been called."},
    [RULE_WORK_QUEUED_TWICE] = {0xE4, 0x01, WDK_BUGCHECK,
                                "Queue it again when its routine has been called."},
    [RULE_WORK_FREED] = {0xE4, 0x02, WDK_BUGCHECK,
                         "Free it in its routine, or when that has been called."},
    [RULE_WORK_IRQL] = {0xE1, ANY_PARAMETER, WDK_BUGCHECK,
                        "Release every lock and lower what was raised, on each path."},
    [RULE_WORK_REGIONS] = {0x01, ANY_PARAMETER, WDK_BUGCHECK,
                           "Leave every critical and guarded region, on each path."},

    [RULE_REFERENCE] = {0xC4, 0x3F, WDK_BUGCHECK,
                        "Take a reference while you have one; give each back once."},
    [RULE_HANDLE_NOT_OPEN] = {0xC4, 0x3C, WDK_BUGCHECK,
                              "Turn the handle into an object before it is closed."},
    [RULE_HANDLE_NULL] = {0xC4, 0xF5, WDK_BUGCHECK, "Check what created the handle."},
    [RULE_OBJECT_IRQL] = {0xC4, 0x2001B, WDK_BUGCHECK, "Turn handles into objects early."},
    [RULE_CLOSE_IRQL] = {0xC4, 0x2001F, WDK_BUGCHECK, "Close handles at PASSIVE_LEVEL."},
    [RULE_THREAD_IRQL] = {0xC4, 0x2001C, WDK_BUGCHECK, "Create and end threads at PASSIVE_LEVEL."},
    [RULE_THREAD_HOLDS_LOCK] = {0xC4, 0x100A, WDK_BUGCHECK,
                                "Release every lock before the thread ends."},

    [RULE_ENTRY_IRQL] = {0xC8, ANY_PARAMETER, WDK_BUGCHECK,
                         "Release every lock and lower what was raised, on each path."},
    [RULE_DISPATCH_IRQL] = {0xC9, 0x05, WDK_BUGCHECK,
                            "Release every lock and lower what was raised, on each path."},
    [RULE_DISPATCH_REGIONS] = {0xC4, 0xC5, WDK_BUGCHECK,
                               "Leave every critical region, release every mutex, on each path."},
    [RULE_DISPATCH_STATUS] = {0xC9, 0x224, WDK_BUGCHECK,
                              "Return the status that the request was completed with."},
    [RULE_DISPATCH_NOT_COMPLETED] = {0xC9, 0x226, WDK_BUGCHECK,
                                     "Complete it, or mark it pending and return STATUS_PENDING."},
    [RULE_PENDING_NOT_MARKED] = {0xC9, 0x23D, WDK_BUGCHECK,
                                 "Call IoMarkIrpPending before the request leaves your hands."},
    [RULE_MARKED_NOT_PENDING] =
        {0xC9, 0x23E, WDK_BUGCHECK,
         "After IoMarkIrpPending, return STATUS_PENDING, whatever happened."},
    [RULE_COMPLETE_PENDING] = {0xC9, 0x06, WDK_BUGCHECK, "Set IoStatus.Status first."},
    [RULE_COMPLETE_CANCELABLE] =
        {0xC9, 0x07, WDK_BUGCHECK,
         "Take the cancel routine away with IoSetCancelRoutine(Irp, NULL)."},
    [RULE_COMPLETE_IRQL] = {0xC9, 0x0E, WDK_BUGCHECK,
                            "Complete requests at DISPATCH_LEVEL or below."},
    [RULE_COMPLETE_TWICE] = {0x44, ANY_PARAMETER, WDK_BUGCHECK, "Find who else completed it."},
    [RULE_COMPLETE_INFORMATION] = {0xC9, 0x200, WDK_BUGCHECK,
                                   "IoStatus.Information counts the bytes of the answer."},
    [RULE_CANCEL_LOCK] = {0x11B, ANY_PARAMETER, WDK_BUGCHECK,
                          "Call IoReleaseCancelSpinLock(Irp->CancelIrql) in the cancel routine."},
    [RULE_DEVICE_DELETED_TWICE] = {0xC9, 0x240, WDK_BUGCHECK, "Delete each device once."},
    [RULE_DEVICE_FLAGS] = {0xC9, 0x245, WDK_BUGCHECK,
                           "Set DO_BUFFERED_IO or DO_DIRECT_IO, not both."},

    [RULE_UNLOAD_PENDING] =
        {0xCE, ANY_PARAMETER, WDK_BUGCHECK,
         "DriverUnload, and a DriverEntry that fails, give back what they took."},
    [RULE_UNLOAD_POOL] = {0xC4, 0x62, WDK_BUGCHECK,
                          "DriverUnload, and a DriverEntry that fails, free what they allocated."},
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the two below */
static uint64_t places[PLACES];
static ULONG warnings;

static BOOLEAN is_new_place(uint64_t place)
{
    for (unsigned i = 0; i < PLACES; i++) {
        if (places[i] == place) {
            return FALSE;
        }
        if (places[i] == 0) {
            places[i] = place;
            return TRUE;
        }
    }
    return FALSE;
}

static void warn(enum rule rule, ULONG_PTR parameter1, const char *sentence)
{
    struct trace trace;
    BOOLEAN print;

    trace_take(&trace);
    (void)pthread_mutex_lock(&lock);
    warnings++;
    print = is_new_place((trace_hash(&trace) ^ (uint64_t)rule) | 1u);
    (void)pthread_mutex_unlock(&lock);
    if (print) {
        (void)fprintf(stderr, "warning: as bugcheck 0x%X/0x%lX: %s\n", rules[rule].code, parameter1,
                      sentence);
        trace_print(&trace);
    }
}

void verifier_report(enum rule rule, ULONG_PTR parameter2, ULONG_PTR parameter3,
                     ULONG_PTR parameter4, const char *format, ...)
{
    wdk_action action = __atomic_load_n(&rules[rule].action, __ATOMIC_RELAXED);
    ULONG_PTR parameter1 = rules[rule].parameter1;
    char what[WDK_SENTENCE_SIZE - 128];
    char sentence[WDK_SENTENCE_SIZE];
    va_list arguments;

    if (action == WDK_IGNORE) {
        return;
    }
    if (parameter1 == ANY_PARAMETER) {
        parameter1 = parameter2;
        parameter2 = parameter3;
        parameter3 = 0;
    }
    va_start(arguments, format);
    (void)vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    (void)snprintf(sentence, sizeof(sentence), "%s. %s", what, rules[rule].advice);
    if (action == WDK_WARN) {
        warn(rule, parameter1, sentence);
    } else {
        bugcheck(rules[rule].code, parameter1, parameter2, parameter3, parameter4, "%s", sentence);
    }
}

wdk_action wdk_set_action(ULONG code, ULONG_PTR parameter1, wdk_action action)
{
    for (unsigned i = 0; i < RULES; i++) {
        if (rules[i].code == code &&
            (rules[i].parameter1 == parameter1 || rules[i].parameter1 == ANY_PARAMETER)) {
            return __atomic_exchange_n(&rules[i].action, action, __ATOMIC_RELAXED);
        }
    }
    bugcheck(
        code, parameter1, 0, 0, 0,
        "wdk_set_action: the twin does not check 0x%X/0x%lX; wdk/README.md lists what it does.",
        code, parameter1);
}

ULONG wdk_warnings(void)
{
    (void)pthread_mutex_lock(&lock);
    ULONG result = warnings;
    (void)pthread_mutex_unlock(&lock);
    return result;
}
