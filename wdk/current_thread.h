/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The thread object, and the one of the calling thread. */
#ifndef WDK_CURRENT_THREAD_H
#define WDK_CURRENT_THREAD_H

#include <setjmp.h>

#include <pthread.h>

#include <wdk/thread.h>

struct _KTHREAD {
    DISPATCHER_HEADER header; /* signalled when the thread has ended */
    KPRIORITY priority;       /* atomic */

    /* Only the thread itself touches these. */
    LONG critical_regions;
    LONG guarded_regions;
    LONG spin_locks; /* how many it holds */
    LONG mutexes;    /* how many kernel mutexes it owns */

    /* Of a system thread; NULL otherwise. Written before it starts. */
    PKSTART_ROUTINE start;
    void *context;
    void *owner;
    pthread_t thread;

    jmp_buf end;           /* where PsTerminateSystemThread goes */
    struct _KTHREAD *next; /* under the lock of system_thread.c */
    BOOLEAN ended;         /* likewise: it runs no code of a driver any more */
};

extern const OBJECT_TYPE thread_type;

/* Makes thread the calling thread's object. */
void current_thread_set(PKTHREAD thread);

#endif
