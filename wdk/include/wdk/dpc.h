/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Deferred procedure calls: routines that run a little later at DISPATCH_LEVEL. The twin has one
 * thread for them, which runs one after the other, in the name of the driver that queued them. */
#ifndef WDK_DPC_PUBLIC_H
#define WDK_DPC_PUBLIC_H

#include <wdk/time.h>
#include <wdk/types.h>

struct _DEVICE_OBJECT;
struct _IRP;
struct _KDPC;

typedef VOID KDEFERRED_ROUTINE(struct _KDPC *Dpc, PVOID DeferredContext, PVOID SystemArgument1,
                               PVOID SystemArgument2);
typedef KDEFERRED_ROUTINE *PKDEFERRED_ROUTINE;
typedef VOID IO_DPC_ROUTINE(struct _KDPC *Dpc, struct _DEVICE_OBJECT *DeviceObject,
                            struct _IRP *Irp, PVOID Context);
typedef IO_DPC_ROUTINE *PIO_DPC_ROUTINE;

typedef enum _KDPC_IMPORTANCE {
    LowImportance,
    MediumImportance,
    HighImportance,
    MediumHighImportance
} KDPC_IMPORTANCE;

/* The driver's memory, nonpaged, and left alone while the DPC is queued. */
typedef struct _KDPC {
    UCHAR Type;
    UCHAR Importance;
    USHORT Number; /* a processor's plus 1; 0: any */
    LIST_ENTRY DpcListEntry;
    PKDEFERRED_ROUTINE DeferredRoutine;
    PVOID DeferredContext;
    PVOID SystemArgument1;
    PVOID SystemArgument2;
    PVOID DpcData; /* not NULL while it is queued */
} KDPC, *PKDPC, *PRKDPC;

WDK_BEGIN

/* Any IRQL. Bugcheck 0xC7, 0x01 when the DPC is queued. */
VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext);

/* Queues the DPC with two arguments for its routine. FALSE when it is queued already; the arguments
 * are then the first ones. From the moment its routine begins it can be queued again, and freed.
 * Any IRQL, any thread. Bugcheck 0xD1 when it was never initialised.
 *
 * The routine runs at DISPATCH_LEVEL and returns at it (bugcheck 0xC8: parameter 1 is the IRQL <<
 * 16 | DISPATCH_LEVEL << 8 | 2, parameter 2 the routine, 4 the DPC) and outside critical regions
 * (0xC7, 0x04). These end the program: no test stands around the thread of the DPCs. */
BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2);

/* TRUE when it was queued, and is no more. FALSE says nothing about its routine, which may run. */
BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc);

/* Returns when every DPC that was queued at the call has run to its end. IRQL = PASSIVE_LEVEL
 * (bugcheck 0xA). */
VOID KeFlushQueuedDpcs(VOID);

/* HighImportance goes to the head of the queue; the others make no difference. */
VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance);

/* The processor is remembered, and means nothing else. One that the machine does not have is
 * bugcheck 0xC7, 0x03; with Ex, STATUS_INVALID_PARAMETER. */
VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number);
NTSTATUS KeSetTargetProcessorDpcEx(PKDPC Dpc, PPROCESSOR_NUMBER ProcNumber);

WDK_END

/* The DPC of a device object, with the device as its context. */
#define IoInitializeDpcRequest(device, routine)                                                    \
    KeInitializeDpc(&(device)->Dpc, (PKDEFERRED_ROUTINE)(routine), (device))
#define IoRequestDpc(device, irp, context)                                                         \
    ((void)KeInsertQueueDpc(&(device)->Dpc, (irp), (context)))

#endif
