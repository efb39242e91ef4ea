// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The object that is measured, and the loops over it: what `../cpp.hpp` has for C++, line by line.

use std::arch::asm;
use std::ops::Deref;

pub struct Object {
    first: u64,
    _between: [u64; 6],
    last: u64,
}

impl Object {
    #[inline]
    pub fn new(mark: u64) -> Self {
        Object {
            first: mark,
            _between: [0; 6],
            last: !mark,
        }
    }

    #[inline]
    fn intact(&self, mark: u64) -> bool {
        self.first == mark && self.last == !mark
    }
}

/// A way to make an object.
pub trait Maker {
    type Owner: Deref<Target = Object>;

    fn new() -> Self;
    fn make(&self, mark: u64) -> Self::Owner;
}

/// What is timed: some operations, and how many they were.
pub trait Loops {
    fn pairs(&mut self) -> usize;
    fn replacements(&mut self) -> usize;
    fn mismatches(&self) -> u64;
}

/// The owners are dropped before the maker.
pub struct Objects<M: Maker> {
    live: Vec<Option<M::Owner>>,
    maker: M,
    dice: Dice,
    mismatches: u64,
}

const OPERATIONS: u64 = 1024;

impl<M: Maker> Objects<M> {
    pub fn new(count: usize) -> Self {
        let maker = M::new();
        let live = (0..count as u64)
            .map(|mark| Some(make(&maker, mark)))
            .collect();
        Objects {
            live,
            maker,
            dice: Dice(1),
            mismatches: 0,
        }
    }
}

impl<M: Maker> Loops for Objects<M> {
    fn pairs(&mut self) -> usize {
        let mut mismatches = 0;
        for mark in 0..OPERATIONS {
            let one = make(&self.maker, mark);
            mismatches += u64::from(!one.intact(mark));
            drop(one);
            anything_may_happen();
        }
        self.mismatches += mismatches;
        OPERATIONS as usize
    }

    fn replacements(&mut self) -> usize {
        let mut mismatches = 0;
        let mut rolled = self.dice;
        for _ in 0..OPERATIONS {
            let mark = rolled.below(self.live.len());
            let one = &mut self.live[mark];
            mismatches += u64::from(!is_intact(one, mark as u64));
            *one = None;
            anything_may_happen();
            *one = Some(make(&self.maker, mark as u64));
        }
        self.dice = rolled;
        self.mismatches += mismatches;
        OPERATIONS as usize
    }

    fn mismatches(&self) -> u64 {
        let wrong = (0..)
            .zip(&self.live)
            .filter(|(mark, one)| !is_intact(one, *mark))
            .count();
        self.mismatches + wrong as u64
    }
}

#[inline(always)]
fn make<M: Maker>(maker: &M, mark: u64) -> M::Owner {
    let one = maker.make(mark);
    anything_may_happen_to(&one);
    one
}

#[inline(always)]
fn is_intact<O: Deref<Target = Object>>(owner: &Option<O>, mark: u64) -> bool {
    owner.as_ref().map_or(false, |one| one.intact(mark))
}

/// The compiler must not know what happens to memory here.
#[inline(always)]
fn anything_may_happen() {
    // SAFETY: no instruction.
    unsafe { asm!("", options(nostack, preserves_flags)) }
}

#[inline(always)]
fn anything_may_happen_to(object: &Object) {
    // SAFETY: no instruction.
    unsafe { asm!("/* {0} */", in(reg) object, options(nostack, preserves_flags)) }
}

/// The same random positions as `dice.hpp`.
#[derive(Clone, Copy)]
struct Dice(u64);

impl Dice {
    #[inline(always)]
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (((self.0 >> 32) * limit as u64) >> 32) as usize
    }
}
