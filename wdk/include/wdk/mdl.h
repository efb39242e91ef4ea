/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Memory descriptor lists. Nothing is paged or mapped in the twin: an MDL is an address and a
 * length, and its system address is the address itself. */
#ifndef WDK_MDL_H
#define WDK_MDL_H

#include <wdk/types.h>

typedef struct _IRP *PIRP;
typedef struct _EPROCESS *PEPROCESS, *PKPROCESS;

typedef struct _MDL {
    struct _MDL *Next;
    CSHORT Size;
    CSHORT MdlFlags;
    PEPROCESS Process;
    PVOID MappedSystemVa;
    PVOID StartVa;
    ULONG ByteCount;
    ULONG ByteOffset;
} MDL, *PMDL;

#define MDL_MAPPED_TO_SYSTEM_VA 0x0001
#define MDL_PAGES_LOCKED 0x0002
#define MDL_SOURCE_IS_NONPAGED_POOL 0x0004
#define MDL_ALLOCATED_FIXED_SIZE 0x0008

typedef enum _MM_PAGE_PRIORITY {
    LowPagePriority = 0,
    NormalPagePriority = 16,
    HighPagePriority = 32
} MM_PAGE_PRIORITY;
#define MdlMappingNoWrite 0x80000000u
#define MdlMappingNoExecute 0x40000000u

typedef enum _LOCK_OPERATION { IoReadAccess, IoWriteAccess, IoModifyAccess } LOCK_OPERATION;

#define MmGetMdlByteCount(mdl) ((mdl)->ByteCount)
#define MmGetMdlByteOffset(mdl) ((mdl)->ByteOffset)
#define MmGetMdlVirtualAddress(mdl) ((PVOID)((PCHAR)(mdl)->StartVa + (mdl)->ByteOffset))
#define MmGetSystemAddressForMdl(mdl) MmGetSystemAddressForMdlSafe(mdl, HighPagePriority)

WDK_BEGIN

/* The address of the bytes; NULL by fault injection only. IRQL <= DISPATCH_LEVEL. */
PVOID MmGetSystemAddressForMdlSafe(PMDL Mdl, ULONG Priority);

/* An MDL from nonpaged pool, with the tag "Mdl "; NULL when memory is out. With an Irp, it becomes
 * the IRP's MdlAddress. IoFreeMdl gives it back. IRQL <= DISPATCH_LEVEL. */
PMDL IoAllocateMdl(PVOID VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer, BOOLEAN ChargeQuota,
                   PIRP Irp);
VOID IoFreeMdl(PMDL Mdl);

VOID MmBuildMdlForNonPagedPool(PMDL MemoryDescriptorList);
VOID MmProbeAndLockPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                         LOCK_OPERATION Operation);
VOID MmUnlockPages(PMDL MemoryDescriptorList);

/* Raise STATUS_DATATYPE_MISALIGNMENT or, for an address near 0, STATUS_ACCESS_VIOLATION. That the
 * memory is there at all is not looked at. IRQL <= APC_LEVEL. */
VOID ProbeForRead(const volatile VOID *Address, SIZE_T Length, ULONG Alignment);
VOID ProbeForWrite(volatile VOID *Address, SIZE_T Length, ULONG Alignment);

WDK_END

#endif
