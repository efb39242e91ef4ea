/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A request: what the test program waits for, and the IRP that the driver sees. */
#ifndef WDK_REQUEST_H
#define WDK_REQUEST_H

#include <stdbool.h>

#include <wdk/loader.h>

struct wdk_request {
    /* Written before the driver sees the request. */
    PDRIVER_OBJECT driver;
    PFILE_OBJECT file; /* with a reference, but for IRP_MJ_CLOSE */
    bool holds_file;
    void *system_buffer;
    void *output; /* where system_buffer is copied to in the end; NULL: nowhere */
    ULONG output_size;
    bool bounded; /* IoStatus.Information counts bytes of output_size */
    MDL mdl;

    /* Under the lock of request.c. */
    struct wdk_request *next; /* of all */
    PIRP irp;                 /* until it is freed, by the last that needs it */
    bool live;                /* the driver has it */
    bool pending;             /* it was marked pending; valid once it is not live */
    bool spent;               /* nobody needs the IRP but those that cancel it */
    unsigned pins;            /* how many do */

    IO_STATUS_BLOCK result; /* written by whoever completes it */

    KEVENT done; /* behind everything else */
};

/* A request for the file's device with its IRP, not sent. NULL when memory is out. */
struct wdk_request *request_create(PFILE_OBJECT file, UCHAR major);
PIO_STACK_LOCATION request_stack(struct wdk_request *request);

/* Calls the driver's dispatch routine and checks what it did. Anything may have happened to the IRP
 * afterwards. */
void request_send(struct wdk_request *request);

/* Waits for the end, gives the request back and returns its status. */
NTSTATUS request_finish(struct wdk_request *request, ULONG_PTR *information);
void request_free(struct wdk_request *request);

/* What DRIVER_OBJECT.MajorFunction is filled with: completes with STATUS_INVALID_DEVICE_REQUEST. */
DRIVER_DISPATCH request_not_supported;

/* At unload: how many requests the driver has not completed; and their end, with STATUS_CANCELLED. */
ULONG request_count(PDRIVER_OBJECT driver);
void request_abandon_all(PDRIVER_OBJECT driver);

#endif
