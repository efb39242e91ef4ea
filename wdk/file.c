/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Files: what a test program opens, and the requests it sends through one.
 *
 * A file object has a reference for its handle and one for each request; drivers may take more. It
 * keeps device and driver object alive, though not the driver loaded: a file that outlives its
 * driver is closed by nobody. The handle's end sends IRP_MJ_CLEANUP, the last reference's end
 * IRP_MJ_CLOSE, as in Windows. How the buffers of the test program reach the driver is decided
 * here, by the method in the control code or the flags of the device:
 *
 *     buffered   a copy in SystemBuffer, as long as the longer of the two; the answer is copied back
 *     direct     the input as a copy in SystemBuffer, the other buffer itself, behind an MDL
 *     neither    the test program's own pointers
 *
 * What SystemBuffer holds behind the input is left as malloc gave it, so that valgrind finds a
 * driver that answers with bytes it never wrote. */
#include <stdbool.h>
#include <stdlib.h>

#include <wdk/loader.h>
#include <wdk/rtl.h>

#include "device.h"
#include "object.h"
#include "request.h"
#include "verifier.h"

struct file {
    FILE_OBJECT object; /* first: the two have one address */
    bool opened;        /* IRP_MJ_CREATE succeeded: it is to be closed */
    IO_SECURITY_CONTEXT security;
};

/* ---- Opening and closing --------------------------------------------------------------------- */

static NTSTATUS send_simple(PFILE_OBJECT file, UCHAR major)
{
    struct wdk_request *request = request_create(file, major);

    if (request == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    request_send(request);
    return request_finish(request, NULL);
}

static void destroy(void *object)
{
    struct file *file = object;

    if (file->opened) {
        (void)send_simple(&file->object, IRP_MJ_CLOSE);
    }
    (void)ObfDereferenceObject(file->object.DeviceObject->DriverObject);
    (void)ObfDereferenceObject(file->object.DeviceObject);
    free(file->object.FileName.Buffer);
}

static const OBJECT_TYPE file_type = {"File", destroy};
static POBJECT_TYPE file_type_pointer = (POBJECT_TYPE)(ULONG_PTR)&file_type;
POBJECT_TYPE *IoFileObjectType = &file_type_pointer;

/* A file that takes over the reference to the device; NULL, and it has not, when memory is out. */
static struct file *create(PDEVICE_OBJECT device, PCWSTR name)
{
    SIZE_T size = (wdk_wcslen(name) + 1) * sizeof(WCHAR);
    PWSTR copy = malloc(size);
    struct file *file = copy == NULL ? NULL : object_create(&file_type, sizeof(*file));

    if (file == NULL) {
        free(copy);
        return NULL;
    }
    memcpy(copy, name, size);
    file->object = (FILE_OBJECT){.Type = 5,
                                 .Size = sizeof(FILE_OBJECT),
                                 .DeviceObject = device,
                                 .ReadAccess = TRUE,
                                 .WriteAccess = TRUE};
    (void)ObfReferenceObject(device->DriverObject);
    RtlInitUnicodeString(&file->object.FileName, copy);
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the name is the file's now */
    file->security.DesiredAccess = GENERIC_READ | GENERIC_WRITE;
    return file;
}

static NTSTATUS send_create(struct file *file)
{
    struct wdk_request *request = request_create(&file->object, IRP_MJ_CREATE);

    if (request == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    request_stack(request)->Parameters.Create.SecurityContext = &file->security;
    request_send(request);
    return request_finish(request, NULL);
}

NTSTATUS wdk_open_device(PCWSTR name, HANDLE *handle)
{
    PDEVICE_OBJECT device;
    PCWSTR rest;
    NTSTATUS status = device_open(name, &device, &rest);

    *handle = NULL;
    if (!NT_SUCCESS(status)) {
        return status;
    }
    struct file *file = create(device, rest);
    if (file == NULL) {
        device_close(device);
        (void)ObfDereferenceObject(device);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    status = send_create(file);
    file->opened = NT_SUCCESS(status);
    if (file->opened) {
        *handle = handle_open(file);
        status = *handle == NULL ? STATUS_INSUFFICIENT_RESOURCES : status;
    }
    if (*handle == NULL) {
        device_close(device);
    }
    (void)ObfDereferenceObject(file);
    return status;
}

NTSTATUS wdk_close(HANDLE handle)
{
    PFILE_OBJECT file = handle_reference(handle, &file_type);

    if (file == NULL) {
        return STATUS_INVALID_HANDLE;
    }
    (void)handle_close(handle);
    device_close(file->DeviceObject);
    (void)send_simple(file, IRP_MJ_CLEANUP);
    (void)ObfDereferenceObject(file);
    return STATUS_SUCCESS;
}

/* ---- Buffers --------------------------------------------------------------------------------- */

/* A copy of `in` at the start of a buffer that is at least as long. */
static bool copy_in(struct wdk_request *request, const void *in, ULONG in_size, ULONG size)
{
    if (size == 0) {
        return true;
    }
    request->system_buffer = malloc(size);
    if (request->system_buffer == NULL) {
        return false;
    }
    if (in_size != 0) {
        memcpy(request->system_buffer, in, in_size);
    }
    request->irp->AssociatedIrp.SystemBuffer = request->system_buffer;
    return true;
}

static void describe(struct wdk_request *request, void *buffer, ULONG size)
{
    if (size == 0) {
        return;
    }
    request->mdl = (MDL){.Size = sizeof(MDL),
                         .MdlFlags = MDL_PAGES_LOCKED,
                         .StartVa = PAGE_ALIGN(buffer),
                         .ByteOffset = BYTE_OFFSET(buffer),
                         .ByteCount = size};
    request->irp->MdlAddress = &request->mdl;
}

static void bound(struct wdk_request *request, ULONG size)
{
    request->bounded = true;
    request->output_size = size;
}

static bool set_control_buffers(struct wdk_request *request, ULONG method, const void *in,
                                ULONG in_size, void *out, ULONG out_size)
{
    PIO_STACK_LOCATION stack = request_stack(request);

    request->irp->UserBuffer = out;
    switch (method) {
    case METHOD_BUFFERED:
        bound(request, out_size);
        request->output = out_size == 0 ? NULL : out;
        return copy_in(request, in, in_size, max(in_size, out_size));
    case METHOD_NEITHER:
        stack->Parameters.DeviceIoControl.Type3InputBuffer = (PVOID)(ULONG_PTR)in;
        return true;
    default:
        bound(request, out_size);
        describe(request, out, out_size);
        return copy_in(request, in, in_size, in_size);
    }
}

/* A buffer of the test program for a read or write, as the device asks for it. */
static bool set_transfer_buffer(struct wdk_request *request, void *buffer, ULONG size, bool reads)
{
    PDEVICE_OBJECT device = request_stack(request)->DeviceObject;
    ULONG method = device->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO);

    request->irp->UserBuffer = buffer;
    bound(request, size);
    if (method == (DO_BUFFERED_IO | DO_DIRECT_IO)) {
        verifier_report(RULE_DEVICE_FLAGS, ADDRESS(device), 0, 0,
                        "A device has both DO_BUFFERED_IO and DO_DIRECT_IO");
    }
    if ((method & DO_BUFFERED_IO) != 0) {
        request->output = reads && size != 0 ? buffer : NULL;
        return copy_in(request, buffer, reads ? 0 : size, size);
    }
    if ((method & DO_DIRECT_IO) != 0) {
        describe(request, buffer, size);
    }
    return true;
}

/* ---- Requests -------------------------------------------------------------------------------- */

/* A request on the file behind a handle; NULL when the handle is not open or memory is out. */
static struct wdk_request *create_request(HANDLE handle, UCHAR major, NTSTATUS *status)
{
    PFILE_OBJECT file = handle_reference(handle, &file_type);

    *status = STATUS_INVALID_HANDLE;
    if (file == NULL) {
        return NULL;
    }
    struct wdk_request *request = request_create(file, major);
    (void)ObfDereferenceObject(file);
    *status = request == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
    return request;
}

static struct wdk_request *start_control(HANDLE handle, ULONG code, const void *in, ULONG in_size,
                                         void *out, ULONG out_size, NTSTATUS *status)
{
    struct wdk_request *request = create_request(handle, IRP_MJ_DEVICE_CONTROL, status);

    if (request == NULL) {
        return NULL;
    }
    PIO_STACK_LOCATION stack = request_stack(request);
    stack->Parameters.DeviceIoControl.IoControlCode = code;
    stack->Parameters.DeviceIoControl.InputBufferLength = in_size;
    stack->Parameters.DeviceIoControl.OutputBufferLength = out_size;
    if (!set_control_buffers(request, METHOD_FROM_CTL_CODE(code), in, in_size, out, out_size)) {
        request_free(request);
        *status = STATUS_INSUFFICIENT_RESOURCES;
        return NULL;
    }
    request_send(request);
    return request;
}

wdk_request *wdk_start_device_control(HANDLE file, ULONG code, const void *in, ULONG in_size,
                                      void *out, ULONG out_size)
{
    NTSTATUS status;

    return start_control(file, code, in, in_size, out, out_size, &status);
}

static NTSTATUS finish(struct wdk_request *request, NTSTATUS status, ULONG_PTR *returned)
{
    if (returned != NULL) {
        *returned = 0;
    }
    return request == NULL ? status : request_finish(request, returned);
}

NTSTATUS wdk_device_control(HANDLE file, ULONG code, const void *in, ULONG in_size, void *out,
                            ULONG out_size, ULONG_PTR *returned)
{
    NTSTATUS status;
    struct wdk_request *request = start_control(file, code, in, in_size, out, out_size, &status);

    return finish(request, status, returned);
}

static NTSTATUS transfer(HANDLE handle, bool reads, void *buffer, ULONG size, LONGLONG offset,
                         ULONG_PTR *returned)
{
    NTSTATUS status;
    struct wdk_request *request =
        create_request(handle, reads ? IRP_MJ_READ : IRP_MJ_WRITE, &status);

    if (request == NULL) {
        return finish(NULL, status, returned);
    }
    /* Read and Write have the same members. */
    request_stack(request)->Parameters.Read.Length = size;
    request_stack(request)->Parameters.Read.ByteOffset.QuadPart = offset;
    if (!set_transfer_buffer(request, buffer, size, reads)) {
        request_free(request);
        return finish(NULL, STATUS_INSUFFICIENT_RESOURCES, returned);
    }
    request_send(request);
    return finish(request, status, returned);
}

NTSTATUS wdk_read(HANDLE file, void *buffer, ULONG size, LONGLONG offset, ULONG_PTR *returned)
{
    return transfer(file, true, buffer, size, offset, returned);
}

NTSTATUS wdk_write(HANDLE file, const void *buffer, ULONG size, LONGLONG offset,
                   ULONG_PTR *returned)
{
    return transfer(file, false, (void *)(ULONG_PTR)buffer, size, offset, returned);
}

NTSTATUS wdk_wait(wdk_request *request, ULONG milliseconds, ULONG_PTR *returned)
{
    LARGE_INTEGER timeout = {.QuadPart = -10000 * (LONGLONG)milliseconds};
    NTSTATUS status = KeWaitForSingleObject(&request->done, Executive, KernelMode, FALSE,
                                            milliseconds == WDK_FOR_EVER ? NULL : &timeout);

    return status == STATUS_TIMEOUT ? status : request_finish(request, returned);
}
