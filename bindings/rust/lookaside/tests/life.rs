// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! A list's life: what the original crate for Windows corrupts or deletes twice is an error here,
//! and harmless.
//!
//! Seen to fail for an init that does not look, a destroy that leaves the list in its handle, and a
//! drop that takes the entries that are out with it.

mod support;

use std::mem::{align_of, forget, size_of};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Barrier;
use std::thread;

use lookaside::{LookasideAlloc, LookasideError, Options, PoolType, COUNT_OUTSTANDING};

fn list_of(size: usize) -> LookasideAlloc {
    let list = LookasideAlloc::default();
    let options = Options::new().flags(COUNT_OUTSTANDING);
    list.init_with(size, PoolType::PAGED, &options).unwrap();
    list
}

#[test]
fn using_a_list_before_init_is_an_error() {
    let mut list = LookasideAlloc::default();
    let error = LookasideError::NOT_INITIALIZED;

    assert_eq!(list.alloc(), Err(error));
    assert_eq!(list.flush(), Err(error));
    assert_eq!(list.trim(0), Err(error));
    assert_eq!(list.reserve(1), Err(error));
    assert_eq!(list.query().map(drop), Err(error));
    assert_eq!(list.report().map(drop), Err(error));
    assert_eq!(list.destroy(), Err(error));
    assert!(list.as_ptr().is_null());
}

#[test]
fn a_list_that_was_never_initialised_is_dropped() {
    drop(LookasideAlloc::default());
}

#[test]
fn destroying_twice_is_an_error() {
    let mut list = list_of(64);

    assert_eq!(list.destroy(), Ok(()));
    assert_eq!(list.destroy(), Err(LookasideError::NOT_INITIALIZED));
    assert_eq!(list.alloc(), Err(LookasideError::NOT_INITIALIZED));
}

#[test]
fn dropping_after_destroying_does_nothing() {
    let mut list = list_of(64);

    list.destroy().unwrap();
    drop(list);
}

#[test]
fn a_destroyed_list_can_be_initialised_again() {
    let mut list = list_of(64);

    list.destroy().unwrap();
    list.init(100, PoolType::PAGED, None, None, None, None)
        .unwrap();
    assert_eq!(list.query().unwrap().size, 100);
}

#[test]
fn initialising_twice_is_an_error_and_changes_nothing() {
    let list = list_of(64);
    let entry = list.alloc().unwrap();

    let again = list.init(8, PoolType::PAGED, None, None, None, None);
    assert_eq!(again, Err(LookasideError::ALREADY_INITIALIZED));
    assert_eq!(list.query().unwrap().size, 64);
    unsafe { list.free(entry) };
}

#[test]
fn a_failed_init_leaves_the_list_as_it_was() {
    let list = LookasideAlloc::default();

    let refused = list.init(0, PoolType::PAGED, None, None, None, None);
    assert_eq!(refused, Err(LookasideError::SIZE_ZERO));
    assert_eq!(list.alloc(), Err(LookasideError::NOT_INITIALIZED));
    list.init(1, PoolType::PAGED, None, None, None, None)
        .unwrap();
}

#[test]
fn a_list_with_entries_out_is_not_destroyed() {
    let mut list = list_of(64);
    let entry = list.alloc().unwrap();

    assert_eq!(list.destroy(), Err(LookasideError::IN_USE));
    unsafe { list.free(entry) };
    assert_eq!(list.destroy(), Ok(()));
}

#[test]
fn entries_outlive_a_list_that_is_dropped() {
    let list = list_of(4096);
    let entry = list.alloc().unwrap();

    support::leaks(list.as_ptr());
    unsafe { entry.as_ptr().write_bytes(0xA5, 4096) };
    drop(list);
    let bytes = unsafe { std::slice::from_raw_parts(entry.as_ptr(), 4096) };
    assert!(bytes.iter().all(|byte| *byte == 0xA5));
}

/// A C list may not move; a Rust value may, and its entries may be out meanwhile.
#[test]
fn a_list_moves_while_its_entries_are_out() {
    let list = list_of(64);
    let place = list.as_ptr();
    let entry = list.alloc().unwrap();

    let moved = Box::new(list);
    assert_eq!(moved.as_ptr(), place);
    unsafe { moved.free(entry) };
    let mut back = *moved;
    assert_eq!(back.query().unwrap().total_frees, 1);
    assert_eq!(back.destroy(), Ok(()));
}

/// The original's struct is aligned to 1 byte, where the kernel wants 16.
#[test]
fn lists_lie_aligned_wherever_their_handles_lie() {
    let handles: Vec<_> = (0..100).map(|_| list_of(64)).collect();

    assert!(handles.iter().all(|list| list.as_ptr() as usize % 16 == 0));
    assert_eq!(align_of::<LookasideAlloc>(), align_of::<usize>());
    assert_eq!(size_of::<LookasideAlloc>(), size_of::<usize>());
}

#[test]
fn a_static_list_is_destroyed_through_a_shared_handle() {
    static LIST: LookasideAlloc = LookasideAlloc::default();

    for _ in 0..3 {
        LIST.init(64, PoolType::PAGED, None, None, None, None)
            .unwrap();
        let entry = LIST.alloc().unwrap();
        // SAFETY: the entry is the list's; no other thread knows the list.
        unsafe {
            LIST.free(entry);
            LIST.destroy_shared().unwrap();
        }
        assert_eq!(LIST.alloc(), Err(LookasideError::NOT_INITIALIZED));
    }
}

/// Of many who initialise a list at once, one succeeds; meanwhile others allocate.
#[test]
fn one_of_many_initialises() {
    const THREADS: usize = 4;

    for _ in 0..200 {
        let (list, start) = (LookasideAlloc::default(), Barrier::new(THREADS));
        let (made, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    start.wait();
                    match list.init(32, PoolType::PAGED, None, None, None, None) {
                        Ok(()) => made.fetch_add(1, Ordering::Relaxed),
                        Err(error) => {
                            assert_eq!(error, LookasideError::ALREADY_INITIALIZED);
                            0
                        }
                    };
                    let entry = list.alloc().unwrap();
                    taken.fetch_add(1, Ordering::Relaxed);
                    unsafe { list.free(entry) };
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
        assert_eq!(taken.into_inner(), THREADS);
    }
}

#[test]
fn a_forgotten_handle_leaves_its_list_usable() {
    let list = list_of(64);
    let raw = list.as_ptr();

    support::leaks(raw);
    forget(list);
    unsafe {
        assert_eq!(
            lookaside::sys::lookaside_flush(raw),
            lookaside::sys::LOOKASIDE_OK
        );
    }
}

#[test]
fn handles_are_any_threads() {
    fn any_thread<T: Send + Sync + Unpin>() {}

    any_thread::<LookasideAlloc>();
    any_thread::<LookasideError>();
}
