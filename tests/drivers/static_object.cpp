/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A driver with a static object whose constructor must run before DriverEntry: nobody would run it,
 * so the driver must not be linked. */
#include <ntddk.h>

namespace {

class clock {
public:
    clock() noexcept { KeQuerySystemTime(&loaded); }
    LARGE_INTEGER loaded;
};

clock started;

} // namespace

extern "C" DRIVER_INITIALIZE DriverEntry;
extern "C" NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING)
{
    driver->Flags |= started.loaded.LowPart;
    return STATUS_SUCCESS;
}
