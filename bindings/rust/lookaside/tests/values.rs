// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! `Lookaside<T>` and `LookasideBox`: a value is dropped once, its entry goes back once, whatever
//! panics.
//!
//! Seen to fail for an entry that is not given back, or only when nothing panics, a value that is
//! taken out and dropped, an alignment that is forgotten, and an entry for what has no size.

mod support;

use std::cell::Cell;
use std::mem::{align_of, forget, size_of};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;

use lookaside::{Lookaside, LookasideBox, LookasideError, Options, PoolType, COUNT_OUTSTANDING};

fn list_for<T>() -> Lookaside<T> {
    let list = Lookaside::new();
    list.init_with(PoolType::PAGED, &Options::new().flags(COUNT_OUTSTANDING))
        .unwrap();
    list
}

fn live<T>(list: &Lookaside<T>) -> u64 {
    list.query().unwrap().live_entries
}

/// Counts its drops, and panics in them if it is told to.
struct Witness<'a> {
    drops: &'a Cell<u32>,
    panics: bool,
}

impl Drop for Witness<'_> {
    fn drop(&mut self) {
        self.drops.set(self.drops.get() + 1);
        if self.panics {
            panic!("the value's own");
        }
    }
}

#[test]
fn a_value_lives_in_its_box() {
    let list = list_for::<String>();
    let mut name = list.make("Ada".to_string()).unwrap();

    name.push_str(" Lovelace");
    assert_eq!(name.len(), 12);
    assert_eq!(
        format!("{} {:?} {:>14}", name, name, name),
        "Ada Lovelace \"Ada Lovelace\"   Ada Lovelace"
    );
    name.as_mut().clear();
    assert_eq!(name.as_ref(), "");
    assert_eq!(live(&list), 1);
    drop(name);
    assert_eq!(live(&list), 0);
}

#[test]
fn without_init_there_is_no_value() {
    let mut list = Lookaside::<u32>::new();

    assert_eq!(list.make(1).map(drop), Err(LookasideError::NOT_INITIALIZED));
    assert_eq!(
        list.make_with(|| panic!("not made")).map(drop),
        Err(LookasideError::NOT_INITIALIZED)
    );
    assert_eq!(list.destroy(), Err(LookasideError::NOT_INITIALIZED));
}

#[test]
fn a_dropped_box_drops_its_value_once() {
    let drops = Cell::new(0);
    let list = list_for();
    let value = list
        .make(Witness {
            drops: &drops,
            panics: false,
        })
        .unwrap();

    assert_eq!(drops.get(), 0);
    drop(value);
    assert_eq!((drops.get(), live(&list)), (1, 0));
}

#[test]
fn an_entry_goes_back_when_the_making_of_its_value_panics() {
    let list = list_for::<u64>();
    let made = catch_unwind(AssertUnwindSafe(|| {
        drop(list.make_with(|| {
            assert_eq!(live(&list), 1);
            panic!("no value");
        }));
    }));

    assert!(made.is_err());
    assert_eq!(live(&list), 0);
}

#[test]
fn an_entry_goes_back_when_the_drop_of_its_value_panics() {
    let drops = Cell::new(0);
    let list = list_for();
    let value = list
        .make(Witness {
            drops: &drops,
            panics: true,
        })
        .unwrap();
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(value)));

    assert!(dropped.is_err());
    assert_eq!((drops.get(), live(&list)), (1, 0));
}

#[test]
fn a_value_is_taken_out_of_its_box() {
    let drops = Cell::new(0);
    let list = list_for();
    let value = list
        .make(Witness {
            drops: &drops,
            panics: false,
        })
        .unwrap();
    let witness = LookasideBox::into_inner(value);

    assert_eq!((drops.get(), live(&list)), (0, 0));
    drop(witness);
    assert_eq!(drops.get(), 1);
}

#[test]
fn a_value_is_let_go_and_taken_back() {
    let list = list_for::<u32>();
    let raw = LookasideBox::into_raw(list.make(7).unwrap());

    unsafe { *raw += 1 };
    assert_eq!(live(&list), 1);
    let value = unsafe { LookasideBox::from_raw(&list, raw) };
    assert_eq!(*value, 8);
    drop(value);
    assert_eq!(live(&list), 0);
}

#[test]
fn what_is_leaked_or_forgotten_keeps_the_list() {
    let mut list = list_for::<u32>();

    support::leaks(list.as_ptr());
    *LookasideBox::leak(list.make(1).unwrap()) += 1;
    forget(list.make(2).unwrap());
    assert_eq!(live(&list), 2);
    assert_eq!(list.destroy(), Err(LookasideError::IN_USE));
}

#[test]
fn a_pinned_value_stays_where_it_is() {
    let list = list_for::<u32>();
    let value = list.make(7).unwrap();
    let place: *const u32 = &*value;
    let pinned = LookasideBox::into_pin(value);

    assert!(std::ptr::eq(&*pinned, place));
    drop(pinned);
    assert_eq!(live(&list), 0);
}

#[test]
fn a_type_without_size_takes_no_entry() {
    #[repr(align(256))]
    struct Nothing;
    let drops = Rc::new(());
    let list = list_for::<Nothing>();
    let units = list_for::<()>();

    let nothing = list.make(Nothing).unwrap();
    assert_eq!(&*nothing as *const Nothing as usize % 256, 0);
    let unit = units.make_with(|| drop(drops.clone())).unwrap();
    assert_eq!((live(&list), live(&units)), (0, 0));
    LookasideBox::into_inner(unit);
    drop(nothing);
    assert_eq!(list.query().unwrap().total_frees, 0);
    assert_eq!(Rc::strong_count(&drops), 1);
    assert_eq!(
        Lookaside::<()>::new().make(()).map(drop),
        Err(LookasideError::NOT_INITIALIZED)
    );
}

#[test]
fn over_aligned_values_are_aligned() {
    #[repr(align(64))]
    struct Line(u8);
    let list = Lookaside::new();
    let made = list.init(PoolType::PAGED, None);

    if cfg!(feature = "kernel") {
        assert_eq!(made, Err(LookasideError::NOT_SUPPORTED));
        return;
    }
    made.unwrap();
    let lines: Vec<_> = (0..50)
        .map(|number| list.make(Line(number)).unwrap())
        .collect();
    for (number, line) in lines.iter().enumerate() {
        assert_eq!(&**line as *const Line as usize % align_of::<Line>(), 0);
        assert_eq!(line.0, number as u8);
    }
    assert_eq!(list.query().unwrap().alignment, 64);
}

#[test]
fn options_cannot_make_entries_less_aligned_than_the_type() {
    let list = Lookaside::<u128>::new();

    list.init_with(PoolType::PAGED, &Options::new().alignment(1))
        .unwrap();
    assert_eq!(list.query().unwrap().alignment, 16);
}

#[test]
fn a_type_that_is_too_large_is_refused() {
    let list = Lookaside::<[u8; (16 << 20) + 1]>::new();

    assert_eq!(
        list.init(PoolType::PAGED, None),
        Err(LookasideError::SIZE_TOO_LARGE)
    );
}

#[test]
fn boxes_travel_to_other_threads() {
    static LIST: Lookaside<Arc<u32>> = Lookaside::new();
    LIST.init(PoolType::PAGED, None).unwrap();
    let shared = Arc::new(1);
    let threads: Vec<_> = (0..4)
        .map(|_| LIST.make(shared.clone()).unwrap())
        .map(|value| thread::spawn(move || assert_eq!(**value, 1)))
        .collect();

    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(Arc::strong_count(&shared), 1);
    assert_eq!(live(&LIST), 0);
}

#[test]
fn lists_are_any_threads_boxes_as_their_values() {
    fn any_thread<T: Send + Sync>() {}

    any_thread::<Lookaside<Rc<u32>>>();
    any_thread::<LookasideBox<'static, u32>>();
    assert_eq!(
        size_of::<LookasideBox<'static, u32>>(),
        2 * size_of::<usize>()
    );
    assert_eq!(
        size_of::<Option<LookasideBox<'static, u32>>>(),
        2 * size_of::<usize>()
    );
}

/// As `Box`: a list of longer lives serves for shorter ones.
#[test]
fn boxes_are_covariant() {
    fn shorter<'a>(value: LookasideBox<'a, &'static str>) -> LookasideBox<'a, &'a str> {
        value
    }
    let list = list_for::<&'static str>();

    assert_eq!(*shorter(list.make("long").unwrap()), "long");
}
