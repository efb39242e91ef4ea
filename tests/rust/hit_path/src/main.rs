// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! What a user's compiler makes of the two calls, for `codegen/count_instructions.py`; the sister of
//! `codegen/hit_path.c`. And a run of them.

use std::ptr::NonNull;

use lookaside::{LookasideAlloc, LookasideError, PoolType};

#[inline(never)]
#[no_mangle]
extern "C" fn hit_alloc(list: &LookasideAlloc) -> Option<NonNull<u8>> {
    list.alloc().ok()
}

#[inline(never)]
#[no_mangle]
unsafe extern "C" fn hit_free(list: &LookasideAlloc, entry: NonNull<u8>) {
    list.free(entry)
}

fn main() -> Result<(), LookasideError> {
    let mut list = LookasideAlloc::default();

    list.init(64, PoolType::PAGED, None, None, None, None)?;
    for _ in 0..100 {
        let entry = hit_alloc(&list).ok_or(LookasideError::NO_MEMORY)?;
        // SAFETY: the entry was taken from the list just now.
        unsafe { hit_free(&list, entry) };
    }
    list.destroy()
}
