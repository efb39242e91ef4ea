/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A driver in C++ that keeps a session for each handle, with up to four contexts.
 *
 * There are two lists. The sessions live in a C++ one, lookaside::object_list; the contexts in that
 * of a component in Rust, behind the C interface of contexts.h. A session is made when the device
 * is opened, and ended when it is closed, with the contexts that it still has.
 *
 *     the two lists    need no lock
 *     a session        under its own lock: a client may send from several threads */
#include <ntddk.h>

#include <cstring>
#include <new>
#include <utility>

#include <lookaside/lookaside.hpp>

#include "contexts.h"
#include "protocol.h"

#define DEVICE_PATH L"\\Device\\LookasideSessions"
#define LINK_PATH L"\\DosDevices\\LookasideSessions"

namespace {

constexpr ULONG context_tag = 0x61616262; /* 'aabb', which tools that print bytes show as "bbaa" */

/* Room for an object that DriverEntry builds and unload ends: in a driver, nobody runs constructors
 * and destructors of static objects. */
template <typename T> class late {
public:
    void build() noexcept { ::new (room_) T; }
    void end() noexcept { (**this).~T(); }
    T &operator*() noexcept { return *std::launder(reinterpret_cast<T *>(room_)); }
    T *operator->() noexcept { return &**this; }

private:
    alignas(T) unsigned char room_[sizeof(T)];
};

class spin_lock {
public:
    spin_lock() noexcept { KeInitializeSpinLock(&lock_); }
    spin_lock(const spin_lock &) = delete;
    spin_lock &operator=(const spin_lock &) = delete;

    /* Holds the lock, at DISPATCH_LEVEL, until the end of its scope. */
    class guard {
    public:
        explicit guard(spin_lock &lock) noexcept : lock_(lock.lock_)
        {
            KeAcquireSpinLock(&lock_, &irql_);
        }
        guard(const guard &) = delete;
        guard &operator=(const guard &) = delete;
        ~guard() { KeReleaseSpinLock(&lock_, irql_); }

    private:
        KSPIN_LOCK &lock_;
        KIRQL irql_;
    };

private:
    KSPIN_LOCK lock_;
};

class session {
public:
    session() noexcept = default;
    session(const session &) = delete;
    session &operator=(const session &) = delete;

    ~session()
    {
        for (context *left : contexts_) {
            if (left != nullptr) {
                remove_context(left);
            }
        }
    }

    /* STATUS_QUOTA_EXCEEDED when the session has all that it may have. */
    NTSTATUS create(ULONGLONG &number) noexcept
    {
        spin_lock::guard guard(lock_);
        for (context *&place : contexts_) {
            if (place == nullptr) {
                NTSTATUS status = create_context(&place);
                if (NT_SUCCESS(status)) {
                    number = number_of_context(place);
                }
                return status;
            }
        }
        return STATUS_QUOTA_EXCEEDED;
    }

    /* STATUS_NOT_FOUND when the session has no such context. */
    NTSTATUS remove(ULONGLONG number) noexcept
    {
        spin_lock::guard guard(lock_);
        for (context *&place : contexts_) {
            if (place != nullptr && number_of_context(place) == number) {
                return remove_context(std::exchange(place, nullptr));
            }
        }
        return STATUS_NOT_FOUND;
    }

private:
    spin_lock lock_;
    context *contexts_[SESSIONS_MOST_CONTEXTS] = {};
};

late<lookaside::object_list<session>> sessions;

/* ---- Requests -------------------------------------------------------------------------------- */

NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR bytes = 0) noexcept
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = bytes;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

session *session_of(PIRP irp) noexcept
{
    return static_cast<session *>(IoGetCurrentIrpStackLocation(irp)->FileObject->FsContext);
}

NTSTATUS describe_list(sessions_list &list) noexcept
{
    lookaside_statistics contexts = {};
    NTSTATUS status = query_lookaside(&contexts);
    if (NT_SUCCESS(status)) {
        list.tag = contexts.tag;
        list.size = contexts.size;
        list.allocate_misses = contexts.allocate_misses;
        list.free_misses = contexts.free_misses;
        list.total_allocates = contexts.total_allocates;
        list.total_frees = contexts.total_frees;
        list.live = contexts.live_entries;
        list.sessions = sessions->query().live_entries;
        status = report_lookaside(list.report, sizeof list.report);
    }
    return status;
}

NTSTATUS NTAPI open(PDEVICE_OBJECT, PIRP irp)
{
    auto fresh = sessions->try_make();
    if (fresh == nullptr) {
        return complete(irp, STATUS_INSUFFICIENT_RESOURCES);
    }
    IoGetCurrentIrpStackLocation(irp)->FileObject->FsContext = fresh.release();
    return complete(irp, STATUS_SUCCESS);
}

NTSTATUS NTAPI close(PDEVICE_OBJECT, PIRP irp)
{
    sessions->adopt(session_of(irp)).reset();
    return complete(irp, STATUS_SUCCESS);
}

NTSTATUS NTAPI device_control(PDEVICE_OBJECT, PIRP irp)
{
    const auto &control = IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl;
    void *buffer = irp->AssociatedIrp.SystemBuffer;
    NTSTATUS status = STATUS_INVALID_PARAMETER;
    ULONG_PTR answered = 0;
    ULONGLONG number = 0;

    if (control.IoControlCode == SESSIONS_CREATE && control.OutputBufferLength >= sizeof number) {
        status = session_of(irp)->create(number);
        std::memcpy(buffer, &number, sizeof number);
        answered = sizeof number;
    } else if (control.IoControlCode == SESSIONS_REMOVE &&
               control.InputBufferLength >= sizeof number) {
        std::memcpy(&number, buffer, sizeof number);
        status = session_of(irp)->remove(number);
    } else if (control.IoControlCode == SESSIONS_LIST &&
               control.OutputBufferLength >= sizeof(sessions_list)) {
        status = describe_list(*::new (buffer) sessions_list{});
        answered = sizeof(sessions_list);
    }
    return complete(irp, status, NT_SUCCESS(status) ? answered : 0);
}

/* ---- Coming and going ------------------------------------------------------------------------ */

NTSTATUS make_lists() noexcept
{
    lookaside::options wanted;
    wanted.tag = lookaside::tag("Sess");
    wanted.name = "sessions";
    sessions.build();
    auto status = static_cast<NTSTATUS>(lookaside_ntstatus(sessions->init(wanted)));
    return NT_SUCCESS(status) ? init_lookaside(context_tag) : status;
}

/* One line at a time: DbgPrint takes 512 bytes. */
void print_lines(const char *text) noexcept
{
    for (const char *end; (end = std::strchr(text, '\n')) != nullptr; text = end + 1) {
        DbgPrint("%.*s\n", static_cast<int>(end - text), text);
    }
}

/* Nobody has the device open. Ends what there is; a list that was never made is none. */
void end_lists() noexcept
{
    static sessions_list list;
    if (NT_SUCCESS(describe_list(list))) {
        print_lines(list.report);
        DbgPrint("sessions: %u contexts outstanding; the list: %s\n",
                 static_cast<unsigned>(list.live),
                 NT_SUCCESS(free_lookaside()) ? "LOOKASIDE_OK" : "LOOKASIDE_IN_USE");
    }
    sessions.end();
}

NTSTATUS make_device(PDRIVER_OBJECT driver) noexcept
{
    UNICODE_STRING name;
    UNICODE_STRING link;
    PDEVICE_OBJECT device;
    RtlInitUnicodeString(&name, DEVICE_PATH);
    RtlInitUnicodeString(&link, LINK_PATH);
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN,
                                     FALSE, &device);
    if (NT_SUCCESS(status)) {
        status = IoCreateSymbolicLink(&link, &name);
        if (!NT_SUCCESS(status)) {
            IoDeleteDevice(device);
        }
    }
    return status;
}

VOID NTAPI unload(PDRIVER_OBJECT driver)
{
    UNICODE_STRING link;
    RtlInitUnicodeString(&link, LINK_PATH);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(driver->DeviceObject);
    end_lists();
}

} // namespace

extern "C" DRIVER_INITIALIZE DriverEntry;
extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING)
{
    driver->MajorFunction[IRP_MJ_CREATE] = open;
    driver->MajorFunction[IRP_MJ_CLOSE] = close;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = device_control;
    driver->DriverUnload = unload;

    NTSTATUS status = make_lists();
    if (NT_SUCCESS(status)) {
        status = make_device(driver);
    }
    if (!NT_SUCCESS(status)) {
        end_lists();
    }
    return status;
}
