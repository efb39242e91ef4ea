// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Memory for a list itself, which may not move while its handle does: from malloc, which aligns it
//! to 16 bytes. `kernel_storage.rs` does it in a driver.

use core::ffi::c_void;

use crate::PoolType;

extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(block: *mut c_void);
}

/// Memory for a list with such entries and such a tag. Null when there is none.
pub(crate) fn take(size: usize, _entries: PoolType, _tag: u32) -> *mut c_void {
    // SAFETY: takes any size.
    unsafe { malloc(size) }
}

/// Gives it back.
///
/// # Safety
/// It came from `take`, and nobody uses it any more.
pub(crate) unsafe fn give_back(block: *mut c_void) {
    // SAFETY: as the caller promises.
    unsafe { free(block) }
}
