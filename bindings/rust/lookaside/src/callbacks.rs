// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! A backing of one's own: functions that a list takes entries from and gives them to.

use lookaside_sys as sys;

/// A function that gives a list one entry.
#[derive(Clone, Copy)]
pub struct AllocateFn(sys::lookaside_allocate_callback);

impl AllocateFn {
    /// Wraps the function.
    ///
    /// It gets the pool type with the bits that the list's flags add, the bytes it must give, the
    /// tag, the list, and the context of [`Options::context`](crate::Options::context). It may call
    /// `sys::lookaside_backing_allocate` for memory.
    ///
    /// # Safety
    /// For every list that this value is given to, in several threads at the same time, the
    /// function returns null, or at least as many bytes as it is asked for, which nobody else
    /// uses until the list's free function has taken them back; without a free function of one's
    /// own, they must come from `sys::lookaside_backing_allocate`. They are aligned as the list's
    /// entries are. It does not unwind.
    pub const unsafe fn new(function: sys::lookaside_allocate_callback) -> Self {
        Self(function)
    }

    pub(crate) const fn raw(self) -> sys::lookaside_allocate_callback {
        self.0
    }
}

/// A function that takes one entry back from a list.
#[derive(Clone, Copy)]
pub struct FreeFn(sys::lookaside_free_callback);

impl FreeFn {
    /// Wraps the function.
    ///
    /// It gets the entry, the list, and the context of
    /// [`Options::context`](crate::Options::context).
    ///
    /// # Safety
    /// For every list that this value is given to, in several threads at the same time, the
    /// function can take what the list's allocate function gave; without an allocate function of
    /// one's own, it must end in `sys::lookaside_backing_free`. It does not unwind.
    pub const unsafe fn new(function: sys::lookaside_free_callback) -> Self {
        Self(function)
    }

    pub(crate) const fn raw(self) -> sys::lookaside_free_callback {
        self.0
    }
}
