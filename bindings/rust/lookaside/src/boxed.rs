// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! A value in an entry of a list, in two layers, so that each drops one thing: an `Entry` gives the
//! entry back, the `LookasideBox` around it drops the value. Whichever of user code's panics comes,
//! in the making of a value or in its drop, the entry goes back once.
//!
//! A box points to the list's record, not to its handle, which spares a load in `drop`. It borrows
//! the handle, so the record stays.

use core::fmt;
use core::marker::PhantomData;
use core::mem::{forget, size_of, ManuallyDrop};
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::ptr::NonNull;

use crate::record::RecordPtr;
use crate::{Lookaside, LookasideAlloc, LookasideError};

/// An entry that is out, of a list whose entries fit `T`. It goes back when it is dropped; what is
/// in it is not dropped. A type without size has no entry.
pub(crate) struct Entry<'a, T> {
    place: NonNull<T>,
    record: RecordPtr,
    list: PhantomData<&'a LookasideAlloc>,
}

impl<'a, T> Entry<'a, T> {
    #[inline]
    pub(crate) fn take(list: &'a LookasideAlloc) -> Result<Self, LookasideError> {
        let record = list.record();
        let place = if size_of::<T>() == 0 {
            record.initialized().map(|_| NonNull::dangling())
        } else {
            // SAFETY: the list is borrowed.
            unsafe { record.alloc() }.map(NonNull::cast)
        };
        place.map(|place| Self {
            place,
            record,
            list: PhantomData,
        })
    }

    #[inline]
    pub(crate) fn fill(self, value: T) -> LookasideBox<'a, T> {
        // SAFETY: the entry is ours, and fits.
        unsafe { self.place.as_ptr().write(value) };
        LookasideBox {
            entry: ManuallyDrop::new(self),
            value: PhantomData,
        }
    }
}

impl<T> Drop for Entry<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if size_of::<T>() != 0 {
            // SAFETY: the list is borrowed, the entry is ours.
            unsafe { self.record.free(self.place.cast()) }
        }
    }
}

/// A value in an entry of a [`Lookaside`] list; two pointers wide.
///
/// It owns its value as `Box` does. When it is dropped, the value is dropped and the entry goes back
/// to the list, in whichever thread that is. A box that is forgotten or leaked keeps its entry, and
/// the list then stays for ever.
///
/// It goes to another thread only when its value may:
///
/// ```compile_fail,E0277
/// use lookaside::{Lookaside, PoolType};
/// use std::rc::Rc;
/// use std::thread;
///
/// static COUNTS: Lookaside<Rc<u32>> = Lookaside::new();
///
/// COUNTS.init(PoolType::PAGED, None)?;
/// let count = COUNTS.make(Rc::new(1))?;
/// thread::spawn(move || println!("{}", count));
/// # Ok::<(), lookaside::LookasideError>(())
/// ```
pub struct LookasideBox<'a, T> {
    entry: ManuallyDrop<Entry<'a, T>>,
    value: PhantomData<T>,
}

// SAFETY: a box owns its value and an entry, which any thread may give back.
unsafe impl<T: Send> Send for LookasideBox<'_, T> {}
// SAFETY: who shares a box shares its value.
unsafe impl<T: Sync> Sync for LookasideBox<'_, T> {}

// The value does not move with its box.
impl<T> Unpin for LookasideBox<'_, T> {}

impl<'a, T> LookasideBox<'a, T> {
    /// Lets the value go, for `from_raw`.
    #[inline]
    pub fn into_raw(this: Self) -> *mut T {
        let value = this.entry.place.as_ptr();
        forget(this);
        value
    }

    /// Takes a value back that `into_raw` let go.
    ///
    /// # Safety
    /// It came from a box of this list, since the list was last initialised, and there is no other
    /// box for it.
    #[inline]
    pub unsafe fn from_raw(list: &'a Lookaside<T>, value: *mut T) -> Self {
        // SAFETY: no box has a value at null.
        let place = unsafe { NonNull::new_unchecked(value) };
        let entry = Entry {
            place,
            record: list.list().record(),
            list: PhantomData,
        };
        Self {
            entry: ManuallyDrop::new(entry),
            value: PhantomData,
        }
    }

    /// Keeps the value for as long as its list is borrowed; it is never dropped.
    #[inline]
    pub fn leak(this: Self) -> &'a mut T {
        // SAFETY: the value is ours, and its entry never goes back.
        unsafe { &mut *Self::into_raw(this) }
    }

    /// Takes the value out; its entry goes back.
    #[inline]
    pub fn into_inner(mut this: Self) -> T {
        // SAFETY: taken once, because this is forgotten.
        let entry = unsafe { ManuallyDrop::take(&mut this.entry) };
        forget(this);
        // SAFETY: the value is ours; the entry does not drop it.
        unsafe { entry.place.as_ptr().read() }
    }

    /// Pins the value: it stays where it is until it is dropped.
    #[inline]
    pub fn into_pin(this: Self) -> Pin<Self> {
        // SAFETY: the value does not move with its box, and its entry, even that of a box which is
        // forgotten, is nobody else's before the value is dropped.
        unsafe { Pin::new_unchecked(this) }
    }
}

impl<T> Drop for LookasideBox<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: taken once, here. It goes back at the end of this block, and in a panic.
        let entry = unsafe { ManuallyDrop::take(&mut self.entry) };
        // SAFETY: the value is ours.
        unsafe { entry.place.as_ptr().drop_in_place() };
    }
}

impl<T> Deref for LookasideBox<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the value is ours.
        unsafe { self.entry.place.as_ref() }
    }
}

impl<T> DerefMut for LookasideBox<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the value is ours.
        unsafe { self.entry.place.as_mut() }
    }
}

impl<T> AsRef<T> for LookasideBox<'_, T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T> AsMut<T> for LookasideBox<'_, T> {
    fn as_mut(&mut self) -> &mut T {
        self
    }
}

impl<T: fmt::Debug> fmt::Debug for LookasideBox<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<T: fmt::Display> fmt::Display for LookasideBox<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
