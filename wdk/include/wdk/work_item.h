/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Work items: a routine to be called soon, in a thread of the system at PASSIVE_LEVEL. Each is in
 * the queue at most once; when its routine is called it is out of it again, and may be queued anew
 * or freed by the routine itself. Several routines run at once. */
#ifndef WDK_WORK_ITEM_H
#define WDK_WORK_ITEM_H

#include <wdk/io.h>
#include <wdk/types.h>

/* Which queue makes no difference here. */
typedef enum _WORK_QUEUE_TYPE {
    CriticalWorkQueue,
    DelayedWorkQueue,
    HyperCriticalWorkQueue,
    NormalWorkQueue,
    BackgroundWorkQueue,
    RealTimeWorkQueue,
    SuperCriticalWorkQueue,
    MaximumWorkQueue,
    CustomPriorityWorkQueue = 32
} WORK_QUEUE_TYPE;

typedef VOID WORKER_THREAD_ROUTINE(PVOID Parameter);
typedef WORKER_THREAD_ROUTINE *PWORKER_THREAD_ROUTINE;

typedef struct _WORK_QUEUE_ITEM {
    LIST_ENTRY List;
    PWORKER_THREAD_ROUTINE WorkerRoutine;
    volatile PVOID Parameter;
} WORK_QUEUE_ITEM, *PWORK_QUEUE_ITEM;

typedef struct _IO_WORKITEM IO_WORKITEM, *PIO_WORKITEM;
typedef VOID IO_WORKITEM_ROUTINE(PDEVICE_OBJECT DeviceObject, PVOID Context);
typedef VOID IO_WORKITEM_ROUTINE_EX(PVOID IoObject, PVOID Context, PIO_WORKITEM IoWorkItem);
typedef IO_WORKITEM_ROUTINE *PIO_WORKITEM_ROUTINE;
typedef IO_WORKITEM_ROUTINE_EX *PIO_WORKITEM_ROUTINE_EX;

WDK_BEGIN

/* A work item of a device; NULL when memory is out, or by fault injection. It is pool of the
 * driver, reported as such when it is left behind. IRQL <= DISPATCH_LEVEL. IoFreeWorkItem: bugcheck
 * 0xE4, parameter 1 2, while it is queued. */
PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject);
VOID IoFreeWorkItem(PIO_WORKITEM IoWorkItem);

/* The same in the caller's memory, of IoSizeofWorkItem bytes; IoObject is a device or driver
 * object. */
ULONG IoSizeofWorkItem(VOID);
VOID IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem);
VOID IoUninitializeWorkItem(PIO_WORKITEM IoWorkItem);

/* Queues the item, in the name of the driver that calls, with a reference to its object until the
 * routine has returned. That is why it may still be queued or run when DriverUnload returns: unload
 * then waits for it, for two seconds; what is left after that is bugcheck 0xCE. IRQL <=
 * DISPATCH_LEVEL. Bugchecks: 0xE4, parameter 1 1, when it is queued already, 0 when its memory is
 * freed while it is; 0xE1 when the routine returns at another IRQL than PASSIVE_LEVEL, 0x01 inside
 * a critical region, 0xE9 when it calls PsTerminateSystemThread. */
VOID IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
                     WORK_QUEUE_TYPE QueueType, PVOID Context);
VOID IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
                       WORK_QUEUE_TYPE QueueType, PVOID Context);

/* The same without an object, and so without a reference: one that is still queued when
 * DriverUnload returns is bugcheck 0xCE at once. */
VOID ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType);

WDK_END

#define ExInitializeWorkItem(item, routine, context)                                               \
    do {                                                                                           \
        (item)->WorkerRoutine = (routine);                                                         \
        (item)->Parameter = (context);                                                             \
        (item)->List.Flink = NULL;                                                                 \
    } while (0)

#endif
