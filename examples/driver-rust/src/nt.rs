// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The kernel as this driver knows it: what it calls, under the WDK's names, and the structs that
//! it touches, with the layouts of 64-bit Windows. The twin has these, too, so one binding serves
//! both.
//!
//! Where a member that the driver looks at does not lie where it must, this does not compile. That
//! the offsets are the kernel's, the checks `layout_of_...` of tests/conformance prove.

#![allow(non_camel_case_types, non_snake_case, clippy::upper_case_acronyms)]

use core::ffi::c_void;
use core::mem::size_of;

pub type NTSTATUS = i32;
pub const STATUS_SUCCESS: NTSTATUS = 0;
pub const STATUS_PENDING: NTSTATUS = 0x103;
pub const STATUS_INVALID_PARAMETER: NTSTATUS = 0xC000_000D_u32 as NTSTATUS;
pub const STATUS_INSUFFICIENT_RESOURCES: NTSTATUS = 0xC000_009A_u32 as NTSTATUS;

pub type HANDLE = *mut c_void;
pub type KIRQL = u8;
pub type DriverUnload = unsafe extern "C" fn(driver: *mut DRIVER_OBJECT);
pub type DriverDispatch =
    unsafe extern "C" fn(device: *mut DEVICE_OBJECT, irp: *mut IRP) -> NTSTATUS;

pub const IRP_MJ_CREATE: usize = 0x00;
pub const IRP_MJ_CLOSE: usize = 0x02;
pub const IRP_MJ_DEVICE_CONTROL: usize = 0x0E;
pub const SL_PENDING_RETURNED: u8 = 0x01;
/// Of a device control's code: how its buffers reach the driver.
pub const METHOD_MASK: u32 = 0x03;
pub const METHOD_BUFFERED: u32 = 0;

pub const FILE_DEVICE_UNKNOWN: u32 = 0x22;
pub const FILE_DEVICE_SECURE_OPEN: u32 = 0x100;
pub const OBJ_KERNEL_HANDLE: u32 = 0x200;
pub const SYNCHRONIZE: u32 = 0x0010_0000;
pub const THREAD_ALL_ACCESS: u32 = 0x001F_FFFF;
pub const KERNEL_MODE: i8 = 0;
pub const EXECUTIVE: i32 = 0; // a KWAIT_REASON
pub const SYNCHRONIZATION_EVENT: i32 = 1; // an EVENT_TYPE

/// Compiles if the member lies at this offset of the type: stepping back by the offset, and forward
/// by the rest of the type, must both stay within a value.
macro_rules! at {
    ($offset:literal, $type:ty, $($member:ident).+) => {
        const _: () = {
            let whole = core::mem::MaybeUninit::<$type>::uninit();
            // SAFETY: makes no reference, and what is no part of the value does not compile.
            unsafe {
                let member = core::ptr::addr_of!((*whole.as_ptr()).$($member).+).cast::<u8>();
                let _ = member.sub($offset);
                let _ = member.add(size_of::<$type>() - $offset);
            }
        };
    };
}

/// Compiles if the type has this size.
macro_rules! size {
    ($size:literal, $type:ty) => {
        const _: [(); $size] = [(); size_of::<$type>()];
    };
}

/// Text in UTF-16; lengths in bytes.
#[repr(C)]
pub struct UNICODE_STRING {
    pub Length: u16,
    pub MaximumLength: u16,
    pub Buffer: *const u16,
}
size!(0x10, UNICODE_STRING);
at!(0x08, UNICODE_STRING, Buffer);

#[repr(C)]
pub struct DRIVER_OBJECT {
    pub Type: i16,
    pub Size: i16,
    pub DeviceObject: *mut DEVICE_OBJECT,
    pub Flags: u32,
    pub DriverStart: *mut c_void,
    pub DriverSize: u32,
    pub DriverSection: *mut c_void,
    pub DriverExtension: *mut c_void,
    pub DriverName: UNICODE_STRING,
    pub HardwareDatabase: *mut UNICODE_STRING,
    pub FastIoDispatch: *mut c_void,
    pub DriverInit: *mut c_void,
    pub DriverStartIo: *mut c_void,
    pub DriverUnload: Option<DriverUnload>,
    pub MajorFunction: [Option<DriverDispatch>; 0x1C],
}
size!(0x150, DRIVER_OBJECT);
at!(0x08, DRIVER_OBJECT, DeviceObject);
at!(0x68, DRIVER_OBJECT, DriverUnload);
at!(0x70, DRIVER_OBJECT, MajorFunction);

/// Never looked into.
#[repr(C)]
pub struct DEVICE_OBJECT {
    opaque: [u8; 0],
}

#[repr(C)]
pub struct IO_STATUS_BLOCK {
    pub Status: NTSTATUS,
    pub Information: usize,
}
size!(0x10, IO_STATUS_BLOCK);
at!(0x08, IO_STATUS_BLOCK, Information);

/// A request, up to the pointer to its stack location.
#[repr(C)]
pub struct IRP {
    pub Type: i16,
    pub Size: u16,
    pub MdlAddress: *mut c_void,
    pub Flags: u32,
    pub SystemBuffer: *mut u8,
    pub ThreadListEntry: [*mut c_void; 2],
    pub IoStatus: IO_STATUS_BLOCK,
    pub Unused: [u64; 15],
    pub CurrentStackLocation: *mut IO_STACK_LOCATION,
}
at!(0x18, IRP, SystemBuffer);
at!(0x30, IRP, IoStatus);
at!(0xB8, IRP, CurrentStackLocation);

/// With the parameters of a device control. Each of them begins a word of its own.
#[repr(C)]
pub struct IO_STACK_LOCATION {
    pub MajorFunction: u8,
    pub MinorFunction: u8,
    pub Flags: u8,
    pub Control: u8,
    pub OutputBufferLength: Word,
    pub InputBufferLength: Word,
    pub IoControlCode: Word,
    pub Type3InputBuffer: *mut c_void,
    pub DeviceObject: *mut DEVICE_OBJECT,
    pub FileObject: *mut c_void,
    pub CompletionRoutine: *mut c_void,
    pub Context: *mut c_void,
}
size!(0x48, IO_STACK_LOCATION);
at!(0x03, IO_STACK_LOCATION, Control);
at!(0x08, IO_STACK_LOCATION, OutputBufferLength);
at!(0x10, IO_STACK_LOCATION, InputBufferLength);
at!(0x18, IO_STACK_LOCATION, IoControlCode);

#[repr(C, align(8))]
#[derive(Clone, Copy)]
pub struct Word(pub u32);

#[repr(C)]
pub struct KEVENT {
    pub Opaque: [u64; 3],
}
size!(0x18, KEVENT);

#[repr(C)]
pub struct OBJECT_ATTRIBUTES {
    pub Length: u32,
    pub RootDirectory: HANDLE,
    pub ObjectName: *const UNICODE_STRING,
    pub Attributes: u32,
    pub SecurityDescriptor: *mut c_void,
    pub SecurityQualityOfService: *mut c_void,
}
size!(0x30, OBJECT_ATTRIBUTES);
at!(0x18, OBJECT_ATTRIBUTES, Attributes);

extern "C" {
    pub fn DbgPrint(format: *const u8, ...) -> u32;
    pub fn KeBugCheckEx(code: u32, first: usize, second: usize, third: usize, fourth: usize) -> !;

    pub fn KeAcquireSpinLockRaiseToDpc(lock: *mut usize) -> KIRQL;
    pub fn KeReleaseSpinLock(lock: *mut usize, irql: KIRQL);
    pub fn KeInitializeEvent(event: *mut KEVENT, kind: i32, state: u8);
    pub fn KeSetEvent(event: *mut KEVENT, increment: i32, wait: u8) -> i32;
    pub fn KeWaitForSingleObject(
        object: *mut c_void,
        reason: i32,
        mode: i8,
        alertable: u8,
        timeout: *const i64,
    ) -> NTSTATUS;

    pub fn PsCreateSystemThread(
        handle: *mut HANDLE,
        access: u32,
        attributes: *mut OBJECT_ATTRIBUTES,
        process: HANDLE,
        client_id: *mut c_void,
        routine: unsafe extern "C" fn(context: *mut c_void),
        context: *mut c_void,
    ) -> NTSTATUS;
    pub fn PsTerminateSystemThread(status: NTSTATUS) -> NTSTATUS;
    pub fn ObReferenceObjectByHandle(
        handle: HANDLE,
        access: u32,
        object_type: *mut c_void,
        mode: i8,
        object: *mut *mut c_void,
        information: *mut c_void,
    ) -> NTSTATUS;
    pub fn ObfDereferenceObject(object: *mut c_void) -> isize;
    pub fn ZwClose(handle: HANDLE) -> NTSTATUS;

    pub fn IoCreateDevice(
        driver: *mut DRIVER_OBJECT,
        extension_size: u32,
        name: *const UNICODE_STRING,
        device_type: u32,
        characteristics: u32,
        exclusive: u8,
        device: *mut *mut DEVICE_OBJECT,
    ) -> NTSTATUS;
    pub fn IoDeleteDevice(device: *mut DEVICE_OBJECT);
    pub fn IoCreateSymbolicLink(
        link: *const UNICODE_STRING,
        device: *const UNICODE_STRING,
    ) -> NTSTATUS;
    pub fn IoDeleteSymbolicLink(link: *const UNICODE_STRING) -> NTSTATUS;
    pub fn IofCompleteRequest(irp: *mut IRP, boost: i8);
}
