/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A system thread is a thread of the host that runs one start routine in the name of the driver
 * whose code created it. Its states:
 *
 *     running   in the list; runs code of the driver
 *     ended     in the list; runs none any more, and will not; then its object is signalled, so that
 *               a driver that waits for the object may unload
 *     joined    out of the list, which gives back the reference that it held
 *
 * Threads are joined at the next creation, at unload and at exit, by somebody else than themselves.
 * PsTerminateSystemThread is a longjmp to the start, which like the kernel runs no destructors.
 *
 * One lock, of the list and of `ended`; nothing is called with it. */
#include "system_thread.h"

#include <stdlib.h>

#include <pthread.h>

#include <wdk/thread.h>

#include "bugcheck.h"
#include "current_thread.h"
#include "dispatcher.h"
#include "faults.h"
#include "irql.h"
#include "object.h"
#include "owner.h"
#include "self.h"
#include "verifier.h"

static struct {
    pthread_mutex_t lock;
    PKTHREAD first;
} threads = {PTHREAD_MUTEX_INITIALIZER, NULL};

static void add(PKTHREAD thread)
{
    (void)pthread_mutex_lock(&threads.lock);
    thread->next = threads.first;
    threads.first = thread;
    (void)pthread_mutex_unlock(&threads.lock);
}

/* Takes an ended thread, or this one, out of the list; NULL when there is none. */
static PKTHREAD take(PKTHREAD wanted)
{
    PKTHREAD thread = NULL;

    (void)pthread_mutex_lock(&threads.lock);
    for (PKTHREAD *link = &threads.first; *link != NULL; link = &(*link)->next) {
        if (*link == wanted || (wanted == NULL && (*link)->ended)) {
            thread = *link;
            *link = thread->next;
            break;
        }
    }
    (void)pthread_mutex_unlock(&threads.lock);
    return thread;
}

void system_thread_reap(void)
{
    for (PKTHREAD thread; (thread = take(NULL)) != NULL;) {
        (void)pthread_join(thread->thread, NULL);
        (void)ObfDereferenceObject(thread);
    }
}

ULONG system_thread_count(const void *owner)
{
    ULONG count = 0;

    (void)pthread_mutex_lock(&threads.lock);
    for (PKTHREAD thread = threads.first; thread != NULL; thread = thread->next) {
        count += thread->owner == owner && !thread->ended;
    }
    (void)pthread_mutex_unlock(&threads.lock);
    return count;
}

/* ---- A thread's life ------------------------------------------------------------------------- */

static void check_end(PKTHREAD thread)
{
    if (thread->spin_locks != 0) {
        verifier_report(RULE_THREAD_HOLDS_LOCK, ADDRESS(thread), 0, 0,
                        "A system thread ended with %d spin locks held", thread->spin_locks);
    }
    if (thread->mutexes != 0) {
        bugcheck(THREAD_TERMINATE_HELD_MUTEX, ADDRESS(thread), 0, 0, 0,
                 "A system thread ended and owns %d kernel mutexes. Release them first.",
                 thread->mutexes);
    }
    irql_require_passive(RULE_THREAD_IRQL, "PsTerminateSystemThread, or the end of a thread,");
}

static void *run(void *argument)
{
    PKTHREAD thread = argument;

    current_thread_set(thread);
    (void)owner_enter(thread->owner);
    if (setjmp(thread->end) == 0) {
        thread->start(thread->context);
        check_end(thread);
    }
    (void)pthread_mutex_lock(&threads.lock);
    thread->ended = TRUE;
    (void)pthread_mutex_unlock(&threads.lock);
    (void)dispatcher_set(&thread->header, 1);
    return NULL;
}

NTSTATUS PsTerminateSystemThread(NTSTATUS ExitStatus)
{
    PKTHREAD thread = KeGetCurrentThread();

    UNREFERENCED_PARAMETER(ExitStatus);
    if (thread->start == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    check_end(thread);
    longjmp(thread->end, 1);
}

BOOLEAN PsIsSystemThread(PETHREAD Thread)
{
    return ((PKTHREAD)(PVOID)Thread)->start != NULL;
}

/* Threads that still run when the program ends are nobody's any more. */
static void release_all(void)
{
    system_thread_reap();
    (void)pthread_mutex_lock(&threads.lock);
    for (PKTHREAD thread = threads.first; thread != NULL; thread = thread->next) {
        (void)pthread_detach(thread->thread);
    }
    (void)pthread_mutex_unlock(&threads.lock);
}

static void release_at_exit(void)
{
    (void)atexit(release_all);
}

static PKTHREAD create(PKSTART_ROUTINE start, PVOID context)
{
    PKTHREAD thread = object_create(&thread_type, sizeof(*thread));

    if (thread != NULL) {
        dispatcher_init(&thread->header, THREAD_OBJECT, 0);
        thread->start = start;
        thread->context = context;
        thread->owner = owner_current();
    }
    return thread;
}

NTSTATUS PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
                              POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                              PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine, PVOID StartContext)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    UNREFERENCED_PARAMETER(DesiredAccess);
    UNREFERENCED_PARAMETER(ObjectAttributes);
    UNREFERENCED_PARAMETER(ProcessHandle);
    irql_require_passive(RULE_THREAD_IRQL, "PsCreateSystemThread");
    (void)pthread_once(&once, release_at_exit);
    system_thread_reap();
    PKTHREAD thread = faults_strike_here() ? NULL : create(StartRoutine, StartContext);
    if (thread == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    HANDLE handle = handle_open(thread);
    add(thread);
    if (handle == NULL || pthread_create(&thread->thread, NULL, run, thread) != 0) {
        if (handle != NULL) {
            (void)ZwClose(handle);
        }
        (void)take(thread);
        (void)ObfDereferenceObject(thread);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *ThreadHandle = handle;
    if (ClientId != NULL) {
        *ClientId = (CLIENT_ID){PsGetCurrentProcessId(), handle};
    }
    return STATUS_SUCCESS;
}

NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                PLARGE_INTEGER Interval)
{
    UNREFERENCED_PARAMETER(WaitMode);
    UNREFERENCED_PARAMETER(Alertable);
    irql_require_at_most(APC_LEVEL, "KeDelayExecutionThread");
    dispatcher_sleep(*Interval);
    return STATUS_SUCCESS;
}
