// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Lists as allocators.
//!
//! Seen to fail for: a size or an alignment that is not compared, an entry for what has no size, a
//! grow of one's own that copies.

#![cfg(feature = "allocator_api")]
#![feature(allocator_api)]

use std::alloc::{Allocator, Layout};
use std::collections::VecDeque;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::rc::Rc;
use std::thread;

use lookaside::{LookasideAlloc, LookasideError, Options, PoolType, COUNT_OUTSTANDING};

fn list_of(size: usize) -> LookasideAlloc {
    let list = LookasideAlloc::default();
    let options = Options::new().flags(COUNT_OUTSTANDING);
    list.init_with(size, PoolType::PAGED, &options).unwrap();
    list
}

fn live(list: &LookasideAlloc) -> u64 {
    list.query().unwrap().live_entries
}

#[test]
fn a_box_lives_in_an_entry() {
    let list = list_of(64);
    let number = Box::try_new_in(7, &list).unwrap();

    assert_eq!((*number, live(&list)), (7, 1));
    drop(number);
    assert_eq!(live(&list), 0);
}

#[test]
fn a_layout_that_does_not_fit_is_an_error() {
    #[repr(align(32))]
    struct Line(#[allow(dead_code)] u8);
    let list = list_of(64);

    assert!(Box::try_new_in([0u8; 64], &list).is_ok());
    assert!(Box::try_new_in([0u8; 65], &list).is_err());
    assert!(Box::try_new_in(Line(1), &list).is_err());
    assert_eq!(live(&list), 0);
}

/// Entries have 8 bytes at least, and 16 after the next have not.
#[test]
fn no_more_fits_than_was_asked_for() {
    let list = list_of(1);

    assert!(Box::try_new_in([0u8; 8], &list).is_ok());
    assert!(Box::try_new_in([0u8; 9], &list).is_err());
}

#[test]
fn alignment_counts() {
    #[repr(align(64))]
    struct Line(u8);
    let list = LookasideAlloc::default();
    let made = list.init_with(64, PoolType::PAGED, &Options::new().alignment(64));

    if cfg!(feature = "kernel") {
        assert_eq!(made, Err(LookasideError::NOT_SUPPORTED));
        return;
    }
    made.unwrap();
    let lines: Vec<_> = (0..10)
        .map(|number| Box::new_in(Line(number), &list))
        .collect();
    for line in lines {
        assert_eq!(&*line as *const Line as usize % 64, 0);
        assert!(line.0 < 10);
    }
}

#[test]
fn without_init_there_is_no_memory() {
    let list = LookasideAlloc::default();

    assert!(Box::try_new_in(1, &list).is_err());
    assert!(Box::try_new_in((), &list).is_ok());
}

#[test]
fn what_has_no_size_takes_no_entry() {
    #[repr(align(128))]
    struct Nothing;
    let list = list_of(64);
    let nothing = Box::try_new_in(Nothing, &list).unwrap();

    assert_eq!(&*nothing as *const Nothing as usize % 128, 0);
    assert_eq!(live(&list), 0);
    drop(nothing);
    // Box does not even ask.
    let layout = Layout::new::<Nothing>();
    let nowhere = list.allocate(layout).unwrap();
    assert_eq!(
        (nowhere.cast::<u8>().as_ptr() as usize % 128, live(&list)),
        (0, 0)
    );
    unsafe { list.deallocate(nowhere.cast(), layout) };
    assert_eq!(list.query().unwrap().total_frees, 0);
}

#[test]
fn a_vector_of_known_capacity() {
    let list = list_of(64);
    let mut numbers: Vec<u64, _> = Vec::with_capacity_in(8, &list);

    numbers.extend(0..8);
    assert_eq!(numbers.capacity(), 8);
    assert_eq!(numbers.iter().sum::<u64>(), 28);
    assert_eq!(live(&list), 1);
    drop(numbers);
    assert_eq!(live(&list), 0);
}

#[test]
fn the_first_block_of_a_vector_may_fail() {
    let list = list_of(64);
    let mut numbers: Vec<u64, _> = Vec::new_in(&list);

    assert!(numbers.try_reserve_exact(9).is_err());
    assert!(numbers.try_reserve_exact(8).is_ok());
    assert_eq!(live(&list), 1);
}

fn message_of(action: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(action)).unwrap_err();
    panic.downcast_ref::<&str>().unwrap().to_string()
}

#[test]
fn growing_and_shrinking_is_a_misuse() {
    let list = list_of(64);
    let mut numbers: Vec<u64, _> = Vec::with_capacity_in(4, &list);

    numbers.extend(0..4);
    assert!(message_of(|| numbers.push(4)).contains("grow is a misuse"));
    assert_eq!(numbers, [0, 1, 2, 3]);
    numbers.pop();
    assert!(message_of(|| numbers.shrink_to_fit()).contains("shrink is a misuse"));
    assert_eq!(numbers, [0, 1, 2]);
    let layout = Layout::new::<u64>();
    let entry = list.allocate(layout).unwrap().cast();
    let zeroed = || unsafe {
        let _ = list.grow_zeroed(entry, layout, Layout::new::<[u64; 2]>());
    };
    assert!(message_of(zeroed).contains("grow_zeroed is a misuse"));
    unsafe { list.deallocate(entry, layout) };
}

#[test]
fn zeroed_memory_is_zero() {
    let list = list_of(64);
    let layout = Layout::new::<[u8; 64]>();

    drop(Box::new_in([0xFFu8; 64], &list));
    let entry = list.allocate_zeroed(layout).unwrap();
    assert_eq!(entry.len(), 64);
    assert!(unsafe { entry.as_ref() }.iter().all(|byte| *byte == 0));
    unsafe { list.deallocate(entry.cast(), layout) };
}

/// What is allocated stays where it is while the list, which the box owns, moves with it.
#[test]
fn a_box_may_own_its_list() {
    let number = Box::try_new_in(7, list_of(64)).unwrap();
    let place: *const i32 = &*number;
    let moved = Some(number);

    assert!(std::ptr::eq(&**moved.as_ref().unwrap(), place));
    assert_eq!(live(Box::allocator(moved.as_ref().unwrap())), 1);
}

#[test]
fn boxes_travel_to_other_threads() {
    let list = list_of(64);

    thread::scope(|scope| {
        for number in 0..4 {
            let boxed = Box::try_new_in(number, &list).unwrap();
            scope.spawn(move || assert_eq!(*boxed, number));
        }
    });
    assert_eq!(live(&list), 0);
}

#[test]
fn other_containers_of_one_block() {
    let list = list_of(256);
    let mut queue: VecDeque<u8, _> = VecDeque::with_capacity_in(31, &list);

    queue.extend(0..31);
    assert_eq!(queue.pop_front(), Some(0));
    let shared = Rc::new(());
    let kept = Box::try_new_in(shared.clone(), &list).unwrap();
    drop((queue, kept));
    assert_eq!(Rc::strong_count(&shared), 1);
    assert_eq!(live(&list), 0);
}
