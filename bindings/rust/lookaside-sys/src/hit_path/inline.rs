// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The hit path of `<lookaside/hit_path.h>`, whose first comment is its theory.

use core::arch::asm;
use core::ffi::c_void;
use core::ptr::{addr_of, NonNull};
use core::sync::atomic::{AtomicU64, Ordering};

use crate::lookaside_list;

#[cfg_attr(target_os = "linux", path = "table_linux.rs")]
#[cfg_attr(windows, path = "table_windows.rs")]
mod table;

use table::own_table;

pub const LOOKASIDE_HIT_PATH_IS_INLINE: bool = true;

/// What the hit path needs of a magazine.
#[repr(C)]
pub struct lookaside_magazine {
    /// Depth and allocations served; written by the owning thread alone.
    pub word: AtomicU64,
    /// Written by the owning thread alone.
    pub entries: *mut NonNull<c_void>,
    /// Lowered to 0 by any thread, to call the owner into the slow path.
    pub capacity: AtomicU64,
    /// The slow path's part.
    pub account: *mut c_void,
}

pub const LOOKASIDE_DEPTH_BITS: u32 = 16;
pub const LOOKASIDE_DEPTH_MASK: u64 = (1 << LOOKASIDE_DEPTH_BITS) - 1;
pub const LOOKASIDE_ONE_ALLOCATION: u64 = 1 << LOOKASIDE_DEPTH_BITS;

extern "C" {
    fn lookaside_alloc_slow(list: *mut lookaside_list) -> *mut c_void;
    fn lookaside_free_slow(list: *mut lookaside_list, entry: *mut c_void);
}

/// The calling thread's magazine for the list.
#[inline(always)]
unsafe fn magazine_of(list: *mut lookaside_list) -> *mut lookaside_magazine {
    // In one register, so that a stored word is handed straight to the next load.
    let mut address = own_table() as usize + addr_of!((*list).magazine).read();
    asm!("/* {0} */", inout(reg) address, options(pure, nomem, nostack, preserves_flags));
    address as *mut lookaside_magazine
}

/// Takes an entry out of the calling thread's magazine; None when there is none, as for a list that
/// is not initialised.
///
/// # Safety
/// `list` points to a list that nobody initialises or destroys meanwhile.
#[inline(always)]
pub unsafe fn lookaside_alloc_hit(list: *mut lookaside_list) -> Option<NonNull<c_void>> {
    let magazine = magazine_of(list);
    let word = (*magazine).word.load(Ordering::Relaxed);
    let depth = word & LOOKASIDE_DEPTH_MASK;

    if depth == 0 {
        return None;
    }
    let entry = *(*magazine).entries.add(depth as usize - 1);
    (*magazine).word.store(
        word.wrapping_add(LOOKASIDE_ONE_ALLOCATION - 1), // as in C, with no check in debug builds
        Ordering::Release,
    );
    Some(entry)
}

/// Puts an entry into the calling thread's magazine; false when there is no room, as for a list that
/// is not initialised.
///
/// # Safety
/// As for `lookaside_alloc_hit`. The entry is out, of this list, and its user's no more.
#[inline(always)]
pub unsafe fn lookaside_free_hit(list: *mut lookaside_list, entry: NonNull<c_void>) -> bool {
    let magazine = magazine_of(list);
    let word = (*magazine).word.load(Ordering::Relaxed);
    let depth = word & LOOKASIDE_DEPTH_MASK;

    if depth >= (*magazine).capacity.load(Ordering::Relaxed) {
        return false;
    }
    *(*magazine).entries.add(depth as usize) = entry;
    (*magazine).word.store(word + 1, Ordering::Release);
    true
}

/// Allocates, after `lookaside_alloc_hit` found nothing. NULL on failure.
///
/// # Safety
/// As `lookaside_alloc`.
#[inline(always)]
pub unsafe fn lookaside_alloc_miss(list: *mut lookaside_list) -> *mut c_void {
    lookaside_alloc_slow(list)
}

/// Frees, after `lookaside_free_hit` found no room.
///
/// # Safety
/// As `lookaside_free`.
#[inline(always)]
pub unsafe fn lookaside_free_miss(list: *mut lookaside_list, entry: NonNull<c_void>) {
    lookaside_free_slow(list, entry.as_ptr());
}
