// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Memory for a driver's list itself: from the nonpaged pool, which aligns it to 16 bytes, under the
//! list's tag. `storage.rs` does it in user mode.

use core::ffi::c_void;

use crate::PoolType;

extern "C" {
    fn ExAllocatePoolWithTag(pool_type: i32, size: usize, tag: u32) -> *mut c_void;
    fn ExFreePool(block: *mut c_void);
}

const NON_PAGED_POOL: i32 = 0;
const NON_PAGED_POOL_NX: i32 = 512;

/// Memory for a list with such entries and such a tag. Null when there is none. IRQL <=
/// DISPATCH_LEVEL.
///
/// It is not executable, unless the entries are: who asks for such may have to run on Windows 7.
pub(crate) fn take(size: usize, entries: PoolType, tag: u32) -> *mut c_void {
    let pool_type = match entries {
        PoolType::NONPAGED => NON_PAGED_POOL,
        _ => NON_PAGED_POOL_NX,
    };
    // SAFETY: takes any size.
    unsafe { ExAllocatePoolWithTag(pool_type, size, tag) }
}

/// Gives it back. IRQL <= DISPATCH_LEVEL.
///
/// # Safety
/// It came from `take`, and nobody uses it any more.
pub(crate) unsafe fn give_back(block: *mut c_void) {
    // SAFETY: as the caller promises.
    unsafe { ExFreePool(block) }
}
