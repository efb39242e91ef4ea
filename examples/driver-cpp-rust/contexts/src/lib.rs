// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Contexts for a driver in another language: each is a Box in one lookaside list, and a pointer
//! outside. The interface, with its IRQLs, is ../../contexts.h.
//!
//! A Box with an allocator is Rust's own, so the list can be put under any code that takes one;
//! that is unstable yet, and stable compilers take it with RUSTC_BOOTSTRAP=1. The crate `alloc`,
//! where Box lives, wants a global allocator besides. This one refuses: the list is all there is.

#![no_std]
#![feature(allocator_api, default_alloc_error_handler)]
#![allow(stable_features)] // in newer compilers, the second
#![deny(unsafe_op_in_unsafe_fn)]

extern crate alloc;

use alloc::boxed::Box;
use core::alloc::{GlobalAlloc, Layout};
use core::mem::size_of;
use core::panic::PanicInfo;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicU64, Ordering};

use lookaside::{LookasideAlloc, LookasideError, Options, PoolType, Statistics, COUNT_OUTSTANDING};

type Ntstatus = i32;
const STATUS_SUCCESS: Ntstatus = 0;
const STATUS_INSUFFICIENT_RESOURCES: Ntstatus = 0xC000_009A_u32 as Ntstatus;

static CONTEXTS: LookasideAlloc = LookasideAlloc::default();
static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);

pub struct Context {
    number: u64,
}

fn status_of(result: Result<(), LookasideError>) -> Ntstatus {
    result.map_or_else(LookasideError::ntstatus, |()| STATUS_SUCCESS)
}

#[no_mangle]
pub extern "C" fn init_lookaside(tag: u32) -> Ntstatus {
    let options = Options::new()
        .tag(tag)
        .name("contexts")
        .flags(COUNT_OUTSTANDING); // freeing the list can tell that some are out
    let made = CONTEXTS.init_with(size_of::<Context>(), PoolType::NONPAGED_NX, &options);
    status_of(made.map(|()| NEXT_NUMBER.store(1, Ordering::Relaxed)))
}

/// # Safety
/// `context` points to room for a pointer.
#[no_mangle]
pub unsafe extern "C" fn create_context(context: *mut *mut Context) -> Ntstatus {
    let number = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
    match Box::try_new_in(Context { number }, &CONTEXTS) {
        Ok(fresh) => {
            // SAFETY: as the caller promises.
            unsafe { context.write(Box::leak(fresh)) };
            STATUS_SUCCESS
        }
        Err(_) => STATUS_INSUFFICIENT_RESOURCES,
    }
}

/// # Safety
/// `context` came from `create_context`, and is not used any more.
#[no_mangle]
pub unsafe extern "C" fn remove_context(context: *mut Context) -> Ntstatus {
    // SAFETY: it was a Box of this list.
    drop(unsafe { Box::from_raw_in(context, &CONTEXTS) });
    STATUS_SUCCESS
}

/// # Safety
/// `context` came from `create_context`.
#[no_mangle]
pub unsafe extern "C" fn number_of_context(context: *const Context) -> u64 {
    // SAFETY: as the caller promises.
    unsafe { (*context).number }
}

/// # Safety
/// Nobody makes another call meanwhile.
#[no_mangle]
pub unsafe extern "C" fn free_lookaside() -> Ntstatus {
    // SAFETY: as the caller promises.
    status_of(unsafe { CONTEXTS.destroy_shared() })
}

/// # Safety
/// `statistics` points to room for them.
#[no_mangle]
pub unsafe extern "C" fn query_lookaside(statistics: *mut Statistics) -> Ntstatus {
    status_of(CONTEXTS.query().map(|found| {
        // SAFETY: as the caller promises.
        unsafe { statistics.write(found) }
    }))
}

/// # Safety
/// `text` points to `size` bytes, at least one.
#[no_mangle]
pub unsafe extern "C" fn report_lookaside(text: *mut u8, size: usize) -> Ntstatus {
    status_of(CONTEXTS.report().map(|report| {
        // SAFETY: as the caller promises.
        let text = unsafe { core::slice::from_raw_parts_mut(text, size) };
        write_text(text, format_args!("{report}"));
    }))
}

/// The text and a 0, cut to what there is room for.
fn write_text(room: &mut [u8], text: core::fmt::Arguments<'_>) {
    struct Rest<'a>(&'a mut [u8]);
    impl core::fmt::Write for Rest<'_> {
        fn write_str(&mut self, piece: &str) -> core::fmt::Result {
            let length = piece.len().min(self.0.len());
            let (head, tail) = core::mem::take(&mut self.0).split_at_mut(length);
            head.copy_from_slice(&piece.as_bytes()[..length]);
            self.0 = tail;
            Ok(())
        }
    }
    if let Some((last, room)) = room.split_last_mut() {
        room.fill(0);
        *last = 0;
        // Cannot fail.
        let _ = core::fmt::write(&mut Rest(room), text);
    }
}

/// Gives nothing to anybody.
struct Refusing;

#[global_allocator]
static GLOBAL: Refusing = Refusing;

// SAFETY: there is never a block.
unsafe impl GlobalAlloc for Refusing {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

extern "C" {
    fn KeBugCheckEx(code: u32, first: usize, second: usize, third: usize, fourth: usize) -> !;
}

/// "Rust".
const PANIC: u32 = 0x5275_7374;

/// A panic is a bugcheck, with the file's name, how long that is, line and column.
#[panic_handler]
fn panic(panic: &PanicInfo<'_>) -> ! {
    let (file, line, column) = panic.location().map_or(("", 0, 0), |place| {
        (place.file(), place.line(), place.column())
    });
    let name = file.as_ptr() as usize;
    // SAFETY: any numbers will do.
    unsafe { KeBugCheckEx(PANIC, name, file.len(), line as usize, column as usize) }
}
