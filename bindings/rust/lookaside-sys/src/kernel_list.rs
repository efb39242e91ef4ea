// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! A driver's lists, as `<lookaside/kernel_list.h>` has them: the kernel's own list stands first.

/// A list; nonpaged memory. The members are for the library alone.
#[repr(C, align(16))]
pub struct lookaside_list {
    opaque: [u64; 32],
}

impl lookaside_list {
    /// A valid list that is not initialised.
    pub const INIT: Self = Self { opaque: [0; 32] };
}
