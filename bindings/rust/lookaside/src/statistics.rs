// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! What a list can say about itself.

use core::mem::MaybeUninit;

use lookaside_sys as sys;

use crate::record::RecordPtr;
use crate::LookasideError;

/// What a list can say about itself; the C header has its laws.
pub use sys::lookaside_statistics as Statistics;

pub(crate) fn query(record: RecordPtr) -> Result<Statistics, LookasideError> {
    let list = record.initialized()?;
    let mut statistics = MaybeUninit::uninit();
    // SAFETY: the list is initialised; on success, all of the statistics are written.
    unsafe {
        LookasideError::check(sys::lookaside_query(list, &mut statistics))?;
        Ok(statistics.assume_init())
    }
}
