// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Entries out and in, and what is counted.
//!
//! Seen to fail for a hit path that counts too much or too little, takes another entry than the
//! last, or puts one where there is no room.

use std::collections::HashSet;
use std::ptr::NonNull;
use std::sync::mpsc;
use std::thread;

use lookaside::{sys, LookasideAlloc, LookasideError, Options, PoolType, COUNT_OUTSTANDING};

fn list_of(size: usize) -> LookasideAlloc {
    let list = LookasideAlloc::default();
    let options = Options::new().flags(COUNT_OUTSTANDING);
    list.init_with(size, PoolType::PAGED, &options).unwrap();
    list
}

/// The laws of the statistics, which hold whenever a list is quiet. A driver's counters are the
/// kernel's, of which two threads may lose one; the entries that are out are counted apart.
fn check_laws(list: &LookasideAlloc, live: u64) {
    let s = list.query().unwrap();

    assert_eq!(s.live_entries, live, "{:?}", s);
    if cfg!(feature = "kernel") {
        return;
    }
    assert_eq!(s.live_entries, s.total_allocates - s.total_frees, "{:?}", s);
    let from_backing = s.allocate_misses as i64 - s.total_allocates as i64;
    let to_cache = s.total_frees as i64 - s.free_misses as i64 - s.flushed as i64;
    assert_eq!(s.current_depth as i64, from_backing + to_cache, "{:?}", s);
}

#[test]
fn entries_are_aligned_distinct_and_as_large_as_asked() {
    for size in [1, 7, 8, 9, 24, 100, 4096, 5000] {
        let list = list_of(size);
        let entries: Vec<_> = (0..100).map(|_| list.alloc().unwrap()).collect();
        let distinct: HashSet<_> = entries.iter().collect();

        assert_eq!(distinct.len(), entries.len());
        for (number, entry) in entries.iter().enumerate() {
            assert_eq!(entry.as_ptr() as usize % 16, 0);
            unsafe { entry.as_ptr().write_bytes(number as u8, size) };
        }
        for (number, entry) in entries.iter().enumerate() {
            let bytes = unsafe { std::slice::from_raw_parts(entry.as_ptr(), size) };
            assert!(
                bytes.iter().all(|byte| *byte == number as u8),
                "size {}",
                size
            );
        }
        for entry in entries {
            unsafe { list.free(entry) };
        }
        check_laws(&list, 0);
    }
}

/// The numbers that a kernel's debugger shows for the same calls.
#[test]
fn four_out_and_four_back() {
    let list = LookasideAlloc::default();
    let tag = u32::from_ne_bytes(*b"bbaa");
    list.init(8, PoolType::PAGED, Some(tag), None, None, None)
        .unwrap();
    let entries: Vec<_> = (0..4).map(|_| list.alloc().unwrap()).collect();

    for index in [0, 2, 3, 1] {
        unsafe { list.free(entries[index]) };
    }
    let s = list.query().unwrap();
    assert_eq!((s.tag, s.size), (0x6161_6262, 8));
    assert_eq!((s.total_allocates, s.allocate_misses), (4, 4));
    assert_eq!((s.total_frees, s.free_misses), (4, 0));
    check_laws(&list, 0);
}

/// Whichever path serves a call, inline or not, it is counted, and once.
#[test]
fn every_call_is_counted() {
    let list = list_of(48);
    let mut out = Vec::new();

    for round in 0..1000 {
        for _ in 0..round % 37 {
            out.push(list.alloc().unwrap());
        }
        for _ in 0..round % 31 {
            if let Some(entry) = out.pop() {
                unsafe { list.free(entry) };
            }
        }
        check_laws(&list, out.len() as u64);
    }
    for entry in out.drain(..) {
        unsafe { list.free(entry) };
    }
    check_laws(&list, 0);
    let s = list.query().unwrap();
    assert_eq!(s.total_allocates, s.total_frees);
    assert!(
        s.allocate_misses < s.total_allocates,
        "nothing is cached: {:?}",
        s
    );
}

/// What is inline here and the calls of the library do the same to the same magazine.
#[test]
fn rusts_calls_and_cs_are_one() {
    let list = list_of(64);
    let c_alloc = || unsafe { sys::lookaside_alloc(list.as_ptr()) };
    let c_free = |entry| unsafe { sys::lookaside_free(list.as_ptr(), entry) };

    for round in 0..1000 {
        let (own, cs) = (list.alloc().unwrap(), c_alloc());
        assert_ne!(own.as_ptr().cast(), cs);
        check_laws(&list, 2);
        unsafe { list.free(NonNull::new(cs.cast()).unwrap()) };
        assert_eq!(c_alloc(), cs, "the last one freed comes first");
        c_free(own.as_ptr().cast());
        assert_eq!(list.alloc(), Ok(own));
        unsafe { list.free(own) };
        c_free(cs);
        check_laws(&list, 0);
        if cfg!(not(feature = "kernel")) {
            assert_eq!(list.query().unwrap().total_allocates, 4 * (round + 1));
        }
    }
}

#[test]
fn entries_travel_between_threads() {
    const COUNT: usize = 20_000;
    let list = list_of(64);
    let (sender, receiver) = mpsc::channel::<usize>();

    thread::scope(|scope| {
        let list = &list;
        scope.spawn(move || {
            for _ in 0..COUNT {
                sender
                    .send(list.alloc().unwrap().as_ptr() as usize)
                    .unwrap();
            }
        });
        scope.spawn(move || {
            for entry in receiver {
                let entry = NonNull::new(entry as *mut u8).unwrap();
                unsafe { list.free(entry) };
            }
        });
    });
    check_laws(&list, 0);
    if cfg!(not(feature = "kernel")) {
        assert_eq!(list.query().unwrap().total_frees, COUNT as u64);
    }
}

#[test]
fn many_threads_share_a_list() {
    const THREADS: u64 = 4;
    const ROUNDS: u64 = 2_000;
    let list = list_of(64);

    thread::scope(|scope| {
        for number in 0..THREADS {
            let list = &list;
            scope.spawn(move || {
                for _ in 0..ROUNDS {
                    let entries: Vec<_> = (0..8).map(|_| list.alloc().unwrap()).collect();
                    for entry in &entries {
                        unsafe { entry.as_ptr().cast::<u64>().write(number) };
                    }
                    for entry in entries {
                        assert_eq!(unsafe { entry.as_ptr().cast::<u64>().read() }, number);
                        unsafe { list.free(entry) };
                    }
                }
            });
        }
    });
    check_laws(&list, 0);
    if cfg!(not(feature = "kernel")) {
        assert_eq!(list.query().unwrap().total_allocates, THREADS * ROUNDS * 8);
    }
}

#[test]
fn flush_and_trim_give_back_what_is_cached() {
    let list = list_of(64);
    let fill = || {
        let entries: Vec<_> = (0..4).map(|_| list.alloc().unwrap()).collect();
        for entry in entries {
            unsafe { list.free(entry) };
        }
    };

    fill();
    assert_eq!(list.query().unwrap().current_depth, 4);
    list.flush().unwrap();
    assert_eq!(list.query().unwrap().current_depth, 0);
    fill();
    list.trim(2).unwrap();
    assert_eq!(list.query().unwrap().current_depth, 2);
    list.trim(0).unwrap();
    let s = list.query().unwrap();
    assert_eq!((s.current_depth, s.slab_free_bytes), (0, 0));
    check_laws(&list, 0);
}

#[test]
fn reserved_entries_are_there() {
    let list = list_of(64);

    list.reserve(10).unwrap();
    let s = list.query().unwrap();
    assert_eq!(s.reserved_entries + s.current_depth, 10);
    let impossible = list.reserve(usize::MAX).unwrap_err();
    let expected = match cfg!(feature = "kernel") {
        true => LookasideError::NOT_SUPPORTED,
        false => LookasideError::NO_MEMORY,
    };
    assert_eq!(impossible, expected);
}
