/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Driver source as one finds it in the world: each section imitates the ways in which one public
 * driver uses lists and pool, so that a newcomer's source compiles as it is. Compiled as C11, C17
 * and C++17 by each compiler with warnings as errors, and run once. */
#include <ntddk.h>

/* ---- A file system's volume: both legacy kinds, tags as numbers, direct pool ---- */

#define FS_TAG 0x31534676 /* 'vFS1' as a debugger shows it */

typedef struct fs_node {
    LIST_ENTRY list_entry;
    UINT64 address;
    WCHAR name[1];
} fs_node;

typedef struct {
    PAGED_LOOKASIDE_LIST node_lookaside;
    NPAGED_LOOKASIDE_LIST range_lookaside;
    LIST_ENTRY nodes;
    LONG open_count;
} fs_volume;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(PAGE, fs_mount)
#endif

_Success_(return >= 0) static NTSTATUS fs_mount(_Outptr_ fs_volume **Volume)
{
    fs_volume *vcb;

    PAGED_CODE();

    vcb = (fs_volume *)ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(fs_volume), FS_TAG);
    if (!vcb) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    RtlZeroMemory(vcb, sizeof(*vcb));
    InitializeListHead(&vcb->nodes);
    ExInitializePagedLookasideList(&vcb->node_lookaside, NULL, NULL, 0,
                                   FIELD_OFFSET(fs_node, name) + 64 * sizeof(WCHAR), FS_TAG, 0);
    ExInitializeNPagedLookasideList(&vcb->range_lookaside, NULL, NULL, POOL_NX_ALLOCATION,
                                    sizeof(LARGE_INTEGER), FS_TAG, 0);
    *Volume = vcb;
    return STATUS_SUCCESS;
}

static NTSTATUS fs_open(_Inout_ fs_volume *vcb, UINT64 address)
{
    fs_node *node = (fs_node *)ExAllocateFromPagedLookasideList(&vcb->node_lookaside);

    if (!node) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    node->address = address;
    node->name[0] = L'\0';
    InsertTailList(&vcb->nodes, &node->list_entry);
    InterlockedIncrement(&vcb->open_count);
    return STATUS_SUCCESS;
}

static VOID fs_unmount(_In_ _Post_invalid_ fs_volume *vcb)
{
    while (!IsListEmpty(&vcb->nodes)) {
        fs_node *node = CONTAINING_RECORD(RemoveHeadList(&vcb->nodes), fs_node, list_entry);

        InterlockedDecrement(&vcb->open_count);
        ExFreeToPagedLookasideList(&vcb->node_lookaside, node);
    }
    NT_ASSERT(vcb->open_count == 0);
    ExDeletePagedLookasideList(&vcb->node_lookaside);
    ExDeleteNPagedLookasideList(&vcb->range_lookaside);
    ExFreePoolWithTag(vcb, FS_TAG);
}

/* ---- A network stack's pools: an alias for the list, depth 1024, one callback, the Size read ---- */

typedef LOOKASIDE_LIST_EX NET_POOL;

typedef struct DECLSPEC_ALIGN(MEMORY_ALLOCATION_ALIGNMENT) NET_BUFFER_HEADER {
    SLIST_ENTRY Link;
    ULONG Length;
    UCHAR Data[0x40];
} NET_BUFFER_HEADER;

C_ASSERT(sizeof(NET_BUFFER_HEADER) % MEMORY_ALLOCATION_ALIGNMENT == 0);

static LONG NetPoolAllocations;

static ALLOCATE_FUNCTION_EX NetPoolAllocate;

_Use_decl_annotations_ static PVOID NetPoolAllocate(POOL_TYPE PoolType, SIZE_T NumberOfBytes,
                                                    ULONG Tag, PLOOKASIDE_LIST_EX Lookaside)
{
    UNREFERENCED_PARAMETER(Lookaside);
    NT_ASSERT(PoolType == NonPagedPoolNx);
    DBG_UNREFERENCED_PARAMETER(PoolType);

    InterlockedIncrementNoFence(&NetPoolAllocations);
    return ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED, NumberOfBytes, Tag);
}

_IRQL_requires_max_(DISPATCH_LEVEL) FORCEINLINE _Must_inspect_result_ _Ret_maybenull_
    _Post_writable_byte_size_(Pool->L.Size) void *NetPoolAlloc(_Inout_ NET_POOL *Pool)
{
    return ExAllocateFromLookasideListEx(Pool);
}

_IRQL_requires_max_(DISPATCH_LEVEL) static VOID
    NetSend(_Inout_ NET_POOL *Pool, _Inout_ PSLIST_HEADER Done)
{
    NET_BUFFER_HEADER *Header = (NET_BUFFER_HEADER *)NetPoolAlloc(Pool);
    KIRQL OldIrql;

    if (Header == NULL) {
        return;
    }
    Header->Length = Pool->L.Size - FIELD_OFFSET(NET_BUFFER_HEADER, Data);
    KeRaiseIrql(DISPATCH_LEVEL, &OldIrql);
    InterlockedPushEntrySList(Done, &Header->Link);
    KeLowerIrql(OldIrql);
}

static NTSTATUS NetRun(VOID)
{
    static SLIST_HEADER Done;
    static NET_POOL Pool;
    PSLIST_ENTRY Entry;
    NTSTATUS Status = ExInitializeLookasideListEx(&Pool, NetPoolAllocate, NULL, NonPagedPoolNx, 0,
                                                  sizeof(NET_BUFFER_HEADER), 'ZteN',
                                                  EX_MAXIMUM_LOOKASIDE_DEPTH_LIMIT);

    if (!NT_SUCCESS(Status)) {
        return Status;
    }
    ExInitializeSListHead(&Done);
    NetSend(&Pool, &Done);
    NetSend(&Pool, &Done);
    while ((Entry = InterlockedPopEntrySList(&Done)) != NULL) {
        ExFreeToLookasideListEx(&Pool, CONTAINING_RECORD(Entry, NET_BUFFER_HEADER, Link));
    }
    ExFlushLookasideListEx(&Pool);
    ExDeleteLookasideListEx(&Pool);
    return ReadNoFence(&NetPoolAllocations) == 2 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

/* ---- A framework: the bodies of the old inline routines, on the fields ---- */

static PVOID FxTake(PNPAGED_LOOKASIDE_LIST Lookaside)
{
    PVOID entry;

    Lookaside->L.TotalAllocates += 1;
    entry = InterlockedPopEntrySList(&Lookaside->L.ListHead);
    if (entry == NULL) {
        Lookaside->L.AllocateMisses += 1;
        entry = (Lookaside->L.Allocate)(Lookaside->L.Type, Lookaside->L.Size, Lookaside->L.Tag);
    }
    return entry;
}

static VOID FxGive(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
    Lookaside->L.TotalFrees += 1;
    if (ExQueryDepthSList(&Lookaside->L.ListHead) >= Lookaside->L.Depth) {
        Lookaside->L.FreeMisses += 1;
        (Lookaside->L.Free)(Entry);
    } else {
        InterlockedPushEntrySList(&Lookaside->L.ListHead, (PSLIST_ENTRY)Entry);
    }
}

/* ---- A storage driver: raising lists, cleanup in __finally ---- */

static NTSTATUS StorRun(VOID)
{
    PVOID Request = NULL;
    NTSTATUS Status = STATUS_UNSUCCESSFUL;
    LOOKASIDE_LIST_EX List;

    Status = ExInitializeLookasideListEx(&List, NULL, NULL, PagedPool,
                                         EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL, 128, 'rotS', 0);
    if (Status != STATUS_SUCCESS) {
        return Status;
    }
    __try {
        __try {
            Request = ExAllocateFromLookasideListEx(&List);
            if (!ARGUMENT_PRESENT(Request)) {
                __leave;
            }
            RtlFillMemory(Request, 128, 0xEE);
            Status = STATUS_SUCCESS;
        } __finally {
            if (Request != NULL) {
                ExFreeToLookasideListEx(&List, Request);
            }
        }
    } __except (GetExceptionCode() == STATUS_INSUFFICIENT_RESOURCES ? EXCEPTION_EXECUTE_HANDLER
                                                                    : EXCEPTION_CONTINUE_SEARCH) {
        Status = GetExceptionCode();
    }
    ExDeleteLookasideListEx(&List);
    return Status;
}

EXTERN_C int main(void)
{
    static NPAGED_LOOKASIDE_LIST framework;
    fs_volume *volume = NULL;
    NTSTATUS status = fs_mount(&volume);

    if (NT_SUCCESS(status)) {
        status = fs_open(volume, 0x100000000ULL);
        fs_unmount(volume);
    }
    if (NT_SUCCESS(status)) {
        status = NetRun();
    }
    if (NT_SUCCESS(status)) {
        status = StorRun();
    }
    ExInitializeNPagedLookasideList(&framework, NULL, NULL, POOL_NX_ALLOCATION, 32, 'xFrD', 0);
    FxGive(&framework, FxTake(&framework));
    ExDeleteNPagedLookasideList(&framework);
    KdPrint(("newcomer: 0x%08X\n", status));
    return NT_SUCCESS(status) ? 0 : 1;
}
