/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A driver in C++: no exceptions, no library; objects from the pool and from a lookaside list, locks by
 * scope. Compiles unchanged with the twin and with mingw's DDK headers. */
extern "C" {
#include <ntddk.h>
}

static constexpr ULONG CounterTag = 'rtnC';
static constexpr ULONG IoctlCount =
    CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, FILE_ANY_ACCESS);

void *__cdecl operator new(size_t Size, POOL_TYPE PoolType, ULONG Tag) noexcept
{
    return ExAllocatePoolWithTag(PoolType, Size, Tag);
}

class SpinLockGuard {
public:
    explicit SpinLockGuard(KSPIN_LOCK &Lock) : m_Lock(Lock) { KeAcquireSpinLock(&m_Lock, &m_Irql); }
    ~SpinLockGuard() { KeReleaseSpinLock(&m_Lock, m_Irql); }
    SpinLockGuard(const SpinLockGuard &) = delete;
    SpinLockGuard &operator=(const SpinLockGuard &) = delete;

private:
    KSPIN_LOCK &m_Lock;
    KIRQL m_Irql = PASSIVE_LEVEL;
};

template <typename T> class LookasideList {
public:
    NTSTATUS Initialize(ULONG Tag)
    {
        return ExInitializeLookasideListEx(&m_List, nullptr, nullptr, NonPagedPoolNx, 0, sizeof(T),
                                           Tag, 0);
    }
    void Delete() { ExDeleteLookasideListEx(&m_List); }
    T *Allocate() { return static_cast<T *>(ExAllocateFromLookasideListEx(&m_List)); }
    void Free(T *Entry) { ExFreeToLookasideListEx(&m_List, Entry); }

private:
    LOOKASIDE_LIST_EX m_List;
};

struct Request {
    LIST_ENTRY Link;
    ULONG Number;
};

class Counter {
public:
    NTSTATUS Initialize()
    {
        KeInitializeSpinLock(&m_Lock);
        InitializeListHead(&m_Requests);
        return m_Pool.Initialize(CounterTag);
    }

    NTSTATUS Count(ULONG *Total)
    {
        Request *request = m_Pool.Allocate();
        if (request == nullptr) {
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        SpinLockGuard guard(m_Lock);
        request->Number = ++m_Total;
        InsertTailList(&m_Requests, &request->Link);
        *Total = m_Total;
        return STATUS_SUCCESS;
    }

    void Delete()
    {
        while (!IsListEmpty(&m_Requests)) {
            m_Pool.Free(CONTAINING_RECORD(RemoveHeadList(&m_Requests), Request, Link));
        }
        m_Pool.Delete();
    }

private:
    LookasideList<Request> m_Pool;
    KSPIN_LOCK m_Lock;
    LIST_ENTRY m_Requests;
    ULONG m_Total = 0;
};

static Counter *g_Counter;
static PDEVICE_OBJECT g_Device;

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

extern "C" DRIVER_INITIALIZE DriverEntry;

static NTSTATUS OnCreateClose(PDEVICE_OBJECT, PIRP Irp)
{
    return Complete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS OnDeviceControl(_In_ PDEVICE_OBJECT, _Inout_ PIRP Irp)
{
    auto stack = IoGetCurrentIrpStackLocation(Irp);
    if (stack->Parameters.DeviceIoControl.IoControlCode != IoctlCount ||
        stack->Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG)) {
        return Complete(Irp, STATUS_INVALID_PARAMETER, 0);
    }
    auto total = static_cast<PULONG>(Irp->AssociatedIrp.SystemBuffer);
    NTSTATUS status = g_Counter->Count(total);
    return Complete(Irp, status, NT_SUCCESS(status) ? sizeof(ULONG) : 0);
}

static void OnUnload(PDRIVER_OBJECT)
{
    g_Counter->Delete();
    ExFreePoolWithTag(g_Counter, CounterTag);
    IoDeleteDevice(g_Device);
}

extern "C" NTSTATUS DriverEntry(_In_ PDRIVER_OBJECT DriverObject, _In_ PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Objects");

    UNREFERENCED_PARAMETER(RegistryPath);
    g_Counter = new (NonPagedPoolNx, CounterTag) Counter;
    if (g_Counter == nullptr) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS status = g_Counter->Initialize();
    if (NT_SUCCESS(status)) {
        status = IoCreateDevice(DriverObject, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &g_Device);
        if (!NT_SUCCESS(status)) {
            g_Counter->Delete();
        }
    }
    if (!NT_SUCCESS(status)) {
        ExFreePoolWithTag(g_Counter, CounterTag);
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = OnCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = OnCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = OnDeviceControl;
    DriverObject->DriverUnload = OnUnload;
    return STATUS_SUCCESS;
}
