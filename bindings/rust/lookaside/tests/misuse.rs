// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! A broken contract ends the program with one sentence: one that only unsafe code can break. Each
//! mistake runs in a process of its own, which is this program, started again.

#![cfg(not(feature = "kernel"))]

use std::env;
use std::process::Command;
use std::ptr::NonNull;

use lookaside::{LookasideAlloc, Options, PoolType};

fn list() -> LookasideAlloc {
    let list = LookasideAlloc::default();
    let options = Options::new().name("misused").without_cache();
    list.init_with(64, PoolType::PAGED, &options).unwrap();
    list
}

/// Runs the mistake in the child, and returns there; expects the sentence of the parent's child.
fn dies(test: &str, mistake: impl FnOnce(), sentence: &str) {
    const CHILD: &str = "LOOKASIDE_TEST_MISUSE";

    if env::var_os(CHILD).is_some() {
        mistake();
        return;
    }
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "the mistake was not noticed");
    assert!(said.contains(sentence), "it said: {}", said);
}

#[test]
fn freeing_before_init() {
    let mistake = || unsafe { LookasideAlloc::default().free(NonNull::dangling()) };

    dies(
        "freeing_before_init",
        mistake,
        "bugcheck 0xCB: the list is used before lookaside_init",
    );
}

#[test]
fn freeing_twice() {
    let mistake = || {
        let list = list();
        let entry = list.alloc().unwrap();
        unsafe {
            list.free(entry);
            list.free(entry);
        }
    };

    dies(
        "freeing_twice",
        mistake,
        "bugcheck 0x13: the entry was freed twice (list \"misused\"",
    );
}

#[test]
fn freeing_into_another_list() {
    let mistake = || {
        let (own, other) = (list(), list());
        unsafe { other.free(own.alloc().unwrap()) };
    };

    dies(
        "freeing_into_another_list",
        mistake,
        "belongs to another list",
    );
}
