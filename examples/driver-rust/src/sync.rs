// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The kernel's spin lock and event, as Rust has a mutex: what a lock guards is reached through it
//! alone, and the lock is given back at the end of a scope.

use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::ptr::null;

use crate::nt;

/// A value behind a spin lock. IRQL <= DISPATCH_LEVEL.
pub struct SpinLock<T> {
    lock: UnsafeCell<usize>,
    value: UnsafeCell<T>,
}

// SAFETY: one thread at a time has the value.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    pub const fn new(value: T) -> Self {
        Self {
            lock: UnsafeCell::new(0),
            value: UnsafeCell::new(value),
        }
    }

    /// Waits for the lock; the IRQL is DISPATCH_LEVEL until the result is dropped. Not recursive.
    pub fn lock(&self) -> SpinGuard<'_, T> {
        // SAFETY: 0 is a spin lock that is free.
        let irql = unsafe { nt::KeAcquireSpinLockRaiseToDpc(self.lock.get()) };
        SpinGuard {
            owner: self,
            irql,
            not_for_others: PhantomData,
        }
    }
}

/// The value, for as long as the lock is held. No other thread can give the lock back: the IRQL is
/// this processor's.
pub struct SpinGuard<'a, T> {
    owner: &'a SpinLock<T>,
    irql: nt::KIRQL,
    not_for_others: PhantomData<*mut T>,
}

impl<T> Drop for SpinGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the lock is ours, acquired at that IRQL.
        unsafe { nt::KeReleaseSpinLock(self.owner.lock.get(), self.irql) }
    }
}

impl<T> Deref for SpinGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the lock is ours.
        unsafe { &*self.owner.value.get() }
    }
}

impl<T> DerefMut for SpinGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is ours.
        unsafe { &mut *self.owner.value.get() }
    }
}

/// Lets one waiter through each time it is set.
pub struct Event(UnsafeCell<nt::KEVENT>);

// SAFETY: the kernel's event is made for several threads.
unsafe impl Sync for Event {}

impl Event {
    /// # Safety
    /// Not used before `init`.
    pub const unsafe fn new() -> Self {
        Self(UnsafeCell::new(nt::KEVENT { Opaque: [0; 3] }))
    }

    /// Makes it an event that is not set.
    ///
    /// # Safety
    /// Nobody uses it meanwhile, and it does not move from now on.
    pub unsafe fn init(&self) {
        // SAFETY: as the caller promises.
        unsafe { nt::KeInitializeEvent(self.0.get(), nt::SYNCHRONIZATION_EVENT, 0) }
    }

    /// IRQL <= DISPATCH_LEVEL.
    pub fn set(&self) {
        // SAFETY: it was initialised, as the caller of `new` promised.
        unsafe { nt::KeSetEvent(self.0.get(), 0, 0) };
    }

    /// IRQL <= APC_LEVEL.
    pub fn wait(&self) {
        // SAFETY: it was initialised, as the caller of `new` promised.
        unsafe { wait_for(self.0.get().cast()) }
    }
}

/// Waits for a kernel object, however long it takes. IRQL <= APC_LEVEL.
///
/// # Safety
/// It is one that can be waited for.
pub unsafe fn wait_for(object: *mut c_void) {
    // SAFETY: as the caller promises.
    unsafe { nt::KeWaitForSingleObject(object, nt::EXECUTIVE, nt::KERNEL_MODE, 0, null()) };
}
