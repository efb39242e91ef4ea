// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! How a list differs from the default.

use core::ffi::c_void;

use lookaside_sys as sys;

use crate::{AllocateFn, FreeFn};

/// The tag of lists that are given none.
pub const DEFAULT_POOL_TAG: u32 = u32::from_ne_bytes(*b"srLL");

/// Refused: a raised failure would leave through Rust's frames. Rust's failures are results.
pub const RAISE_ON_FAIL: u32 = sys::LOOKASIDE_RAISE_ON_FAIL;
/// The allocate function is told not to raise.
pub const FAIL_NO_RAISE: u32 = sys::LOOKASIDE_FAIL_NO_RAISE;
/// In a driver, count the entries that are out, with one interlocked instruction a call; without
/// it, destroying a list cannot tell `IN_USE`. In user mode they are always counted, for nothing.
pub const COUNT_OUTSTANDING: u32 = sys::LOOKASIDE_COUNT_OUTSTANDING;

/// How a list differs from the default.
#[derive(Clone)]
pub struct Options {
    raw: sys::lookaside_options,
    name: [u8; sys::LOOKASIDE_NAME_SIZE],
}

impl Options {
    /// All defaults.
    pub const fn new() -> Self {
        Self {
            raw: sys::lookaside_options::INIT,
            name: [0; sys::LOOKASIDE_NAME_SIZE],
        }
    }

    /// The list's owner, as four bytes: `u32::from_ne_bytes(*b"Ctx1")`. 0 is the default,
    /// [`DEFAULT_POOL_TAG`].
    pub const fn tag(mut self, tag: u32) -> Self {
        self.raw.tag = tag;
        self
    }

    /// The list's name in reports, cut to 63 bytes; it ends at a NUL.
    pub const fn name(mut self, name: &str) -> Self {
        let bytes = name.as_bytes();
        let mut length = bytes.len();
        if length > sys::LOOKASIDE_NAME_SIZE - 1 {
            length = sys::LOOKASIDE_NAME_SIZE - 1;
            // Not in the midst of a character: those bytes begin with the bits 10.
            while bytes[length] & 0xC0 == 0x80 {
                length -= 1;
            }
        }
        self.name = [0; sys::LOOKASIDE_NAME_SIZE];
        let mut i = 0;
        while i < length {
            self.name[i] = bytes[i];
            i += 1;
        }
        self
    }

    /// [`FAIL_NO_RAISE`], [`COUNT_OUTSTANDING`]; default 0.
    pub const fn flags(mut self, flags: u32) -> Self {
        self.raw.flags = flags;
        self
    }

    /// The most entries that a magazine may keep, 4 to 1023; default 256.
    pub const fn maximum_depth(mut self, entries: u32) -> Self {
        self.raw.maximum_depth = entries;
        self
    }

    /// What entries are aligned to, in bytes: a power of two up to the OS page; default 16, which
    /// in a driver is also the most, unless an allocate function gives more.
    pub const fn alignment(mut self, bytes: usize) -> Self {
        self.raw.alignment = bytes;
        self
    }

    /// Every call goes to the backing: nothing is cached, and every mistake is found at the call.
    pub const fn without_cache(mut self) -> Self {
        self.raw.cache = sys::LOOKASIDE_CACHE_NONE;
        self
    }

    /// Where entries come from.
    pub const fn allocate(mut self, function: AllocateFn) -> Self {
        self.raw.allocate = Some(function.raw());
        self
    }

    /// Where entries go to.
    pub const fn free(mut self, function: FreeFn) -> Self {
        self.raw.free = Some(function.raw());
        self
    }

    /// What both functions get as their last argument; default null.
    ///
    /// # Safety
    /// It is what the functions expect, for as long as the list lives.
    pub const unsafe fn context(mut self, context: *mut c_void) -> Self {
        self.raw.context = context;
        self
    }

    /// The C struct, which borrows the name.
    pub(crate) fn raw(&self) -> sys::lookaside_options {
        sys::lookaside_options {
            name: self.name.as_ptr(),
            ..self.raw
        }
    }

    /// Entries aligned to at least this many bytes.
    pub(crate) fn aligned_for(&self, bytes: usize) -> Self {
        let wanted = bytes
            .max(sys::LOOKASIDE_DEFAULT_ALIGNMENT)
            .max(self.raw.alignment);
        self.clone().alignment(wanted)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
