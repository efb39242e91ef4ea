/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Cancel-safe queues. Whoever takes the cancel routine of a queued request away with
 * IoSetCancelRoutine owns its end: IoCancelIrp, which then calls the routine, or a remover, which
 * then takes the request out of the queue. The exchange decides; who loses leaves the request
 * alone.
 *
 * One gap is left to the inserter: a request that was cancelled before it had a cancel routine. It
 * looks at Cancel after it has set the routine, and when it can take the routine back, it owns the
 * end.
 *
 * DriverContext[3] leads the cancel routine to the queue: to the context, or to the queue itself
 * where there is none. Both begin with a type. It is written before the cancel routine is set. */
#include <wdk/csq.h>

#include <stdbool.h>

#include <wdk/ntstatus.h>

#include "irql.h"

static PVOID *link_of(PIRP irp)
{
    return &irp->Tail.Overlay.DriverContext[3];
}

/* The context of a queued request, or NULL. */
static PIO_CSQ_IRP_CONTEXT context_of(PIRP irp)
{
    PIO_CSQ_IRP_CONTEXT context = *link_of(irp);

    return context->Type == IO_TYPE_CSQ_IRP_CONTEXT ? context : NULL;
}

/* Takes the request out of the queue, for the one who owns its end; with the lock. */
static void take_out(PIO_CSQ csq, PIRP irp)
{
    PIO_CSQ_IRP_CONTEXT context = context_of(irp);

    csq->CsqRemoveIrp(csq, irp);
    if (context != NULL) {
        context->Irp = NULL;
    }
    *link_of(irp) = NULL;
}

static VOID cancel(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_CSQ_IRP_CONTEXT context = context_of(irp);
    PIO_CSQ csq = context != NULL ? context->Csq : *link_of(irp);
    KIRQL irql;

    UNREFERENCED_PARAMETER(device);
    IoReleaseCancelSpinLock(irp->CancelIrql);
    csq->CsqAcquireLock(csq, &irql);
    take_out(csq, irp);
    csq->CsqReleaseLock(csq, irql);
    csq->CsqCompleteCanceledIrp(csq, irp);
}

/* ---- Initialisation -------------------------------------------------------------------------- */

NTSTATUS IoCsqInitialize(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP CsqInsertIrp,
                         PIO_CSQ_REMOVE_IRP CsqRemoveIrp, PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
                         PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
                         PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp)
{
    *Csq = (IO_CSQ){.Type = IO_TYPE_CSQ,
                    .CsqInsertIrp = CsqInsertIrp,
                    .CsqRemoveIrp = CsqRemoveIrp,
                    .CsqPeekNextIrp = CsqPeekNextIrp,
                    .CsqAcquireLock = CsqAcquireLock,
                    .CsqReleaseLock = CsqReleaseLock,
                    .CsqCompleteCanceledIrp = CsqCompleteCanceledIrp};
    return STATUS_SUCCESS;
}

NTSTATUS IoCsqInitializeEx(PIO_CSQ Csq, PIO_CSQ_INSERT_IRP_EX CsqInsertIrp,
                           PIO_CSQ_REMOVE_IRP CsqRemoveIrp, PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
                           PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
                           PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp)
{
    (void)IoCsqInitialize(Csq, (PIO_CSQ_INSERT_IRP)(ULONG_PTR)CsqInsertIrp, CsqRemoveIrp,
                          CsqPeekNextIrp, CsqAcquireLock, CsqReleaseLock, CsqCompleteCanceledIrp);
    Csq->Type = IO_TYPE_CSQ_EX;
    return STATUS_SUCCESS;
}

/* ---- Into the queue -------------------------------------------------------------------------- */

static NTSTATUS insert(PIO_CSQ csq, PIRP irp, PVOID insert_context)
{
    if (csq->Type == IO_TYPE_CSQ_EX) {
        PIO_CSQ_INSERT_IRP_EX insert_ex = (PIO_CSQ_INSERT_IRP_EX)(ULONG_PTR)csq->CsqInsertIrp;
        return insert_ex(csq, irp, insert_context);
    }
    csq->CsqInsertIrp(csq, irp);
    return STATUS_SUCCESS;
}

/* Makes a request in the queue one that can be cancelled. True when it was cancelled too early for
 * that; it is then out of the queue. With the lock. */
static bool was_canceled(PIO_CSQ csq, PIRP irp)
{
    (void)IoSetCancelRoutine(irp, cancel);
    if (!irp->Cancel || IoSetCancelRoutine(irp, NULL) == NULL) {
        return false;
    }
    take_out(csq, irp);
    return true;
}

NTSTATUS IoCsqInsertIrpEx(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context, PVOID InsertContext)
{
    bool canceled = false;
    KIRQL irql;

    irql_require_at_most(DISPATCH_LEVEL, "IoCsqInsertIrpEx");
    Csq->CsqAcquireLock(Csq, &irql);
    NTSTATUS status = insert(Csq, Irp, InsertContext);
    if (NT_SUCCESS(status)) {
        IoMarkIrpPending(Irp);
        if (Context != NULL) {
            *Context = (IO_CSQ_IRP_CONTEXT){IO_TYPE_CSQ_IRP_CONTEXT, Irp, Csq};
            *link_of(Irp) = Context;
        } else {
            *link_of(Irp) = Csq;
        }
        canceled = was_canceled(Csq, Irp);
    } else if (Context != NULL) {
        Context->Irp = NULL;
    }
    Csq->CsqReleaseLock(Csq, irql);
    if (canceled) {
        Csq->CsqCompleteCanceledIrp(Csq, Irp);
    }
    return status;
}

VOID IoCsqInsertIrp(PIO_CSQ Csq, PIRP Irp, PIO_CSQ_IRP_CONTEXT Context)
{
    (void)IoCsqInsertIrpEx(Csq, Irp, Context, NULL);
}

/* ---- Out of the queue ------------------------------------------------------------------------ */

PIRP IoCsqRemoveIrp(PIO_CSQ Csq, PIO_CSQ_IRP_CONTEXT Context)
{
    KIRQL irql;

    irql_require_at_most(DISPATCH_LEVEL, "IoCsqRemoveIrp");
    Csq->CsqAcquireLock(Csq, &irql);
    PIRP irp = Context->Irp;
    if (irp != NULL && IoSetCancelRoutine(irp, NULL) != NULL) {
        take_out(Csq, irp);
    } else {
        irp = NULL;
    }
    Csq->CsqReleaseLock(Csq, irql);
    return irp;
}

PIRP IoCsqRemoveNextIrp(PIO_CSQ Csq, PVOID PeekContext)
{
    KIRQL irql;

    irql_require_at_most(DISPATCH_LEVEL, "IoCsqRemoveNextIrp");
    Csq->CsqAcquireLock(Csq, &irql);
    PIRP irp = Csq->CsqPeekNextIrp(Csq, NULL, PeekContext);
    while (irp != NULL && IoSetCancelRoutine(irp, NULL) == NULL) {
        irp = Csq->CsqPeekNextIrp(Csq, irp, PeekContext); /* this one is being cancelled */
    }
    if (irp != NULL) {
        take_out(Csq, irp);
    }
    Csq->CsqReleaseLock(Csq, irql);
    return irp;
}
