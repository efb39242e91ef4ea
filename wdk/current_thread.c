/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Every thread that calls the twin has a thread object. A system thread is given its own when it
 * starts; a thread of the test program has one in its own storage, made at the first question,
 * which no count of references can free. */
#include "current_thread.h"

#include "dispatcher.h"
#include "object.h"
#include "self.h"

const OBJECT_TYPE thread_type = {"Thread", NULL};
static POBJECT_TYPE thread_type_pointer = (POBJECT_TYPE)(ULONG_PTR)&thread_type;
POBJECT_TYPE *PsThreadType = &thread_type_pointer;

void current_thread_set(PKTHREAD thread)
{
    self()->thread = thread;
}

PRKTHREAD KeGetCurrentThread(VOID)
{
    static _Thread_local struct {
        struct object object;
        struct _KTHREAD thread;
    } of_the_test;

    if (self()->thread == NULL) {
        if (of_the_test.object.type == NULL) {
            of_the_test.object = (struct object){&thread_type, 1, TRUE};
            dispatcher_init(&of_the_test.thread.header, THREAD_OBJECT, 0);
        }
        self()->thread = &of_the_test.thread;
    }
    return self()->thread;
}

HANDLE PsGetCurrentThreadId(VOID)
{
    static ULONG_PTR last;
    static _Thread_local ULONG_PTR number;

    if (number == 0) {
        number = __atomic_add_fetch(&last, 4, __ATOMIC_RELAXED);
    }
    return (HANDLE)number;
}

HANDLE PsGetCurrentProcessId(VOID)
{
    return (HANDLE)4; /* the System process */
}

PEPROCESS PsGetCurrentProcess(VOID)
{
    static char system_process;

    return (PEPROCESS)(PVOID)&system_process;
}

KPRIORITY KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority)
{
    return __atomic_exchange_n(&Thread->priority, Priority, __ATOMIC_RELAXED);
}

KPRIORITY KeQueryPriorityThread(PKTHREAD Thread)
{
    return __atomic_load_n(&Thread->priority, __ATOMIC_RELAXED);
}
