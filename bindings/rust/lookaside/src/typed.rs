// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! A list of values of one type: its entries have the size and the alignment of the type from the
//! start, and every entry that is out is in a box or has left one. That is why nothing here is
//! unsafe but what takes a value out of its box.
//!
//! The list holds no values: those in cached entries are dropped. So it is shared between threads
//! whatever the type is; a box goes to another thread when its value may.

use core::fmt;
use core::marker::PhantomData;
use core::mem::{align_of, size_of};

use lookaside_sys as sys;

use crate::boxed::Entry;
use crate::{LookasideAlloc, LookasideBox, LookasideError, Options, PoolType, Report, Statistics};

/// A lookaside list for the values of one type.
///
/// Threads, IRQL, moving and the end of its life are as [`LookasideAlloc`] has them. A type without
/// size needs no entries: its boxes take none.
///
/// ```
/// use lookaside::{Lookaside, PoolType};
///
/// static NAMES: Lookaside<String> = Lookaside::new();
///
/// NAMES.init(PoolType::PAGED, None)?;
/// let name = NAMES.make("Ada".to_string())?;
/// assert_eq!(name.len(), 3);
/// drop(name); // the string is dropped, its entry goes back to the list
/// # Ok::<(), lookaside::LookasideError>(())
/// ```
///
/// A box cannot outlive its list:
///
/// ```compile_fail,E0597
/// use lookaside::{Lookaside, PoolType};
///
/// let number = {
///     let list = Lookaside::new();
///     list.init(PoolType::PAGED, None)?;
///     list.make(1)?
/// };
/// assert_eq!(*number, 1);
/// # Ok::<(), lookaside::LookasideError>(())
/// ```
///
/// nor can its list be moved or dropped
///
/// ```compile_fail,E0505
/// use lookaside::{Lookaside, PoolType};
///
/// let list = Lookaside::new();
/// list.init(PoolType::PAGED, None)?;
/// let number = list.make(1)?;
/// drop(list);
/// assert_eq!(*number, 1);
/// # Ok::<(), lookaside::LookasideError>(())
/// ```
///
/// or destroyed while the box is there:
///
/// ```compile_fail,E0502
/// use lookaside::{Lookaside, PoolType};
///
/// let mut list = Lookaside::new();
/// list.init(PoolType::PAGED, None)?;
/// let number = list.make(1)?;
/// list.destroy()?;
/// assert_eq!(*number, 1);
/// # Ok::<(), lookaside::LookasideError>(())
/// ```
pub struct Lookaside<T> {
    list: LookasideAlloc,
    values: PhantomData<fn() -> T>,
}

impl<T> Lookaside<T> {
    /// A list that is not initialised yet. It owns nothing.
    pub const fn new() -> Self {
        Self {
            list: LookasideAlloc::default(),
            values: PhantomData,
        }
    }

    /// Initialises the list, with entries for `T`.
    ///
    /// `tag` is the list's owner; None or 0 is [`DEFAULT_POOL_TAG`](crate::DEFAULT_POOL_TAG).
    ///
    /// # Errors
    /// As [`LookasideAlloc::init`]. `SIZE_TOO_LARGE` and `BAD_ALIGNMENT` are about `T`: more than
    /// 16 MiB, or aligned to more than an OS page; in a driver `NOT_SUPPORTED` when it is aligned to
    /// more than 16 bytes.
    pub fn init(
        &self,
        pool_type: impl Into<PoolType>,
        tag: Option<u32>,
    ) -> Result<(), LookasideError> {
        self.init_with(pool_type, &Options::new().tag(tag.unwrap_or(0)))
    }

    /// Initialises the list, with more options. Entries are never less aligned than `T`.
    ///
    /// # Errors
    /// As `init`.
    pub fn init_with(
        &self,
        pool_type: impl Into<PoolType>,
        options: &Options,
    ) -> Result<(), LookasideError> {
        // What has no size takes no entry, however it is aligned.
        let (size, alignment) = match size_of::<T>() {
            0 => (1, 1),
            size => (size, align_of::<T>()),
        };
        self.list
            .init_with(size, pool_type, &options.aligned_for(alignment))
    }

    /// Puts the value into an entry. [`make_with`](Self::make_with) saves the move.
    ///
    /// # Errors
    /// As [`LookasideAlloc::alloc`]; the value is dropped.
    #[inline]
    pub fn make(&self, value: T) -> Result<LookasideBox<'_, T>, LookasideError> {
        self.make_with(move || value)
    }

    /// Takes an entry, then makes a value in it; if that panics, the entry goes back.
    ///
    /// # Errors
    /// As [`LookasideAlloc::alloc`]; no value is made.
    #[inline]
    pub fn make_with(
        &self,
        value: impl FnOnce() -> T,
    ) -> Result<LookasideBox<'_, T>, LookasideError> {
        let entry = Entry::take(&self.list)?;
        Ok(entry.fill(value()))
    }

    pub(crate) fn list(&self) -> &LookasideAlloc {
        &self.list
    }

    /// Gives every cached entry back, see [`LookasideAlloc::flush`].
    ///
    /// # Errors
    /// `NOT_INITIALIZED`.
    pub fn flush(&self) -> Result<(), LookasideError> {
        self.list.flush()
    }

    /// Gives back what is not needed, see [`LookasideAlloc::trim`].
    ///
    /// # Errors
    /// `NOT_INITIALIZED`.
    pub fn trim(&self, keep: usize) -> Result<usize, LookasideError> {
        self.list.trim(keep)
    }

    /// The next `count` values find an entry, see [`LookasideAlloc::reserve`].
    ///
    /// # Errors
    /// As there.
    pub fn reserve(&self, count: usize) -> Result<(), LookasideError> {
        self.list.reserve(count)
    }

    /// What the list can say about itself, see [`LookasideAlloc::query`].
    ///
    /// # Errors
    /// `NOT_INITIALIZED`.
    pub fn query(&self) -> Result<Statistics, LookasideError> {
        self.list.query()
    }

    /// The list's report, see [`LookasideAlloc::report`].
    ///
    /// # Errors
    /// `NOT_INITIALIZED`.
    pub fn report(&self) -> Result<Report<'_>, LookasideError> {
        self.list.report()
    }

    /// The C list, see [`LookasideAlloc::as_ptr`].
    pub fn as_ptr(&self) -> *mut sys::lookaside_list {
        self.list.as_ptr()
    }

    /// Destroys the list, see [`LookasideAlloc::destroy`].
    ///
    /// # Errors
    /// `NOT_INITIALIZED`. `IN_USE` when boxes were leaked or forgotten.
    pub fn destroy(&mut self) -> Result<(), LookasideError> {
        self.list.destroy()
    }

    /// Destroys a list that others know, too, see [`LookasideAlloc::destroy_shared`].
    ///
    /// # Safety
    /// Nobody uses the list or a box of it at the same time. If it succeeds, nobody uses a box of it
    /// later.
    ///
    /// # Errors
    /// `NOT_INITIALIZED`; `IN_USE` while there are boxes.
    pub unsafe fn destroy_shared(&self) -> Result<(), LookasideError> {
        // SAFETY: as the caller promises.
        unsafe { self.list.destroy_shared() }
    }
}

impl<T> Default for Lookaside<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for Lookaside<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lookaside").field(&self.list).finish()
    }
}
