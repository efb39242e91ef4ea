// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! A driver that checksums what it is sent, and keeps the state of each request in a context from a
//! lookaside list: the driver of ../driver-c once more, in Rust, for the same program.
//!
//! The list is made in DriverEntry. Each request gets a context, boxed in the list, which the
//! worker owns until the answer is known (worker.rs); the list is destroyed at unload, and says
//! then whether a context leaked. A context that goes out of scope goes back to its list, in
//! whichever thread.

#![no_std]
#![deny(unsafe_op_in_unsafe_fn)]

mod nt;
mod print;
mod request;
mod sync;
mod worker;

use core::mem::{size_of, size_of_val};
use core::ptr::{addr_of, null_mut};
use core::slice;

use lookaside::{Lookaside, LookasideError, Options, PoolType, COUNT_OUTSTANDING};

use print::{print, Text};
use request::Request;
use sync::SpinLock;
use worker::{Context, Worker};

static CONTEXTS: Lookaside<Context> = Lookaside::new();
static WORKER: SpinLock<Option<Worker>> = SpinLock::new(None);

// ---- What the driver can be asked: ../driver-c/protocol.h ----

const CHECKSUM_OF: u32 = 0x222000;
const CHECKSUM_LIST: u32 = 0x222004;
const CHECKSUM_MOST_BYTES: usize = 4096;

#[repr(C)]
struct ChecksumList {
    served: u64,
    most_at_once: u64,
    live: u64,
    cached: u64,
    allocates: u64,
    allocate_misses: u64,
    report: [u8; 1024],
}

// ---- Requests ----

fn begin_checksum(request: Request) -> nt::NTSTATUS {
    // Without memory, what was to be in the context is dropped, and the request with it.
    match CONTEXTS.make(Context::new(request)) {
        Ok(mut context) => {
            context.request().mark_pending();
            worker::submit(context);
            nt::STATUS_PENDING
        }
        Err(_) => nt::STATUS_INSUFFICIENT_RESOURCES,
    }
}

fn look_at_list() -> Result<ChecksumList, LookasideError> {
    let statistics = CONTEXTS.query()?;
    let report = CONTEXTS.report()?;
    let counts = worker::counts();
    Ok(ChecksumList {
        served: counts.served.into(),
        most_at_once: counts.most_at_once.into(),
        live: statistics.live_entries,
        cached: statistics.current_depth,
        allocates: statistics.total_allocates,
        allocate_misses: statistics.allocate_misses,
        report: Text::of(format_args!("{report}")).bytes(),
    })
}

/// Not part of its callers' frames: a kernel stack has 24 KiB, and this takes two.
#[inline(never)]
fn describe_list(request: Request) -> nt::NTSTATUS {
    match look_at_list() {
        Err(error) => request.complete(error.ntstatus()),
        Ok(list) => {
            let start = addr_of!(list).cast();
            // SAFETY: numbers and text, without padding.
            request.answer(unsafe { slice::from_raw_parts(start, size_of::<ChecksumList>()) })
        }
    }
}

unsafe extern "C" fn device_control(_: *mut nt::DEVICE_OBJECT, irp: *mut nt::IRP) -> nt::NTSTATUS {
    // SAFETY: the kernel has just given it to us.
    let request = unsafe { Request::new(irp) };
    let size = request.input().len();
    let fits = (1..=CHECKSUM_MOST_BYTES).contains(&size) && request.room() >= size_of::<u32>();
    match request.code() {
        CHECKSUM_OF if fits => begin_checksum(request),
        CHECKSUM_LIST => describe_list(request),
        _ => request.complete(nt::STATUS_INVALID_PARAMETER),
    }
}

unsafe extern "C" fn open_or_close(_: *mut nt::DEVICE_OBJECT, irp: *mut nt::IRP) -> nt::NTSTATUS {
    // SAFETY: the kernel has just given it to us.
    unsafe { Request::new(irp) }.complete(nt::STATUS_SUCCESS)
}

// ---- Coming and going ----

fn make_list() -> Result<(), LookasideError> {
    let options = Options::new()
        .tag(u32::from_ne_bytes(*b"Rsum"))
        .name("checksum contexts")
        .flags(COUNT_OUTSTANDING); // destroying can tell IN_USE
    CONTEXTS.init_with(PoolType::NONPAGED_NX, &options)
}

/// # Safety
/// Nobody uses the list any more. IRQL = PASSIVE_LEVEL.
unsafe fn end_list() {
    let live = CONTEXTS
        .query()
        .map_or(0, |statistics| statistics.live_entries);
    let served = worker::counts().served;
    // SAFETY: as the caller promises.
    let status = match unsafe { CONTEXTS.destroy_shared() } {
        Ok(()) => "LOOKASIDE_OK",
        Err(error) => error.name(),
    };
    print(format_args!(
        "checksum: {served} requests served, {live} contexts outstanding; the list: {status}"
    ));
}

/// Text in UTF-16; every character is ASCII.
const fn wide<const N: usize>(text: &[u8; N]) -> [u16; N] {
    let mut wide = [0; N];
    let mut i = 0;
    while i < N {
        wide[i] = text[i] as u16;
        i += 1;
    }
    wide
}

static DEVICE_PATH: [u16; 25] = wide(b"\\Device\\LookasideChecksum");
static LINK_PATH: [u16; 29] = wide(b"\\DosDevices\\LookasideChecksum");

fn counted(text: &'static [u16]) -> nt::UNICODE_STRING {
    let bytes = size_of_val(text) as u16;
    nt::UNICODE_STRING {
        Length: bytes,
        MaximumLength: bytes,
        Buffer: text.as_ptr(),
    }
}

/// # Safety
/// The driver is being started.
unsafe fn make_device(driver: *mut nt::DRIVER_OBJECT) -> Result<(), nt::NTSTATUS> {
    let (name, link) = (counted(&DEVICE_PATH), counted(&LINK_PATH));
    let (kind, secure) = (nt::FILE_DEVICE_UNKNOWN, nt::FILE_DEVICE_SECURE_OPEN);
    let mut device = null_mut();
    // SAFETY: as the caller promises.
    unsafe {
        let mut status = nt::IoCreateDevice(driver, 0, &name, kind, secure, 0, &mut device);
        if status >= 0 {
            status = nt::IoCreateSymbolicLink(&link, &name);
            if status < 0 {
                nt::IoDeleteDevice(device);
            }
        }
        if status < 0 {
            return Err(status);
        }
    }
    Ok(())
}

fn stop_worker() {
    let worker = WORKER.lock().take();
    if let Some(worker) = worker {
        worker.stop();
    }
}

unsafe extern "C" fn unload(driver: *mut nt::DRIVER_OBJECT) {
    // SAFETY: the driver has one device, and one link to it. Without a device there are no
    // requests, and without requests and worker nobody uses the list.
    unsafe {
        nt::IoDeleteSymbolicLink(&counted(&LINK_PATH));
        nt::IoDeleteDevice((*driver).DeviceObject);
        stop_worker();
        end_list();
    }
}

/// # Safety
/// The kernel is starting the driver, which has its list already.
unsafe fn start(driver: *mut nt::DRIVER_OBJECT) -> Result<(), nt::NTSTATUS> {
    // SAFETY: the driver object is ours; there is no worker yet.
    unsafe {
        (*driver).MajorFunction[nt::IRP_MJ_CREATE] = Some(open_or_close);
        (*driver).MajorFunction[nt::IRP_MJ_CLOSE] = Some(open_or_close);
        (*driver).MajorFunction[nt::IRP_MJ_DEVICE_CONTROL] = Some(device_control);
        (*driver).DriverUnload = Some(unload);
        let worker = worker::start()?;
        *WORKER.lock() = Some(worker);
        make_device(driver)
    }
}

/// The entry point.
///
/// # Safety
/// The kernel calls it, once, in the system's process.
#[no_mangle]
pub unsafe extern "C" fn DriverEntry(
    driver: *mut nt::DRIVER_OBJECT,
    _registry_path: *const nt::UNICODE_STRING,
) -> nt::NTSTATUS {
    if let Err(error) = make_list() {
        return error.ntstatus();
    }
    // SAFETY: as the caller promises; after a failed start, there is no device.
    unsafe {
        if let Err(status) = start(driver) {
            stop_worker();
            end_list();
            return status;
        }
    }
    nt::STATUS_SUCCESS
}
