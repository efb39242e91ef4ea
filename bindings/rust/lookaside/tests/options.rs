// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! What a list is made of: what goes through to C, and what is refused.
//!
//! Seen to fail for swapped members, a name that is torn, and a list that may raise.

use std::ffi::c_void;
use std::fmt::{self, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};

use lookaside::{
    sys, AllocateFn, FreeFn, LookasideAlloc, LookasideError, Options, PoolType, COUNT_OUTSTANDING,
    DEFAULT_POOL_TAG, FAIL_NO_RAISE, RAISE_ON_FAIL,
};

fn init(options: &Options) -> Result<LookasideAlloc, LookasideError> {
    let list = LookasideAlloc::default();
    list.init_with(64, PoolType::PAGED, options).map(|()| list)
}

#[test]
fn defaults_are_those_of_c() {
    let s = init(&Options::default()).unwrap().query().unwrap();

    assert_eq!(s.tag, DEFAULT_POOL_TAG);
    assert_eq!(s.tag.to_ne_bytes(), *b"srLL");
    assert_eq!((s.size, s.alignment, s.maximum_depth), (64, 16, 256));
    assert_eq!((s.type_, s.cache), (1, sys::LOOKASIDE_CACHE_THREAD));
    assert_eq!(s.name.as_str(), "");
}

#[test]
fn options_go_through() {
    let options = Options::new()
        .tag(u32::from_ne_bytes(*b"Opts"))
        .name("options")
        .flags(FAIL_NO_RAISE | COUNT_OUTSTANDING)
        .maximum_depth(32)
        .alignment(8);
    let s = init(&options).unwrap().query().unwrap();

    assert_eq!(s.tag.to_ne_bytes(), *b"Opts");
    assert_eq!(s.type_, 1 | sys::LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
    assert_eq!((s.maximum_depth, s.alignment), (32, 8));
    assert_eq!(s.name.as_str(), "options");
}

#[test]
fn without_cache_every_call_goes_to_the_backing() {
    let list = init(&Options::new().without_cache()).unwrap();

    for _ in 0..10 {
        unsafe { list.free(list.alloc().unwrap()) };
    }
    let s = list.query().unwrap();
    assert_eq!(s.cache, sys::LOOKASIDE_CACHE_NONE);
    assert_eq!((s.allocate_misses, s.free_misses), (10, 10));
}

#[test]
fn names_are_cut_between_characters() {
    for (given, kept) in [
        ("x".repeat(63), "x".repeat(63)),
        ("x".repeat(64), "x".repeat(63)),
        ("x".repeat(62) + "é", "x".repeat(62)),
        ("x".repeat(61) + "é", "x".repeat(61) + "é"),
        ("é".repeat(40), "é".repeat(31)),
        ("before\0after".to_string(), "before".to_string()),
    ] {
        let s = init(&Options::new().name(&given)).unwrap().query().unwrap();
        assert_eq!(s.name.as_str(), kept);
    }
}

#[test]
fn what_is_wrong_is_refused_by_name() {
    let list = LookasideAlloc::default();
    let init = |size, pool_type: i32, flags| {
        list.init(size, pool_type, None, Some(flags), None, None)
            .unwrap_err()
    };

    assert_eq!(init(0, 1, 0), LookasideError::SIZE_ZERO);
    assert_eq!(init((16 << 20) + 1, 1, 0), LookasideError::SIZE_TOO_LARGE);
    assert_eq!(init(8, 2, 0), LookasideError::BAD_POOL_TYPE);
    assert_eq!(init(8, -1, 0), LookasideError::BAD_POOL_TYPE);
    assert_eq!(init(8, 1, 4), LookasideError::FLAGS_UNKNOWN);
    let with = |options: Options| list.init_with(8, PoolType::PAGED, &options).unwrap_err();
    assert_eq!(
        with(Options::new().maximum_depth(3)),
        LookasideError::BAD_MAXIMUM_DEPTH
    );
    assert_eq!(
        with(Options::new().alignment(3)),
        LookasideError::BAD_ALIGNMENT
    );
}

/// A raise is an exception or a longjmp, which Rust's frames do not survive.
#[test]
fn lists_that_raise_are_refused() {
    for flags in [RAISE_ON_FAIL, RAISE_ON_FAIL | FAIL_NO_RAISE] {
        let refused = init(&Options::new().flags(flags)).map(drop);
        assert_eq!(refused, Err(LookasideError::NOT_SUPPORTED));
    }
}

#[test]
fn pool_types_are_numbers_of_nt() {
    for (number, pool_type) in [
        (0, PoolType::NONPAGED),
        (1, PoolType::PAGED),
        (512, PoolType::NONPAGED_NX),
    ] {
        assert_eq!(PoolType::from(number), pool_type);
        let list = LookasideAlloc::default();
        list.init(64, number, None, None, None, None).unwrap();
        assert_eq!(list.query().unwrap().type_, number as u32);
    }
}

#[test]
fn errors_speak() {
    let error = LookasideError::IN_USE;

    assert_eq!(error.status(), sys::LOOKASIDE_IN_USE);
    assert_eq!(error.name(), "LOOKASIDE_IN_USE");
    assert_eq!(format!("{:?}", error), "LOOKASIDE_IN_USE");
    assert_eq!(error.to_string(), error.message());
    assert!(error
        .message()
        .starts_with("Entries of the list are still out"));
    assert_eq!(error.ntstatus(), 0x8000_0011_u32 as i32);
}

#[cfg(feature = "std")]
#[test]
fn errors_are_errors_of_std() {
    let failure: Box<dyn std::error::Error> = LookasideError::IN_USE.into();

    assert_eq!(failure.to_string(), LookasideError::IN_USE.message());
}

// ---- A backing of one's own ----

/// Entries of the list's own backing, counted; after a number of them there is no more.
struct Counted {
    allocated: AtomicUsize,
    freed: AtomicUsize,
    limit: usize,
}

unsafe extern "C" fn allocate(
    _pool_type: u32,
    _size: usize,
    _tag: u32,
    list: *mut sys::lookaside_list,
    context: *mut c_void,
) -> *mut c_void {
    let counted = &*context.cast::<Counted>();
    if counted.allocated.load(Ordering::Relaxed) == counted.limit {
        return std::ptr::null_mut();
    }
    counted.allocated.fetch_add(1, Ordering::Relaxed);
    sys::lookaside_backing_allocate(list)
}

unsafe extern "C" fn free(
    entry: *mut c_void,
    list: *mut sys::lookaside_list,
    context: *mut c_void,
) {
    (*context.cast::<Counted>())
        .freed
        .fetch_add(1, Ordering::Relaxed);
    sys::lookaside_backing_free(list, entry);
}

#[test]
fn callbacks_are_the_backing() {
    let counted = Counted {
        allocated: AtomicUsize::new(0),
        freed: AtomicUsize::new(0),
        limit: 3,
    };
    // SAFETY: they end in the list's own backing, and get the context that they expect.
    let options = unsafe {
        Options::new()
            .allocate(AllocateFn::new(allocate))
            .free(FreeFn::new(free))
            .context(&counted as *const Counted as *mut c_void)
    };
    let list = init(&options).unwrap();

    let entries: Vec<_> = (0..3).map(|_| list.alloc().unwrap()).collect();
    assert_eq!(list.alloc(), Err(LookasideError::ALLOCATE_FAILED));
    for entry in entries {
        unsafe { list.free(entry) };
    }
    drop(list);
    assert_eq!(counted.allocated.into_inner(), 3);
    assert_eq!(counted.freed.into_inner(), 3);
}

#[test]
fn callbacks_are_arguments_of_init() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    unsafe extern "C" fn nothing(
        _pool_type: u32,
        _size: usize,
        _tag: u32,
        _list: *mut sys::lookaside_list,
        _context: *mut c_void,
    ) -> *mut c_void {
        CALLS.fetch_add(1, Ordering::Relaxed);
        std::ptr::null_mut()
    }
    // SAFETY: it gives nothing.
    const NOTHING: AllocateFn = unsafe { AllocateFn::new(nothing) };
    let list = LookasideAlloc::default();

    list.init(64, PoolType::PAGED, None, None, Some(NOTHING), None)
        .unwrap();
    assert_eq!(list.alloc(), Err(LookasideError::ALLOCATE_FAILED));
    assert_eq!(CALLS.load(Ordering::Relaxed), 1);
}

// ---- The report ----

#[test]
fn the_report_is_the_debuggers() {
    let list = init(
        &Options::new()
            .name("reported")
            .tag(u32::from_ne_bytes(*b"Rep1")),
    )
    .unwrap();
    unsafe { list.free(list.alloc().unwrap()) };
    let report = list.report().unwrap().to_string();
    let lines: Vec<_> = report.lines().collect();

    assert_eq!(lines.len(), 8, "{}", report);
    assert_eq!(
        lines[1],
        format!(
            "Lookaside \"reported\" @ {:#018x}  Tag(hex): 0x31706552 \"Rep1\"",
            list.as_ptr() as usize
        )
    );
    assert_eq!(lines[2], "    Type           =       0001  PagedPool");
    assert_eq!(
        lines[6],
        "    TotalAllocates =          1  TotalFrees =          1"
    );
    assert!(report.ends_with('\n'));
}

/// The longest name, with characters that must not be torn.
#[test]
fn the_longest_report_is_whole() {
    let list = init(&Options::new().name(&"é".repeat(40))).unwrap();
    let report = list.report().unwrap().to_string();

    assert!(report.contains(&"é".repeat(31)));
    assert_eq!(report.lines().count(), 8);
}

/// A writer may fail or panic: no frame of C is below it.
#[test]
fn a_writer_may_do_as_it_likes() {
    struct Full;
    impl Write for Full {
        fn write_str(&mut self, _text: &str) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    struct Panicking;
    impl Write for Panicking {
        fn write_str(&mut self, _text: &str) -> fmt::Result {
            panic!("the writer's own")
        }
    }
    let list = init(&Options::new()).unwrap();
    let report = list.report().unwrap();

    assert!(write!(Full, "{}", report).is_err());
    let panicked = catch_unwind(AssertUnwindSafe(|| write!(Panicking, "{}", report)));
    assert!(panicked.is_err());
}
