// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Failures: a status of the C library that is not `LOOKASIDE_OK`.

use core::fmt;
use core::num::NonZeroU32;
use core::{slice, str};

use lookaside_sys as sys;

/// Why a call failed. It prints as one sentence for a person: what happened, and where it helps,
/// what to do.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LookasideError(NonZeroU32);

macro_rules! errors {
    ($($(#[$meta:meta])* $name:ident = $status:ident;)*) => {
        impl LookasideError {
            $($(#[$meta])* pub const $name: Self = Self::of(sys::$status);)*
        }
    };
}

errors! {
    /// The list is not initialised, or not any more.
    NOT_INITIALIZED = LOOKASIDE_NOT_INITIALIZED;
    /// The list is initialised already.
    ALREADY_INITIALIZED = LOOKASIDE_ALREADY_INITIALIZED;
    /// Entries of the list are still out.
    IN_USE = LOOKASIDE_IN_USE;
    /// An entry must have at least one byte.
    SIZE_ZERO = LOOKASIDE_SIZE_ZERO;
    /// An entry may have at most 16 MiB.
    SIZE_TOO_LARGE = LOOKASIDE_SIZE_TOO_LARGE;
    /// The number is not a pool type of lists.
    BAD_POOL_TYPE = LOOKASIDE_BAD_POOL_TYPE;
    /// `RAISE_ON_FAIL` and `FAIL_NO_RAISE` exclude each other.
    FLAGS_EXCLUSIVE = LOOKASIDE_FLAGS_EXCLUSIVE;
    /// The flags contain a bit that has no meaning.
    FLAGS_UNKNOWN = LOOKASIDE_FLAGS_UNKNOWN;
    /// The maximum depth must be 0 or 4 to 1023.
    BAD_MAXIMUM_DEPTH = LOOKASIDE_BAD_MAXIMUM_DEPTH;
    /// The alignment must be 0 or a power of two up to the OS page.
    BAD_ALIGNMENT = LOOKASIDE_BAD_ALIGNMENT;
    /// There is no memory.
    NO_MEMORY = LOOKASIDE_NO_MEMORY;
    /// The system refused to lock memory for a nonpaged list.
    LOCKED_MEMORY_LIMIT = LOOKASIDE_LOCKED_MEMORY_LIMIT;
    /// The list's allocate callback gave nothing.
    ALLOCATE_FAILED = LOOKASIDE_ALLOCATE_FAILED;
    /// The operation has no meaning for such a list.
    NOT_SUPPORTED = LOOKASIDE_NOT_SUPPORTED;
    /// A driver's call at an IRQL at which it may not be made.
    WRONG_IRQL = LOOKASIDE_WRONG_IRQL;
}

impl LookasideError {
    const fn of(status: sys::lookaside_status) -> Self {
        match NonZeroU32::new(status) {
            Some(status) => Self(status),
            None => panic!("LOOKASIDE_OK is no error"),
        }
    }

    /// What a C call returned.
    pub(crate) fn check(status: sys::lookaside_status) -> Result<(), Self> {
        match NonZeroU32::new(status) {
            Some(status) => Err(Self(status)),
            None => Ok(()),
        }
    }

    /// Why an allocation failed; a list that knows no reason has no memory.
    #[inline]
    pub(crate) fn of_failure(status: sys::lookaside_status) -> Self {
        NonZeroU32::new(status).map_or(Self::NO_MEMORY, Self)
    }

    /// The `lookaside_status`.
    pub fn status(self) -> sys::lookaside_status {
        self.0.get()
    }

    /// The name of the status in C, for instance `"LOOKASIDE_IN_USE"`.
    pub fn name(self) -> &'static str {
        // SAFETY: takes any value, and returns a constant string.
        unsafe { text_of(sys::lookaside_status_name(self.status())) }
    }

    /// The sentence that the error prints as.
    pub fn message(self) -> &'static str {
        // SAFETY: as in `name`.
        unsafe { text_of(sys::lookaside_status_message(self.status())) }
    }

    /// The NTSTATUS that a kernel routine would return for the same failure.
    pub fn ntstatus(self) -> i32 {
        // SAFETY: takes any value.
        unsafe { sys::lookaside_ntstatus(self.status()) as i32 }
    }
}

impl fmt::Display for LookasideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl fmt::Debug for LookasideError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(feature = "std")]
impl std::error::Error for LookasideError {}

/// The text of a constant C string.
///
/// # Safety
/// It is one: it ends with 0, is UTF-8, and lasts for ever.
unsafe fn text_of(start: *const u8) -> &'static str {
    let mut length = 0;
    // SAFETY: as the caller promises.
    unsafe {
        while *start.add(length) != 0 {
            length += 1;
        }
        str::from_utf8_unchecked(slice::from_raw_parts(start, length))
    }
}
