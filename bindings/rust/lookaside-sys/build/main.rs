// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Finds the C library, in one of four ways:
//!
//!     LOOKASIDE_LIB_DIR=DIR    it lies in DIR
//!     feature vendored         it is compiled here, from the repository's sources
//!     feature kernel           nothing is linked: the final link of the driver adds lookaside_nt
//!     otherwise                pkg-config knows
//!
//! LOOKASIDE_LIB_DIR goes before the features, so that who builds can overrule what a crate chose.

mod lib_dir;
mod pkg_config;
mod sources;
mod target;
mod vendored;

use std::env;
use std::process::exit;

use target::Target;

fn has_feature(name: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{}", name.to_uppercase())).is_some()
}

/// The value of a variable that decides something; cargo runs this again when it changes.
fn variable(name: &str) -> Option<String> {
    println!("cargo:rerun-if-env-changed={}", name);
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn find_library(target: &Target) -> Result<(), String> {
    if let Some(dir) = variable("LOOKASIDE_LIB_DIR") {
        return lib_dir::link(&dir, target);
    }
    if has_feature("vendored") {
        return vendored::build_and_link(target);
    }
    if target.kernel {
        return Ok(());
    }
    pkg_config::link(target)
}

fn main() {
    println!("cargo:rerun-if-changed=build");
    if let Err(complaint) = find_library(&Target::from_cargo()) {
        eprintln!("\nlookaside-sys: {}\n", complaint);
        exit(1);
    }
}
