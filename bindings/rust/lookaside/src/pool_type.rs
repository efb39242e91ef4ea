// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Where entries live.

use lookaside_sys as sys;

/// Where a list's entries live: a value of NT's `POOL_TYPE`, of which lists take three.
///
/// Made from a number, too, for callers who have the constants of another crate:
/// `NonPagedPool as i32`. A number that lists do not take is refused by `init`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PoolType(i32);

impl PoolType {
    /// Resident memory: locked when it is mapped, so that its use never faults.
    pub const NONPAGED: Self = Self(sys::LOOKASIDE_NONPAGED as i32);
    /// Ordinary memory.
    pub const PAGED: Self = Self(sys::LOOKASIDE_PAGED as i32);
    /// As `NONPAGED`; in a driver, not executable (Windows 8 and later).
    pub const NONPAGED_NX: Self = Self(sys::LOOKASIDE_NONPAGED_NX as i32);

    pub(crate) fn raw(self) -> sys::lookaside_pool_type {
        self.0 as sys::lookaside_pool_type
    }
}

impl From<i32> for PoolType {
    fn from(value: i32) -> Self {
        Self(value)
    }
}
