// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Every call is a call into the library.

use core::ffi::c_void;
use core::ptr::NonNull;

use crate::{lookaside_alloc, lookaside_free, lookaside_list};

pub const LOOKASIDE_HIT_PATH_IS_INLINE: bool = false;

/// Takes an entry out of the calling thread's magazine; None when there is none.
///
/// # Safety
/// None is needed here; see the inline hit path's.
#[inline(always)]
pub unsafe fn lookaside_alloc_hit(_list: *mut lookaside_list) -> Option<NonNull<c_void>> {
    None
}

/// Puts an entry into the calling thread's magazine; false when there is no room.
///
/// # Safety
/// None is needed here; see the inline hit path's.
#[inline(always)]
pub unsafe fn lookaside_free_hit(_list: *mut lookaside_list, _entry: NonNull<c_void>) -> bool {
    false
}

/// Allocates, after `lookaside_alloc_hit` found nothing. NULL on failure.
///
/// # Safety
/// As `lookaside_alloc`.
#[inline(always)]
pub unsafe fn lookaside_alloc_miss(list: *mut lookaside_list) -> *mut c_void {
    lookaside_alloc(list)
}

/// Frees, after `lookaside_free_hit` found no room.
///
/// # Safety
/// As `lookaside_free`.
#[inline(always)]
pub unsafe fn lookaside_free_miss(list: *mut lookaside_list, entry: NonNull<c_void>) {
    lookaside_free(list, entry.as_ptr());
}
