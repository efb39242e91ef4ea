/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Where drivers find things in what the kernel hands them, and how large is what they lend it.
 * Drivers touch these directly; those in Rust with declarations of their own, which these numbers
 * prove right. */
#include "check.h"

#define EXPECT_AT(type, member, offset) EXPECT_EQ(FIELD_OFFSET(type, member), offset)

CHECK(layout_of_counted_strings_and_links, "1.13 Strings, links and results have fixed layouts")
{
    EXPECT_EQ(sizeof(UNICODE_STRING), 0x10);
    EXPECT_AT(UNICODE_STRING, MaximumLength, 0x02);
    EXPECT_AT(UNICODE_STRING, Buffer, 0x08);
    EXPECT_EQ(sizeof(LIST_ENTRY), 0x10);
    EXPECT_AT(LIST_ENTRY, Blink, 0x08);
    EXPECT_EQ(sizeof(LARGE_INTEGER), 0x08);
    EXPECT_EQ(sizeof(IO_STATUS_BLOCK), 0x10);
    EXPECT_AT(IO_STATUS_BLOCK, Information, 0x08);
}

CHECK(layout_of_a_driver_object, "1.14 The members of a driver object have fixed offsets")
{
    EXPECT_EQ(sizeof(DRIVER_OBJECT), 0x150);
    EXPECT_AT(DRIVER_OBJECT, Size, 0x02);
    EXPECT_AT(DRIVER_OBJECT, DeviceObject, 0x08);
    EXPECT_AT(DRIVER_OBJECT, Flags, 0x10);
    EXPECT_AT(DRIVER_OBJECT, DriverExtension, 0x30);
    EXPECT_AT(DRIVER_OBJECT, DriverName, 0x38);
    EXPECT_AT(DRIVER_OBJECT, HardwareDatabase, 0x48);
    EXPECT_AT(DRIVER_OBJECT, FastIoDispatch, 0x50);
    EXPECT_AT(DRIVER_OBJECT, DriverInit, 0x58);
    EXPECT_AT(DRIVER_OBJECT, DriverStartIo, 0x60);
    EXPECT_AT(DRIVER_OBJECT, DriverUnload, 0x68);
    EXPECT_AT(DRIVER_OBJECT, MajorFunction, 0x70);
    EXPECT_EQ(IRP_MJ_MAXIMUM_FUNCTION, 0x1B);
    EXPECT_AT(DRIVER_EXTENSION, AddDevice, 0x08);
    EXPECT_AT(DRIVER_EXTENSION, ServiceKeyName, 0x18);
}

/* Its size is 0x150 or, with a header that does not align it to 16, 0x148. */
CHECK(layout_of_a_device_object, "1.15 The members of a device object have fixed offsets")
{
    EXPECT_AT(DEVICE_OBJECT, Size, 0x02);
    EXPECT_AT(DEVICE_OBJECT, ReferenceCount, 0x04);
    EXPECT_AT(DEVICE_OBJECT, DriverObject, 0x08);
    EXPECT_AT(DEVICE_OBJECT, NextDevice, 0x10);
    EXPECT_AT(DEVICE_OBJECT, AttachedDevice, 0x18);
    EXPECT_AT(DEVICE_OBJECT, CurrentIrp, 0x20);
    EXPECT_AT(DEVICE_OBJECT, Flags, 0x30);
    EXPECT_AT(DEVICE_OBJECT, Characteristics, 0x34);
    EXPECT_AT(DEVICE_OBJECT, DeviceExtension, 0x40);
    EXPECT_AT(DEVICE_OBJECT, DeviceType, 0x48);
    EXPECT_AT(DEVICE_OBJECT, StackSize, 0x4C);
    EXPECT_AT(DEVICE_OBJECT, AlignmentRequirement, 0x98);
    EXPECT_AT(DEVICE_OBJECT, Dpc, 0xC8);
    EXPECT_AT(DEVICE_OBJECT, SectorSize, 0x130);
}

CHECK(layout_of_a_file_object, "1.16 The members of a file object have fixed offsets")
{
    EXPECT_EQ(sizeof(FILE_OBJECT), 0xD8);
    EXPECT_AT(FILE_OBJECT, DeviceObject, 0x08);
    EXPECT_AT(FILE_OBJECT, FsContext, 0x18);
    EXPECT_AT(FILE_OBJECT, FsContext2, 0x20);
    EXPECT_AT(FILE_OBJECT, RelatedFileObject, 0x40);
    EXPECT_AT(FILE_OBJECT, ReadAccess, 0x4A);
    EXPECT_AT(FILE_OBJECT, WriteAccess, 0x4B);
    EXPECT_AT(FILE_OBJECT, DeleteAccess, 0x4C);
    EXPECT_AT(FILE_OBJECT, SharedRead, 0x4D);
    EXPECT_AT(FILE_OBJECT, SharedWrite, 0x4E);
    EXPECT_AT(FILE_OBJECT, SharedDelete, 0x4F);
    EXPECT_AT(FILE_OBJECT, Flags, 0x50);
    EXPECT_AT(FILE_OBJECT, FileName, 0x58);
    EXPECT_AT(FILE_OBJECT, CurrentByteOffset, 0x68);
}

CHECK(layout_of_an_irp, "1.17 The members of a request have fixed offsets")
{
    EXPECT_EQ(sizeof(IRP), 0xD0);
    EXPECT_AT(IRP, Size, 0x02);
    EXPECT_AT(IRP, MdlAddress, 0x08);
    EXPECT_AT(IRP, Flags, 0x10);
    EXPECT_AT(IRP, AssociatedIrp.SystemBuffer, 0x18);
    EXPECT_AT(IRP, ThreadListEntry, 0x20);
    EXPECT_AT(IRP, IoStatus, 0x30);
    EXPECT_AT(IRP, RequestorMode, 0x40);
    EXPECT_AT(IRP, PendingReturned, 0x41);
    EXPECT_AT(IRP, StackCount, 0x42);
    EXPECT_AT(IRP, CurrentLocation, 0x43);
    EXPECT_AT(IRP, Cancel, 0x44);
    EXPECT_AT(IRP, CancelIrql, 0x45);
    EXPECT_AT(IRP, UserIosb, 0x48);
    EXPECT_AT(IRP, UserEvent, 0x50);
    EXPECT_AT(IRP, CancelRoutine, 0x68);
    EXPECT_AT(IRP, UserBuffer, 0x70);
    EXPECT_AT(IRP, Tail.Overlay.DriverContext, 0x78);
    EXPECT_AT(IRP, Tail.Overlay.Thread, 0x98);
    EXPECT_AT(IRP, Tail.Overlay.AuxiliaryBuffer, 0xA0);
    EXPECT_AT(IRP, Tail.Overlay.ListEntry, 0xA8);
    EXPECT_AT(IRP, Tail.Overlay.CurrentStackLocation, 0xB8);
    EXPECT_AT(IRP, Tail.Overlay.OriginalFileObject, 0xC0);
}

CHECK(layout_of_a_stack_location, "1.18 The members of a stack location have fixed offsets")
{
    EXPECT_EQ(sizeof(IO_STACK_LOCATION), 0x48);
    EXPECT_AT(IO_STACK_LOCATION, MinorFunction, 0x01);
    EXPECT_AT(IO_STACK_LOCATION, Flags, 0x02);
    EXPECT_AT(IO_STACK_LOCATION, Control, 0x03);
    EXPECT_AT(IO_STACK_LOCATION, DeviceObject, 0x28);
    EXPECT_AT(IO_STACK_LOCATION, FileObject, 0x30);
    EXPECT_AT(IO_STACK_LOCATION, CompletionRoutine, 0x38);
    EXPECT_AT(IO_STACK_LOCATION, Context, 0x40);
    EXPECT_EQ(SL_PENDING_RETURNED, 0x01);
}

CHECK(layout_of_parameters, "1.19 Of a stack location's parameters, each begins a word of its own")
{
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Create.SecurityContext, 0x08);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Create.Options, 0x10);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Create.FileAttributes, 0x18);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Create.ShareAccess, 0x1A);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Create.EaLength, 0x20);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Read.Length, 0x08);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Read.Key, 0x10);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Read.ByteOffset, 0x18);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Write.Length, 0x08);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Write.Key, 0x10);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Write.ByteOffset, 0x18);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.DeviceIoControl.OutputBufferLength, 0x08);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.DeviceIoControl.InputBufferLength, 0x10);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.DeviceIoControl.IoControlCode, 0x18);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.DeviceIoControl.Type3InputBuffer, 0x20);
    EXPECT_AT(IO_STACK_LOCATION, Parameters.Others.Argument4, 0x20);
}

CHECK(layout_of_what_a_driver_lends, "1.20 What a driver has room for has a fixed size")
{
    EXPECT_EQ(sizeof(KSPIN_LOCK), 0x08);
    EXPECT_EQ(sizeof(KLOCK_QUEUE_HANDLE), 0x18);
    EXPECT_EQ(sizeof(KEVENT), 0x18);
    EXPECT_EQ(sizeof(KSEMAPHORE), 0x20);
    EXPECT_EQ(sizeof(KMUTEX), 0x38);
    EXPECT_EQ(sizeof(FAST_MUTEX), 0x38);
    EXPECT_EQ(sizeof(ERESOURCE), 0x68);
    EXPECT_EQ(sizeof(EX_RUNDOWN_REF), 0x08);
    EXPECT_EQ(sizeof(IO_REMOVE_LOCK), 0x20);
    EXPECT_EQ(sizeof(KTIMER), 0x40);
    EXPECT_EQ(sizeof(KDPC), 0x40);
    EXPECT_EQ(sizeof(WORK_QUEUE_ITEM), 0x20);
    EXPECT_EQ(sizeof(MDL), 0x30);
    EXPECT_EQ(sizeof(OBJECT_ATTRIBUTES), 0x30);
}

CHECK_TABLE(layout_objects_checks) = {
    ENTRY(layout_of_counted_strings_and_links),
    ENTRY(layout_of_a_driver_object),
    ENTRY(layout_of_a_device_object),
    ENTRY(layout_of_a_file_object),
    ENTRY(layout_of_an_irp),
    ENTRY(layout_of_a_stack_location),
    ENTRY(layout_of_parameters),
    ENTRY(layout_of_what_a_driver_lends),
    CHECK_TABLE_END,
};
