// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Ways to make an object. Lists are statics, as in most programs that use them.

use crate::objects::{Maker, Object};
use lookaside::{Lookaside, LookasideAlloc, LookasideBox, LookasideError, Options, PoolType};
use std::cell::Cell;
use std::mem::size_of;
use std::rc::Rc;

/// `Box::new`.
pub struct Heap;

impl Maker for Heap {
    type Owner = Box<Object>;

    fn new() -> Self {
        Heap
    }

    #[inline(always)]
    fn make(&self, mark: u64) -> Self::Owner {
        Box::new(Object::new(mark))
    }
}

/// `Box::try_new_in` on a list.
pub struct BoxIn;

static ENTRIES: LookasideAlloc = LookasideAlloc::default();

impl Maker for BoxIn {
    type Owner = Box<Object, &'static LookasideAlloc>;

    fn new() -> Self {
        let paged = PoolType::PAGED;
        check(ENTRIES.init(size_of::<Object>(), paged, None, None, None, None));
        BoxIn
    }

    #[inline(always)]
    fn make(&self, mark: u64) -> Self::Owner {
        match Box::try_new_in(Object::new(mark), &ENTRIES) {
            Ok(one) => one,
            Err(error) => fail(&error),
        }
    }
}

impl Drop for BoxIn {
    fn drop(&mut self) {
        // SAFETY: the objects are gone, and this thread alone had them.
        check(unsafe { ENTRIES.destroy_shared() });
    }
}

static OBJECTS: Lookaside<Object> = Lookaside::new();

/// The life of that list.
struct Open;

impl Open {
    fn new() -> Self {
        check(OBJECTS.init_with(PoolType::PAGED, &Options::new()));
        Open
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        // SAFETY: the objects are gone, and this thread alone had them.
        check(unsafe { OBJECTS.destroy_shared() });
    }
}

/// `Lookaside::make`: the object is there before its entry, and moves.
pub struct Make(Open);

impl Maker for Make {
    type Owner = LookasideBox<'static, Object>;

    fn new() -> Self {
        Make(Open::new())
    }

    #[inline(always)]
    fn make(&self, mark: u64) -> Self::Owner {
        match OBJECTS.make(Object::new(mark)) {
            Ok(one) => one,
            Err(error) => fail(&error),
        }
    }
}

/// `Lookaside::make_with`: the object is built in its entry.
pub struct MakeWith(Open);

impl Maker for MakeWith {
    type Owner = LookasideBox<'static, Object>;

    fn new() -> Self {
        MakeWith(Open::new())
    }

    #[inline(always)]
    fn make(&self, mark: u64) -> Self::Owner {
        match OBJECTS.make_with(|| Object::new(mark)) {
            Ok(one) => one,
            Err(error) => fail(&error),
        }
    }
}

/// Builds every second object where the one before it lives. The smoke test runs it to see that the
/// loops notice.
pub struct Twice(Cell<Option<Rc<Object>>>);

impl Maker for Twice {
    type Owner = Rc<Object>;

    fn new() -> Self {
        Twice(Cell::new(None))
    }

    fn make(&self, mark: u64) -> Self::Owner {
        match self.0.take() {
            Some(again) => again,
            None => {
                let fresh = Rc::new(Object::new(mark));
                self.0.set(Some(Rc::clone(&fresh)));
                fresh
            }
        }
    }
}

fn check(outcome: Result<(), LookasideError>) {
    if let Err(error) = outcome {
        fail(&error)
    }
}

#[cold]
fn fail(error: &dyn std::fmt::Display) -> ! {
    eprintln!("lookaside-bench: {error}");
    std::process::exit(1)
}
