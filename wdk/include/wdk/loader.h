/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Drivers from a test program's side: load, open, send requests, unload. Every routine here is
 * called by a thread of the test program at PASSIVE_LEVEL; several may do so at once, except for
 * load and unload of the same driver. */
#ifndef WDK_LOADER_H
#define WDK_LOADER_H

#include <wdk/io.h>

WDK_BEGIN

/* ---- Loading --------------------------------------------------------------------------------- */

/* What a driver has left behind after DriverUnload, or after a DriverEntry that failed. */
typedef struct wdk_leftovers {
    ULONG requests;     /* never completed; they are now, with STATUS_CANCELLED */
    ULONG threads;      /* still running code of the driver */
    ULONG timers;       /* still active; they are cancelled now */
    ULONG dpcs;         /* still queued, or running, after one flush; they are gone now */
    ULONG work_items;   /* queued or running */
    ULONG lists;        /* not deleted */
    ULONG resources;    /* executive resources, not deleted */
    ULONG devices;      /* not deleted; they are now */
    ULONG links;        /* symbolic links, not deleted; they are now */
    ULONG handles;      /* not closed; they are now. Not a bugcheck: Windows does not notice */
    ULONGLONG blocks;   /* of pool, not freed; they stay allocated */
    ULONGLONG bytes;    /* in these blocks */
    ULONG tag;          /* of one of them */
    const char *caller; /* who allocated it, or ""; good until this thread asks again */
} wdk_leftovers;

/* Runs entry as the driver `name` ("Checksum": \Driver\Checksum). Returns what it returned; when
 * that is no success, *driver is NULL, and what the driver has left behind is a bugcheck, as in
 * wdk_unload_driver. The registry path is gone when DriverEntry returns, as on Windows. */
NTSTATUS wdk_load_driver(PDRIVER_INITIALIZE entry, const char *name, PDRIVER_OBJECT *driver);

/* Runs DriverUnload, then looks at what is left. All of it is printed on standard error, with the
 * calls that made it; then the first of these is a bugcheck: timers, DPCs (0xC7, 0x00 and 0x01;
 * parameter 2 is one of them), requests, threads, lists, devices, links (all 0xCE: parameter 1 is
 * DriverEntry, 2 how many), pool (0xC4, 0x62; parameter 4 is the number of blocks).
 * DPCs that are queued when DriverUnload returns run first, as KeFlushQueuedDpcs would wait for.
 * DriverUnload at another IRQL than it was called with: 0xC8.
 *
 * STATUS_INVALID_DEVICE_REQUEST: the driver has no DriverUnload. STATUS_DEVICE_BUSY: a handle to
 * one of its devices is open. In both cases it stays loaded. Otherwise it is gone. */
NTSTATUS wdk_unload_driver(PDRIVER_OBJECT driver);

/* The same two, for a test that expects what is left behind: told in *leftovers (and printed)
 * instead of a bugcheck. */
NTSTATUS wdk_load_driver_report(PDRIVER_INITIALIZE entry, const char *name, PDRIVER_OBJECT *driver,
                                wdk_leftovers *leftovers);
NTSTATUS wdk_unload_driver_report(PDRIVER_OBJECT driver, wdk_leftovers *leftovers);

/* ---- Files and requests ---------------------------------------------------------------------- */

/* Opens L"\\??\\Name", L"\\DosDevices\\Name", L"\\\\.\\Name" or L"\\Device\\Name"; what follows the
 * name is in FILE_OBJECT.FileName. Returns what IRP_MJ_CREATE was completed with;
 * STATUS_OBJECT_NAME_NOT_FOUND, STATUS_NO_SUCH_DEVICE while DO_DEVICE_INITIALIZING is set,
 * STATUS_ACCESS_DENIED for the second file on an exclusive device. */
NTSTATUS wdk_open_device(PCWSTR name, HANDLE *handle);

/* Sends IRP_MJ_CLEANUP, and IRP_MJ_CLOSE when the last request on the file is done. */
NTSTATUS wdk_close(HANDLE handle);

/* Sends a request and waits for its end. Returns its status; *returned (may be NULL) is
 * IoStatus.Information. Broken rules of the dispatch routine are bugchecks: 0xC9 with 0x05 the
 * IRQL, 0x224 the status, 0x226 not completed, 0x23D and 0x23E pending; 0xC4, 0xC5 critical
 * regions. */
NTSTATUS wdk_device_control(HANDLE file, ULONG code, const void *in, ULONG in_size, void *out,
                            ULONG out_size, ULONG_PTR *returned);
NTSTATUS wdk_read(HANDLE file, void *buffer, ULONG size, LONGLONG offset, ULONG_PTR *returned);
NTSTATUS wdk_write(HANDLE file, const void *buffer, ULONG size, LONGLONG offset,
                   ULONG_PTR *returned);

/* The same without waiting. The buffers stay valid until wdk_wait has given the request back. NULL
 * when the handle is not open or memory is out. */
typedef struct wdk_request wdk_request;
wdk_request *wdk_start_device_control(HANDLE file, ULONG code, const void *in, ULONG in_size,
                                      void *out, ULONG out_size);

/* Asks the driver to cancel it, as when a program ends. TRUE when it had a cancel routine set. */
BOOLEAN wdk_cancel(wdk_request *request);

/* Waits up to so many milliseconds. STATUS_TIMEOUT: not done yet, wait again. Any other status is
 * the request's, and the request is gone. */
#define WDK_FOR_EVER (~(ULONG)0)
NTSTATUS wdk_wait(wdk_request *request, ULONG milliseconds, ULONG_PTR *returned);

/* ---- Messages -------------------------------------------------------------------------------- */

/* Where the text of DbgPrint and its kin goes; NULL: to standard error. Called in the thread that
 * prints, with at most 511 characters. */
typedef void wdk_print_handler(ULONG component, ULONG level, const char *text, void *context);
void wdk_set_print_handler(wdk_print_handler *handler, void *context);

WDK_END

#endif
