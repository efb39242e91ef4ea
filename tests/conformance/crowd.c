/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Each thread waits, spinning, until all are there; then they begin together. When one cannot be
 * made, the others are let go without it. */
#include "crowd.h"

static VOID NTAPI member(PVOID context)
{
    struct crowd *crowd = context;
    const LONG number = InterlockedIncrement(&crowd->next_member) - 1;
    LARGE_INTEGER moment;
    moment.QuadPart = -1000; /* 0.1 ms */
    InterlockedDecrement(&crowd->waiting);
    while (InterlockedCompareExchange(&crowd->waiting, 0, 0) > 0) {
        KeDelayExecutionThread(KernelMode, FALSE, &moment);
    }
    crowd->work(crowd, (ULONG)number);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

/* Starts one member; its thread object, to wait for. */
static NTSTATUS start(struct crowd *crowd, PVOID *thread)
{
    OBJECT_ATTRIBUTES attributes;
    HANDLE handle;
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS status =
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, &attributes, NULL, NULL, member, crowd);
    if (NT_SUCCESS(status)) {
        status = ObReferenceObjectByHandle(handle, SYNCHRONIZE, NULL, KernelMode, thread, NULL);
        ZwClose(handle);
    }
    return status;
}

NTSTATUS crowd_run(struct crowd *crowd, ULONG size)
{
    PVOID threads[CROWD_LARGEST];
    NTSTATUS status = STATUS_SUCCESS;
    ULONG started = 0;
    crowd->waiting = (LONG)size;
    crowd->next_member = 0;
    while (started < size && NT_SUCCESS(status)) {
        status = start(crowd, &threads[started]);
        if (NT_SUCCESS(status)) {
            started++;
        }
    }
    InterlockedExchangeAdd(&crowd->waiting, -(LONG)(size - started));
    for (ULONG i = 0; i < started; i++) {
        KeWaitForSingleObject(threads[i], Executive, KernelMode, FALSE, NULL);
        ObDereferenceObject(threads[i]);
    }
    return status;
}
