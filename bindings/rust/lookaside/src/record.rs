// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! An initialised list in its place: a C list, which may not move, with what Rust must know of it.
//!
//! A handle points to a record from its first day: that of a list that is not initialised is the
//! empty one, whose magazine is always empty, so that the hit path need not ask. All others are
//! told apart by their size.
//!
//! The C library writes to the list at any time, and in any thread. So nobody has a reference to a
//! record: it is read through raw pointers, member by member, and what is read is constant from
//! before the record's address is published until its list is destroyed.

use core::mem::{size_of, MaybeUninit};
use core::ptr::{addr_of, null_mut, NonNull};

use lookaside_sys as sys;

use crate::{storage, LookasideError, Options, PoolType, Statistics};

#[repr(C)]
pub(crate) struct Record {
    list: sys::lookaside_list, // first: the record's address is the list's
    size: usize,               // bytes that an entry has; 0 in the empty record
    alignment: usize,
}

/// Points to a record. How long that lives is its holder's business.
#[derive(Clone, Copy)]
pub(crate) struct RecordPtr(NonNull<Record>);

const EMPTY: &Record = &Record {
    list: sys::lookaside_list::INIT,
    size: 0,
    alignment: 0,
};

impl RecordPtr {
    /// The record of a list that is not initialised. Never written to.
    pub(crate) const fn empty() -> *mut Record {
        EMPTY as *const Record as *mut Record
    }

    /// # Safety
    /// Points to a record, that is not taken apart while the result is used.
    #[inline(always)]
    pub(crate) unsafe fn new(record: *mut Record) -> Self {
        // SAFETY: points to a record.
        Self(unsafe { NonNull::new_unchecked(record) })
    }

    #[inline(always)]
    pub(crate) fn as_ptr(self) -> *mut Record {
        self.0.as_ptr()
    }

    #[inline(always)]
    pub(crate) fn list(self) -> *mut sys::lookaside_list {
        self.as_ptr().cast()
    }

    /// Bytes that an entry has; 0 if the list is not initialised.
    #[inline(always)]
    pub(crate) fn size(self) -> usize {
        // SAFETY: points to a record.
        unsafe { addr_of!((*self.as_ptr()).size).read() }
    }

    #[inline(always)]
    pub(crate) fn alignment(self) -> usize {
        // SAFETY: points to a record.
        unsafe { addr_of!((*self.as_ptr()).alignment).read() }
    }

    /// The list, if it is initialised.
    #[inline]
    pub(crate) fn initialized(self) -> Result<*mut sys::lookaside_list, LookasideError> {
        match self.size() {
            0 => Err(LookasideError::NOT_INITIALIZED),
            _ => Ok(self.list()),
        }
    }

    /// What the list can say about itself.
    pub(crate) fn query(self) -> Result<Statistics, LookasideError> {
        let list = self.initialized()?;
        let mut statistics = MaybeUninit::uninit();
        // SAFETY: the list is initialised; on success, all of the statistics are written.
        unsafe {
            LookasideError::check(sys::lookaside_query(list, &mut statistics))?;
            Ok(statistics.assume_init())
        }
    }

    /// A new list.
    pub(crate) fn create(
        size: usize,
        pool_type: PoolType,
        options: &Options,
    ) -> Result<Self, LookasideError> {
        let raw = options.raw();
        if raw.flags & sys::LOOKASIDE_RAISE_ON_FAIL != 0 {
            return Err(LookasideError::NOT_SUPPORTED);
        }
        let tag = if raw.tag != 0 {
            raw.tag
        } else {
            sys::LOOKASIDE_DEFAULT_TAG
        };
        let place: *mut Record = storage::take(size_of::<Record>(), pool_type, tag).cast();
        let record = Self(NonNull::new(place).ok_or(LookasideError::NO_MEMORY)?);
        // SAFETY: the place is ours, large enough, and aligned as a record.
        let status = unsafe {
            place.write(Record {
                list: sys::lookaside_list::INIT,
                size: size.max(sys::LOOKASIDE_MINIMUM_SIZE),
                alignment: match raw.alignment {
                    0 => sys::LOOKASIDE_DEFAULT_ALIGNMENT,
                    alignment => alignment,
                },
            });
            sys::lookaside_init(record.list(), size, pool_type.raw(), &raw)
        };
        LookasideError::check(status).map_err(|error| {
            // SAFETY: came from there; the list did not come to life.
            unsafe { storage::give_back(place.cast()) };
            error
        })?;
        Ok(record)
    }

    /// Destroys the list, and gives the record's memory back. When entries are out, nothing changes.
    ///
    /// # Safety
    /// Came from `create`. Nobody uses the list at the same time, and if it succeeds, not later.
    pub(crate) unsafe fn destroy(self) -> Result<(), LookasideError> {
        // SAFETY: as the caller promises.
        unsafe {
            LookasideError::check(sys::lookaside_destroy(self.list()))?;
            storage::give_back(self.as_ptr().cast());
        }
        Ok(())
    }

    /// Takes one entry.
    ///
    /// # Safety
    /// The record is not taken apart meanwhile.
    #[inline(always)]
    pub(crate) unsafe fn alloc(self) -> Result<NonNull<u8>, LookasideError> {
        // SAFETY: a record begins with a list.
        if let Some(entry) = unsafe { sys::lookaside_alloc_hit(self.list()) } {
            return Ok(entry.cast());
        }
        // SAFETY: as the caller promises.
        let taken = unsafe {
            match sys::LOOKASIDE_HIT_PATH_IS_INLINE {
                true => alloc_slow(self.as_ptr()),
                false => self.alloc_after_miss(),
            }
        };
        NonNull::new(taken.entry).ok_or(LookasideError::of_failure(taken.status))
    }

    /// Gives one entry back. A list that is not initialised is a broken contract: a bugcheck.
    ///
    /// # Safety
    /// The record is not taken apart meanwhile. The entry is out, of this list, and its user's no
    /// more.
    #[inline(always)]
    pub(crate) unsafe fn free(self, entry: NonNull<u8>) {
        // SAFETY: a record begins with a list; the entry is as the caller promises.
        if unsafe { sys::lookaside_free_hit(self.list(), entry.cast()) } {
            return;
        }
        // SAFETY: as the caller promises.
        unsafe {
            match sys::LOOKASIDE_HIT_PATH_IS_INLINE {
                true => free_slow(self.as_ptr(), entry),
                false => self.free_after_miss(entry),
            }
        }
    }

    /// # Safety
    /// As `alloc`.
    #[inline(always)]
    unsafe fn alloc_after_miss(self) -> Taken {
        let entry: *mut u8 = match self.size() {
            0 => null_mut(),
            // SAFETY: the list is initialised.
            _ => unsafe { sys::lookaside_alloc_miss(self.list()).cast() },
        };
        let status = match entry.is_null() {
            true => self.failure(),
            false => sys::LOOKASIDE_OK,
        };
        Taken { entry, status }
    }

    /// Why an allocation failed; when several do at once, it may be the reason of another.
    #[cold]
    #[inline(never)]
    fn failure(self) -> sys::lookaside_status {
        match self.query() {
            Ok(statistics) => statistics.last_failure,
            Err(error) => error.status(),
        }
    }

    /// # Safety
    /// As `free`.
    #[inline(always)]
    unsafe fn free_after_miss(self, entry: NonNull<u8>) {
        match self.size() {
            0 => free_before_init(entry),
            // SAFETY: the list is initialised; the entry is as the caller promises.
            _ => unsafe { sys::lookaside_free_miss(self.list(), entry.cast()) },
        }
    }
}

// ---- Behind an inline hit path: out of line, and as C functions, whose callers know that they do
// not unwind and whose results fit into registers. What is inlined around a hit stays small. ----

#[repr(C)]
struct Taken {
    entry: *mut u8,                // null on failure,
    status: sys::lookaside_status, // whose reason is this
}

/// # Safety
/// As `RecordPtr::alloc`.
#[inline(never)]
unsafe extern "C" fn alloc_slow(record: *mut Record) -> Taken {
    // SAFETY: points to a record.
    unsafe { RecordPtr::new(record).alloc_after_miss() }
}

/// # Safety
/// As `RecordPtr::free`.
#[inline(never)]
unsafe extern "C" fn free_slow(record: *mut Record, entry: NonNull<u8>) {
    // SAFETY: points to a record; the entry is as the caller promises.
    unsafe { RecordPtr::new(record).free_after_miss(entry) }
}

#[cold]
#[inline(never)]
fn free_before_init(entry: NonNull<u8>) {
    let code = sys::LOOKASIDE_BUGCHECK_NOT_INITIALIZED;
    // SAFETY: takes any pointers.
    unsafe { sys::lookaside_bugcheck(code, null_mut(), entry.as_ptr().cast()) }
}
