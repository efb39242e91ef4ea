// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Objects made and destroyed in Rust, for the benchmark's suite of objects.
//!
//! The C++ program times, counts and reports, as it does for every peer (`../rust.hpp`); here are
//! the loops that it times and the ways to make an object. A way has a name, and is chosen once,
//! when the objects are made; the loops themselves are compiled for each.

#![feature(allocator_api)]

mod objects;
mod ways;

use objects::{Loops, Objects};
use std::ffi::CStr;
use std::os::raw::c_char;
use std::ptr;

/// Some objects, for C++: a thin pointer.
pub struct Handle(Box<dyn Loops>);

/// Makes `count` objects in the way of that name; null when there is none.
///
/// # Safety
/// `way` is a C string. One thread at a time has objects.
#[no_mangle]
pub unsafe extern "C" fn bench_rust_open(way: *const c_char, count: usize) -> *mut Handle {
    let objects: Box<dyn Loops> = match CStr::from_ptr(way).to_bytes() {
        b"box" => Box::new(Objects::<ways::Heap>::new(count)),
        b"box-in" => Box::new(Objects::<ways::BoxIn>::new(count)),
        b"make" => Box::new(Objects::<ways::Make>::new(count)),
        b"make-with" => Box::new(Objects::<ways::MakeWith>::new(count)),
        b"twice" => Box::new(Objects::<ways::Twice>::new(count)),
        _ => return ptr::null_mut(),
    };
    Box::into_raw(Box::new(Handle(objects)))
}

/// # Safety
/// `handle` is from `bench_rust_open`, and not yet closed; so for all below.
#[no_mangle]
pub unsafe extern "C" fn bench_rust_pairs(handle: *mut Handle) -> usize {
    (*handle).0.pairs()
}

/// # Safety
/// See above.
#[no_mangle]
pub unsafe extern "C" fn bench_rust_replacements(handle: *mut Handle) -> usize {
    (*handle).0.replacements()
}

/// # Safety
/// See above.
#[no_mangle]
pub unsafe extern "C" fn bench_rust_mismatches(handle: *const Handle) -> u64 {
    (*handle).0.mismatches()
}

/// # Safety
/// See above.
#[no_mangle]
pub unsafe extern "C" fn bench_rust_close(handle: *mut Handle) {
    drop(Box::from_raw(handle));
}
