/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Devices and their names, from the loader's side. */
#ifndef WDK_DEVICE_H
#define WDK_DEVICE_H

#include <wdk/io.h>

/* The device that a path leads to, with a reference and one more open handle (ReferenceCount), and
 * what follows its name in the path. STATUS_OBJECT_NAME_NOT_FOUND, STATUS_NO_SUCH_DEVICE,
 * STATUS_ACCESS_DENIED. device_close takes the handle away, and leaves the reference. */
NTSTATUS device_open(PCWSTR path, PDEVICE_OBJECT *object, PCWSTR *rest);
void device_close(PDEVICE_OBJECT device);

/* After DriverEntry: the driver's devices can be opened. */
void device_end_initializing(PDRIVER_OBJECT driver);

/* At unload: how many devices and links there are, and handles to the devices; and the end of them. */
ULONG device_count(PDRIVER_OBJECT driver);
ULONG device_handle_count(PDRIVER_OBJECT driver);
ULONG device_link_count(PDRIVER_OBJECT driver);
void device_delete_all(PDRIVER_OBJECT driver);

#endif
