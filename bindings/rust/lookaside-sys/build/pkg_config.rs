// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The library is installed, and pkg-config knows where.

use std::env;
use std::mem::take;
use std::process::Command;

use crate::target::Target;
use crate::variable;

const WHAT_TO_DO: &str = "What helps:
    - install the C library: ./dev install PREFIX in its repository
    - tell pkg-config where it is: PKG_CONFIG_PATH=PREFIX/lib/pkgconfig
    - name the folder that it lies in: LOOKASIDE_LIB_DIR=PREFIX/lib
    - compile it from the repository's sources: the feature \"vendored\"";

/// The versions that fit: before 1.0, those with the same minor number.
fn wanted() -> [String; 2] {
    let number = |name: &str| -> u32 {
        let text = env::var(name).unwrap_or_else(|_| panic!("cargo sets {}", name));
        text.parse().expect("cargo's versions are numbers")
    };
    let (major, minor) = (
        number("CARGO_PKG_VERSION_MAJOR"),
        number("CARGO_PKG_VERSION_MINOR"),
    );
    [
        format!("lookaside >= {}.{}", major, minor),
        format!("lookaside < {}.{}", major, minor + 1),
    ]
}

/// The words of an answer, in which a backslash stands before a space that is part of a path.
fn words(answer: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let mut letters = answer.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => word.extend(letters.next()),
            _ if letter.is_whitespace() => words.push(take(&mut word)),
            _ => word.push(letter),
        }
    }
    words.push(word);
    words
}

/// `-Lfolder` and `-lname`; all others are for C.
fn obey(flag: &str) {
    if let Some(folder) = flag.strip_prefix("-L") {
        println!("cargo:rustc-link-search=native={}", folder);
    } else if let Some(name) = flag.strip_prefix("-l") {
        println!("cargo:rustc-link-lib={}", name);
    }
}

pub fn link(target: &Target) -> Result<(), String> {
    let program = variable("PKG_CONFIG");
    for name in [
        "PKG_CONFIG_PATH",
        "PKG_CONFIG_LIBDIR",
        "PKG_CONFIG_SYSROOT_DIR",
    ] {
        variable(name);
    }
    if target.cross && program.is_none() {
        return Err(format!(
            "this machine's pkg-config does not speak for {}; name one that does in PKG_CONFIG.\n{}",
            target.triple, WHAT_TO_DO
        ));
    }
    let program = program.unwrap_or_else(|| "pkg-config".to_string());
    let answer = Command::new(&program)
        .args(["--print-errors", "--libs"])
        .args(wanted())
        .output()
        .map_err(|error| format!("cannot run {}: {}.\n{}", program, error, WHAT_TO_DO))?;
    if !answer.status.success() {
        let errors = String::from_utf8_lossy(&answer.stderr);
        return Err(format!("{} says:\n{}{}", program, errors, WHAT_TO_DO));
    }
    for flag in words(&String::from_utf8_lossy(&answer.stdout)) {
        obey(&flag);
    }
    Ok(())
}
