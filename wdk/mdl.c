/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* MDLs describe memory that is there already and stays: locking and mapping are flags. The block
 * comes from the pool, so that one that is not given back is found at unload under the tag "Mdl ". */
#include <wdk/mdl.h>

#include <wdk/exception.h>
#include <wdk/io.h>
#include <wdk/pool.h>

#include "faults.h"
#include "irql.h"

#define MDL_TAG 0x206c644du

PMDL IoAllocateMdl(PVOID VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer, BOOLEAN ChargeQuota,
                   PIRP Irp)
{
    PMDL mdl = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*mdl), MDL_TAG);

    UNREFERENCED_PARAMETER(SecondaryBuffer);
    UNREFERENCED_PARAMETER(ChargeQuota);
    if (mdl == NULL) {
        return NULL;
    }
    *mdl = (MDL){.Size = sizeof(*mdl),
                 .StartVa = PAGE_ALIGN(VirtualAddress),
                 .ByteOffset = BYTE_OFFSET(VirtualAddress),
                 .ByteCount = Length};
    if (Irp != NULL) {
        Irp->MdlAddress = mdl;
    }
    return mdl;
}

VOID IoFreeMdl(PMDL Mdl)
{
    ExFreePoolWithTag(Mdl, MDL_TAG);
}

VOID MmBuildMdlForNonPagedPool(PMDL MemoryDescriptorList)
{
    MemoryDescriptorList->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
    MemoryDescriptorList->MappedSystemVa = MmGetMdlVirtualAddress(MemoryDescriptorList);
}

VOID MmProbeAndLockPages(PMDL MemoryDescriptorList, KPROCESSOR_MODE AccessMode,
                         LOCK_OPERATION Operation)
{
    UNREFERENCED_PARAMETER(AccessMode);
    UNREFERENCED_PARAMETER(Operation);
    irql_require_at_most(DISPATCH_LEVEL, "MmProbeAndLockPages");
    MemoryDescriptorList->MdlFlags |= MDL_PAGES_LOCKED;
}

VOID MmUnlockPages(PMDL MemoryDescriptorList)
{
    irql_require_at_most(DISPATCH_LEVEL, "MmUnlockPages");
    MemoryDescriptorList->MdlFlags &= (CSHORT) ~(MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
}

PVOID MmGetSystemAddressForMdlSafe(PMDL Mdl, ULONG Priority)
{
    UNREFERENCED_PARAMETER(Priority);
    if (Mdl->MappedSystemVa == NULL && !faults_strike_here()) {
        Mdl->MappedSystemVa = MmGetMdlVirtualAddress(Mdl);
        Mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    }
    return Mdl->MappedSystemVa;
}

/* ---- Probing --------------------------------------------------------------------------------- */

VOID ProbeForRead(const volatile VOID *Address, SIZE_T Length, ULONG Alignment)
{
    irql_require_at_most(APC_LEVEL, "ProbeForRead");
    if (Length == 0) {
        return;
    }
    if (((ULONG_PTR)Address & (Alignment - 1)) != 0) {
        ExRaiseDatatypeMisalignment();
    }
    if ((ULONG_PTR)Address < PAGE_SIZE || (ULONG_PTR)Address + Length < (ULONG_PTR)Address) {
        ExRaiseAccessViolation();
    }
}

VOID ProbeForWrite(volatile VOID *Address, SIZE_T Length, ULONG Alignment)
{
    ProbeForRead(Address, Length, Alignment);
}
