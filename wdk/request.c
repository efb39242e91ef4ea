/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A request's life:
 *
 *     created     IRP and buffer exist; nobody but the test program knows of them
 *     live        the driver has the IRP
 *     claimed     IoCompleteRequest took it back: from here on there is one owner again
 *     done        the results are copied, IRP and buffer are freed, the event is set
 *
 * IRP and buffer are freed by the call that completes the request, not when the test program has
 * seen the end: a driver that touches either afterwards is found by AddressSanitizer. For the same
 * reason they are blocks of their own, exactly as long as they claim to be. Completing twice is
 * found by the list of all requests, in which no live one has that IRP, without a look at it. Only
 * a thread that cancels the request at the moment, and holds a pin, postpones the freeing.
 *
 * One lock guards the list and the fields that request.h names; drivers are called without it. */
#include "request.h"

#include <stdlib.h>

#include <pthread.h>

#include <wdk/list_entry.h>
#include <wdk/rtl.h>

#include "current_thread.h"
#include "host.h"
#include "irql.h"
#include "owner.h"
#include "verifier.h"

#define FREED_IRP 0xDD

static struct {
    pthread_mutex_t lock;
    struct wdk_request *first;
} all = {PTHREAD_MUTEX_INITIALIZER, NULL};

static void lock(void)
{
    (void)pthread_mutex_lock(&all.lock);
}

static void unlock(void)
{
    (void)pthread_mutex_unlock(&all.lock);
}

/* ---- Creation -------------------------------------------------------------------------------- */

PIO_STACK_LOCATION IoGetCurrentIrpStackLocation(PIRP Irp)
{
    return Irp->Tail.Overlay.CurrentStackLocation;
}

PIO_STACK_LOCATION request_stack(struct wdk_request *request)
{
    return IoGetCurrentIrpStackLocation(request->irp);
}

static PIRP create_irp(PFILE_OBJECT file, UCHAR major)
{
    size_t size = sizeof(IRP) + sizeof(IO_STACK_LOCATION);
    PIRP irp = calloc(1, size);

    if (irp == NULL) {
        return NULL;
    }
    PIO_STACK_LOCATION stack = (PIO_STACK_LOCATION)(PVOID)(irp + 1);
    stack->MajorFunction = major;
    stack->DeviceObject = file->DeviceObject;
    stack->FileObject = file;
    irp->Type = 6;
    irp->Size = (USHORT)size;
    irp->StackCount = 1;
    irp->CurrentLocation = 1;
    irp->RequestorMode = UserMode;
    irp->Tail.Overlay.CurrentStackLocation = stack;
    irp->Tail.Overlay.OriginalFileObject = file;
    irp->Tail.Overlay.Thread = PsGetCurrentThread();
    InitializeListHead(&irp->ThreadListEntry);
    InitializeListHead(&irp->Tail.Overlay.ListEntry);
    return irp;
}

struct wdk_request *request_create(PFILE_OBJECT file, UCHAR major)
{
    struct wdk_request *request = calloc(1, sizeof(*request));

    if (request == NULL) {
        return NULL;
    }
    request->irp = create_irp(file, major);
    if (request->irp == NULL) {
        free(request);
        return NULL;
    }
    request->driver = file->DeviceObject->DriverObject;
    request->file = file;
    request->holds_file = major != IRP_MJ_CLOSE;
    if (request->holds_file) {
        (void)ObfReferenceObject(file);
    }
    KeInitializeEvent(&request->done, NotificationEvent, FALSE);
    lock();
    request->next = all.first;
    all.first = request;
    unlock();
    return request;
}

static void free_irp(struct wdk_request *request)
{
    memset(request->irp, FREED_IRP, request->irp->Size);
    free(request->irp);
    free(request->system_buffer);
    request->irp = NULL;
    request->system_buffer = NULL;
}

static void remove_locked(const struct wdk_request *request)
{
    struct wdk_request **link = &all.first;

    while (*link != request) {
        link = &(*link)->next;
    }
    *link = request->next;
}

void request_free(struct wdk_request *request)
{
    for (;;) {
        lock();
        bool pinned = request->pins != 0;
        if (!pinned) {
            remove_locked(request);
        }
        unlock();
        if (!pinned) {
            break;
        }
        host_yield();
    }
    if (request->irp != NULL) {
        free_irp(request);
    }
    if (request->holds_file) {
        (void)ObfDereferenceObject(request->file);
    }
    free(request);
}

/* ---- Completion ------------------------------------------------------------------------------ */

/* Ends the life of the request with this IRP, or with NULL of any of the driver; NULL when none is
 * live. */
static struct wdk_request *claim(PIRP irp, PDRIVER_OBJECT driver)
{
    lock();
    struct wdk_request *request = all.first;
    while (request != NULL &&
           !(request->live && (irp != NULL ? request->irp == irp : request->driver == driver))) {
        request = request->next;
    }
    if (request != NULL) {
        request->live = false;
        request->pending = (request_stack(request)->Control & SL_PENDING_RETURNED) != 0;
    }
    unlock();
    return request;
}

/* The end of a claimed request. */
static void finish(struct wdk_request *request, IO_STATUS_BLOCK result)
{
    if (request->output != NULL && !NT_ERROR(result.Status)) {
        ULONG_PTR count = min(result.Information, request->output_size);
        memcpy(request->output, request->system_buffer, count);
    }
    lock();
    request->result = result;
    request->spent = true;
    if (request->pins == 0) {
        free_irp(request);
    }
    unlock();
    (void)KeSetEvent(&request->done, IO_NO_INCREMENT, FALSE);
}

static void check_completion(struct wdk_request *request)
{
    PIRP irp = request->irp;
    NTSTATUS status = irp->IoStatus.Status;
    PDRIVER_CANCEL cancel = __atomic_load_n(&irp->CancelRoutine, __ATOMIC_ACQUIRE);

    if (KeGetCurrentIrql() > DISPATCH_LEVEL) {
        verifier_report(RULE_COMPLETE_IRQL, KeGetCurrentIrql(), ADDRESS(irp), 0,
                        "IoCompleteRequest was called above DISPATCH_LEVEL");
    }
    if (status == STATUS_PENDING || status == -1) {
        verifier_report(RULE_COMPLETE_PENDING, (ULONG)status, ADDRESS(irp), 0,
                        "IoCompleteRequest was called with IoStatus.Status 0x%08X", (ULONG)status);
    }
    if (cancel != NULL) {
        verifier_report(RULE_COMPLETE_CANCELABLE, (ULONG_PTR)cancel, ADDRESS(irp), 0,
                        "IoCompleteRequest was called while the cancel routine was set");
    }
    if (request->bounded && !NT_ERROR(status) && irp->IoStatus.Information > request->output_size) {
        verifier_report(RULE_COMPLETE_INFORMATION, irp->IoStatus.Information, ADDRESS(irp),
                        request->output_size,
                        "IoStatus.Information is %llu, and the buffer has %u bytes",
                        (unsigned long long)irp->IoStatus.Information, request->output_size);
    }
}

VOID IofCompleteRequest(PIRP Irp, CCHAR PriorityBoost)
{
    struct wdk_request *request = claim(Irp, NULL);

    UNREFERENCED_PARAMETER(PriorityBoost);
    if (request == NULL) {
        verifier_report(RULE_COMPLETE_TWICE, ADDRESS(Irp), 0, 0,
                        "IoCompleteRequest was called for %p, which is no request, or one that "
                        "was completed before",
                        (void *)Irp);
        return;
    }
    check_completion(request);
    finish(request, Irp->IoStatus);
}

VOID IoMarkIrpPending(PIRP Irp)
{
    IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
}

NTSTATUS request_not_supported(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_INVALID_DEVICE_REQUEST;
}

/* ---- Dispatch -------------------------------------------------------------------------------- */

/* What a dispatch routine must leave as it found it. */
struct environment {
    KIRQL irql;
    LONG regions;
};

static struct environment environment(void)
{
    PKTHREAD thread = KeGetCurrentThread();

    return (struct environment){KeGetCurrentIrql(), thread->critical_regions +
                                                        thread->guarded_regions + thread->mutexes};
}

static void check_environment(struct environment before, PDEVICE_OBJECT device,
                              PDRIVER_DISPATCH dispatch)
{
    struct environment after = environment();

    if (after.irql != before.irql) {
        verifier_report(RULE_DISPATCH_IRQL, ADDRESS(device), before.irql, after.irql,
                        "A dispatch routine was called at %s and returned at %s",
                        irql_name(before.irql), irql_name(after.irql));
    }
    if (after.regions != before.regions) {
        verifier_report(RULE_DISPATCH_REGIONS, (ULONG_PTR)dispatch, (ULONG_PTR)after.regions,
                        (ULONG_PTR)before.regions,
                        "A dispatch routine returned inside a critical region, or with a mutex");
    }
}

static void check_status(const struct wdk_request *request, PIRP irp, NTSTATUS status,
                         PDRIVER_DISPATCH dispatch, PDEVICE_OBJECT device)
{
    lock();
    bool completed = !request->live;
    bool marked = completed
                      ? request->pending
                      : (IoGetCurrentIrpStackLocation(irp)->Control & SL_PENDING_RETURNED) != 0;
    NTSTATUS result = completed ? request->result.Status : STATUS_PENDING;
    unlock();
    if (status == STATUS_PENDING && !marked) {
        verifier_report(RULE_PENDING_NOT_MARKED, (ULONG_PTR)dispatch, ADDRESS(irp), ADDRESS(device),
                        "A dispatch routine returned STATUS_PENDING for a request that is not "
                        "marked pending");
    } else if (status != STATUS_PENDING && marked) {
        verifier_report(RULE_MARKED_NOT_PENDING, (ULONG_PTR)dispatch, ADDRESS(irp), ADDRESS(device),
                        "A dispatch routine marked a request pending and returned 0x%08X",
                        (ULONG)status);
    } else if (status != STATUS_PENDING && !completed) {
        verifier_report(
            RULE_DISPATCH_NOT_COMPLETED, (ULONG_PTR)dispatch, ADDRESS(irp), ADDRESS(device),
            "A dispatch routine returned 0x%08X and did not complete the request", (ULONG)status);
    } else if (status != STATUS_PENDING && status != result) {
        verifier_report(RULE_DISPATCH_STATUS, (ULONG_PTR)dispatch, ADDRESS(irp), ADDRESS(device),
                        "A dispatch routine completed the request with 0x%08X and returned 0x%08X",
                        (ULONG)result, (ULONG)status);
    }
}

void request_send(struct wdk_request *request)
{
    PIRP irp = request->irp;
    PIO_STACK_LOCATION stack = request_stack(request);
    PDEVICE_OBJECT device = stack->DeviceObject;
    PDRIVER_DISPATCH dispatch = request->driver->MajorFunction[stack->MajorFunction];
    struct environment before = environment();

    lock();
    request->live = true;
    unlock();
    void *owner = owner_enter(request->driver);
    NTSTATUS status = dispatch(device, irp);
    owner_leave(owner);
    check_environment(before, device, dispatch);
    check_status(request, irp, status, dispatch, device);
}

NTSTATUS request_finish(struct wdk_request *request, ULONG_PTR *information)
{
    (void)KeWaitForSingleObject(&request->done, Executive, KernelMode, FALSE, NULL);
    NTSTATUS status = request->result.Status;
    if (information != NULL) {
        *information = request->result.Information;
    }
    request_free(request);
    return status;
}

/* ---- Cancelling ------------------------------------------------------------------------------ */

static KSPIN_LOCK cancel_lock;

VOID IoAcquireCancelSpinLock(PKIRQL Irql)
{
    KeAcquireSpinLock(&cancel_lock, Irql);
}

VOID IoReleaseCancelSpinLock(KIRQL Irql)
{
    KeReleaseSpinLock(&cancel_lock, Irql);
}

PDRIVER_CANCEL IoSetCancelRoutine(PIRP Irp, PDRIVER_CANCEL CancelRoutine)
{
    return __atomic_exchange_n(&Irp->CancelRoutine, CancelRoutine, __ATOMIC_SEQ_CST);
}

/* Drivers read Cancel without a lock, after they have set their cancel routine: a race that is
 * meant to be one, which ThreadSanitizer need not report. */
WDK_NO_TSAN static void set_cancel(PIRP irp)
{
    irp->Cancel = TRUE;
}

BOOLEAN IoCancelIrp(PIRP Irp)
{
    PKTHREAD thread = KeGetCurrentThread();
    LONG locks = thread->spin_locks;
    KIRQL irql;

    IoAcquireCancelSpinLock(&irql);
    set_cancel(Irp);
    PDRIVER_CANCEL routine = IoSetCancelRoutine(Irp, NULL);
    if (routine == NULL) {
        IoReleaseCancelSpinLock(irql);
        return FALSE;
    }
    PDEVICE_OBJECT device = IoGetCurrentIrpStackLocation(Irp)->DeviceObject;
    Irp->CancelIrql = irql;
    void *owner = owner_enter(device->DriverObject);
    routine(device, Irp);
    owner_leave(owner);
    if (thread->spin_locks != locks) {
        verifier_report(RULE_CANCEL_LOCK, ADDRESS(Irp), (ULONG_PTR)routine, 0,
                        "A cancel routine returned without releasing the cancel spin lock");
    }
    return TRUE;
}

BOOLEAN wdk_cancel(wdk_request *request)
{
    lock();
    bool is_live = request->live;
    request->pins += is_live;
    unlock();
    if (!is_live) {
        return FALSE;
    }
    BOOLEAN had_routine = IoCancelIrp(request->irp);
    lock();
    request->pins--;
    if (request->pins == 0 && request->spent) {
        free_irp(request);
    }
    unlock();
    return had_routine;
}

/* ---- At unload ------------------------------------------------------------------------------- */

ULONG request_count(PDRIVER_OBJECT driver)
{
    ULONG count = 0;

    lock();
    for (struct wdk_request *request = all.first; request != NULL; request = request->next) {
        count += request->live && request->driver == driver;
    }
    unlock();
    return count;
}

void request_abandon_all(PDRIVER_OBJECT driver)
{
    const IO_STATUS_BLOCK cancelled = {.Status = STATUS_CANCELLED};

    for (struct wdk_request *request; (request = claim(NULL, driver)) != NULL;) {
        finish(request, cancelled);
    }
}
