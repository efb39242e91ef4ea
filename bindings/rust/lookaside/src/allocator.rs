// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Lists as allocators, for `Box::try_new_in` and its like.
//!
//! What does not fit into an entry is `AllocError`; what has no size takes none. An entry neither
//! grows nor shrinks: who asks for it has taken a list for a heap, and is told so by a panic, before
//! anything has changed.

use core::alloc::{AllocError, Allocator, Layout};
use core::ptr::{slice_from_raw_parts_mut, NonNull};

use crate::LookasideAlloc;

#[inline(always)]
fn bytes(start: NonNull<u8>, length: usize) -> NonNull<[u8]> {
    // SAFETY: the start is not null.
    unsafe { NonNull::new_unchecked(slice_from_raw_parts_mut(start.as_ptr(), length)) }
}

/// With the feature `allocator_api`, on a nightly compiler or with `RUSTC_BOOTSTRAP=1`.
///
/// Anything that needs one block of a known size can live in a list, through a reference to it:
///
/// ```
/// #![feature(allocator_api)]
/// use lookaside::{LookasideAlloc, PoolType};
///
/// let list = LookasideAlloc::default();
/// list.init(64, PoolType::PAGED, None, None, None, None)?;
///
/// let number = Box::try_new_in(7, &list).unwrap();
/// assert_eq!(*number, 7);
///
/// // More than an entry has is an error, not an overflow.
/// assert!(Box::try_new_in([0u8; 65], &list).is_err());
///
/// // A vector that is as large as it will ever be.
/// let mut letters = Vec::with_capacity_in(64, &list);
/// letters.extend_from_slice(b"lookaside");
/// # Ok::<(), lookaside::LookasideError>(())
/// ```
///
/// A box cannot outlive its list:
///
/// ```compile_fail,E0597
/// #![feature(allocator_api)]
/// use lookaside::LookasideAlloc;
///
/// let number = {
///     let list = LookasideAlloc::default();
///     Box::try_new_in(7, &list)
/// };
/// drop(number);
/// ```
///
/// # Panics
/// `grow`, `grow_zeroed` and `shrink` panic, so a vector that must grow or shrink panics, too, even in
/// `try_reserve`; its contents are intact. A vector that is empty yet gets its first block with
/// `try_reserve_exact`.
// SAFETY: entries stay where they are when the handle moves, until they are freed. A list of which
// entries are out is not destroyed; in a driver it may be, and its entries stay even then.
unsafe impl Allocator for LookasideAlloc {
    #[inline]
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
        if layout.size() == 0 {
            // SAFETY: an alignment is not 0.
            let nowhere = unsafe { NonNull::new_unchecked(layout.align() as *mut u8) };
            return Ok(bytes(nowhere, 0));
        }
        let record = self.record();
        if layout.size() > record.size() || layout.align() > record.alignment() {
            return Err(AllocError);
        }
        // SAFETY: the record lives as long as the handle is shared.
        let entry = unsafe { record.alloc() }.map_err(|_| AllocError)?;
        Ok(bytes(entry, layout.size()))
    }

    #[inline]
    unsafe fn deallocate(&self, entry: NonNull<u8>, layout: Layout) {
        if layout.size() != 0 {
            // SAFETY: as the caller promises.
            unsafe { self.free(entry) }
        }
    }

    #[cold]
    unsafe fn grow(
        &self,
        _entry: NonNull<u8>,
        _old: Layout,
        _new: Layout,
    ) -> Result<NonNull<[u8]>, AllocError> {
        panic!("a lookaside list's entries have one size: grow is a misuse of LookasideAlloc")
    }

    #[cold]
    unsafe fn grow_zeroed(
        &self,
        _entry: NonNull<u8>,
        _old: Layout,
        _new: Layout,
    ) -> Result<NonNull<[u8]>, AllocError> {
        panic!(
            "a lookaside list's entries have one size: grow_zeroed is a misuse of LookasideAlloc"
        )
    }

    #[cold]
    unsafe fn shrink(
        &self,
        _entry: NonNull<u8>,
        _old: Layout,
        _new: Layout,
    ) -> Result<NonNull<[u8]>, AllocError> {
        panic!("a lookaside list's entries have one size: shrink is a misuse of LookasideAlloc")
    }
}
