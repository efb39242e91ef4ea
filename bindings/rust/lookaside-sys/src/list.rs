// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! User mode's lists, as `<lookaside/hit_path.h>` has them.

use core::ffi::c_void;
use core::ptr::null_mut;

/// A list. The members are for the hit path and the library alone.
#[repr(C)]
pub struct lookaside_list {
    /// Offset of this list's magazine in each thread's table.
    pub magazine: usize,
    pub state: *mut c_void,
    pub seal: usize,
    pub reserved: [usize; 5],
}

impl lookaside_list {
    /// A valid list that is not initialised.
    pub const INIT: Self = Self {
        magazine: 0,
        state: null_mut(),
        seal: 0,
        reserved: [0; 5],
    };
}
