// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! A list of entries of one size.
//!
//! The handle is one pointer to the list's record (`record.rs`), which lies on the heap. It changes
//! twice in a list's life: `init` puts the record of a new list in the place of the empty one, and
//! `destroy` the empty one back. All other calls read it, and lock nothing.
//!
//! Two that initialise the handle at once each make a list; one of them gets its record in, the
//! other one destroys what it made. Destroying needs the handle alone: `&mut`, or an unsafe promise.
//! So whoever has a shared handle can use the record without asking how long it lives.

use core::fmt;
use core::marker::PhantomData;
use core::ptr::{null_mut, NonNull};
use core::sync::atomic::{AtomicPtr, Ordering};

use lookaside_sys as sys;

use crate::record::{Record, RecordPtr};
use crate::{AllocateFn, FreeFn, LookasideError, Options, PoolType, Report, Statistics};

/// A lookaside list: a cache of entries of one size.
///
/// Any number of threads may use it at the same time, without a lock. It may be moved while it is
/// in use. In a driver, calls may be made at IRQL <= DISPATCH_LEVEL, for a list of
/// [`PoolType::PAGED`] at IRQL <= APC_LEVEL; the first list is initialised at PASSIVE_LEVEL.
///
/// When it is dropped, its memory goes back. A list with entries that are out is leaked instead: the
/// entries stay valid. (A driver's list knows of them only with [`COUNT_OUTSTANDING`]; without it,
/// the list is destroyed, and the entries that are out are leaked.)
///
/// [`Lookaside`](crate::Lookaside) is a list for the values of one type, without `unsafe`.
///
/// ```
/// use lookaside::{LookasideAlloc, PoolType};
///
/// let list = LookasideAlloc::default();
/// list.init(64, PoolType::PAGED, Some(u32::from_ne_bytes(*b"Pack")), None, None, None)?;
///
/// let packet = list.alloc()?; // 64 bytes
/// unsafe { list.free(packet) };
/// assert_eq!(list.query()?.total_frees, 1);
/// # Ok::<(), lookaside::LookasideError>(())
/// ```
///
/// [`COUNT_OUTSTANDING`]: crate::COUNT_OUTSTANDING
pub struct LookasideAlloc {
    record: AtomicPtr<Record>,
}

impl LookasideAlloc {
    /// A list that is not initialised yet. It owns nothing, and may be a static.
    #[allow(clippy::should_implement_trait)] // it is implemented below; this one is const
    pub const fn default() -> Self {
        Self {
            record: AtomicPtr::new(RecordPtr::empty()),
        }
    }

    #[inline(always)]
    pub(crate) fn record(&self) -> RecordPtr {
        // SAFETY: the handle always points to a record. Acquire: what was written into it before it
        // was put here is seen.
        unsafe { RecordPtr::new(self.record.load(Ordering::Acquire)) }
    }

    /// Initialises the list.
    ///
    /// - `size`: bytes of an entry, 1 to 16 MiB; less than 8 becomes 8
    /// - `pool_type`: where entries live; a [`PoolType`] or its number
    /// - `tag`: the list's owner; None or 0 is [`DEFAULT_POOL_TAG`](crate::DEFAULT_POOL_TAG)
    /// - `flags`: [`FAIL_NO_RAISE`](crate::FAIL_NO_RAISE),
    ///   [`COUNT_OUTSTANDING`](crate::COUNT_OUTSTANDING); None is 0
    /// - `allocate`, `free`: a backing of one's own
    ///
    /// Entries are aligned to 16 bytes.
    ///
    /// # Errors
    /// What is wrong with the arguments; nothing has changed then. `ALREADY_INITIALIZED`; `NO_MEMORY`;
    /// `NOT_SUPPORTED` for [`RAISE_ON_FAIL`](crate::RAISE_ON_FAIL); in a driver `WRONG_IRQL`.
    pub fn init(
        &self,
        size: usize,
        pool_type: impl Into<PoolType>,
        tag: Option<u32>,
        flags: Option<u32>,
        allocate: Option<AllocateFn>,
        free: Option<FreeFn>,
    ) -> Result<(), LookasideError> {
        let mut options = Options::new()
            .tag(tag.unwrap_or(0))
            .flags(flags.unwrap_or(0));
        if let Some(function) = allocate {
            options = options.allocate(function);
        }
        if let Some(function) = free {
            options = options.free(function);
        }
        self.init_with(size, pool_type, &options)
    }

    /// Initialises the list, with more options than [`init`](Self::init) has.
    ///
    /// # Errors
    /// As `init`.
    pub fn init_with(
        &self,
        size: usize,
        pool_type: impl Into<PoolType>,
        options: &Options,
    ) -> Result<(), LookasideError> {
        let before = self.record();
        if before.initialized().is_ok() {
            return Err(LookasideError::ALREADY_INITIALIZED);
        }
        let record = RecordPtr::create(size, pool_type.into(), options)?;
        // AcqRel: who sees the record sees the list in it.
        let (old, new) = (before.as_ptr(), record.as_ptr());
        match self
            .record
            .compare_exchange(old, new, Ordering::AcqRel, Ordering::Acquire)
        {
            Ok(_) => Ok(()),
            Err(_) => {
                // SAFETY: nobody else has seen the record; no entry of it is out.
                let _ = unsafe { record.destroy() };
                Err(LookasideError::ALREADY_INITIALIZED)
            }
        }
    }

    /// Takes one entry, of at least the list's size. Its content is what its last user left.
    ///
    /// It is valid until it is freed; if it never is, for ever.
    ///
    /// # Errors
    /// `NOT_INITIALIZED`; `NO_MEMORY`, `LOCKED_MEMORY_LIMIT` or `ALLOCATE_FAILED` when the backing
    /// has nothing.
    #[inline]
    pub fn alloc(&self) -> Result<NonNull<u8>, LookasideError> {
        // SAFETY: nobody takes the record apart while the handle is shared.
        unsafe { self.record().alloc() }
    }

    /// Gives one entry back, from any thread.
    ///
    /// A free that is found to be wrong is a bugcheck, which ends the program (or the system, in a
    /// driver) with one sentence.
    ///
    /// # Safety
    /// The entry came from this list's `alloc`, since it was last initialised, and nobody uses it
    /// any more.
    #[inline]
    pub unsafe fn free(&self, entry: NonNull<u8>) {
        // SAFETY: as the caller promises.
        unsafe { self.record().free(entry) }
    }

    /// Gives every cached entry back to the backing; the list stays usable, its counters unmoved.
    ///
    /// What other running threads have cached stays theirs until they next come to the slow path.
    ///
    /// # Errors
    /// `NOT_INITIALIZED`.
    pub fn flush(&self) -> Result<(), LookasideError> {
        let list = self.record().initialized()?;
        // SAFETY: the list is initialised.
        LookasideError::check(unsafe { sys::lookaside_flush(list) })
    }

    /// Gives back what is not needed, but keeps up to `keep` cached entries. Returns how many bytes
    /// went back to the system; in a driver, to the pool.
    ///
    /// # Errors
    /// `NOT_INITIALIZED`.
    pub fn trim(&self, keep: usize) -> Result<usize, LookasideError> {
        let list = self.record().initialized()?;
        let mut released = 0;
        // SAFETY: the list is initialised.
        LookasideError::check(unsafe { sys::lookaside_trim(list, keep, &mut released) })?;
        Ok(released)
    }

    /// Sees to it that the next `count` allocations, whichever threads make them, cannot fail. A
    /// second call sets the reserve anew; 0 gives it back.
    ///
    /// # Errors
    /// `NOT_INITIALIZED`; `NO_MEMORY`, `LOCKED_MEMORY_LIMIT` or `ALLOCATE_FAILED`: the earlier
    /// reserve stands. In a driver `NOT_SUPPORTED` for more than the maximum depth.
    pub fn reserve(&self, count: usize) -> Result<(), LookasideError> {
        let list = self.record().initialized()?;
        // SAFETY: the list is initialised.
        LookasideError::check(unsafe { sys::lookaside_reserve(list, count) })
    }

    /// What the list can say about itself. Takes the list's lock.
    ///
    /// # Errors
    /// `NOT_INITIALIZED`.
    pub fn query(&self) -> Result<Statistics, LookasideError> {
        self.record().query()
    }

    /// The list's report, to be printed: `write!(out, "{}", list.report()?)`.
    ///
    /// # Errors
    /// `NOT_INITIALIZED`.
    pub fn report(&self) -> Result<Report<'_>, LookasideError> {
        let record = self.record();
        record.initialized()?;
        Ok(Report {
            record,
            list: PhantomData,
        })
    }

    /// The C list, for the calls of [`sys`](crate::sys); null while it is not initialised. It stays
    /// where it is until it is destroyed, and must not be destroyed through C.
    pub fn as_ptr(&self) -> *mut sys::lookaside_list {
        self.record().initialized().unwrap_or(null_mut())
    }

    /// Destroys the list: its memory goes back. It can then be initialised again.
    ///
    /// # Errors
    /// `NOT_INITIALIZED`, harmless, also for a list that is already destroyed. `IN_USE` while entries
    /// are out: nothing has changed. A driver's list knows of them only with
    /// [`COUNT_OUTSTANDING`](crate::COUNT_OUTSTANDING); without it, they cannot be freed any more.
    pub fn destroy(&mut self) -> Result<(), LookasideError> {
        // SAFETY: nobody else has the handle.
        unsafe { self.destroy_shared() }
    }

    /// Destroys a list that others know, too: one in a static, when a driver unloads.
    ///
    /// # Safety
    /// Nobody uses the list, or what borrows it, at the same time. If it succeeds, nobody uses what
    /// borrows it later.
    ///
    /// # Errors
    /// As `destroy`.
    pub unsafe fn destroy_shared(&self) -> Result<(), LookasideError> {
        let record = self.record();
        record.initialized()?;
        // SAFETY: as the caller promises.
        unsafe { record.destroy()? };
        self.record.store(RecordPtr::empty(), Ordering::Release);
        Ok(())
    }
}

impl Default for LookasideAlloc {
    fn default() -> Self {
        Self::default()
    }
}

impl Drop for LookasideAlloc {
    fn drop(&mut self) {
        // NOT_INITIALIZED: there is nothing to do. IN_USE: nothing may be done.
        let _ = self.destroy();
    }
}

impl fmt::Debug for LookasideAlloc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.record();
        f.debug_struct("LookasideAlloc")
            .field("list", &self.as_ptr())
            .field("size", &record.size())
            .field("alignment", &record.alignment())
            .finish()
    }
}
