// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! What is built for: the system, and which of the two libraries.

use std::env;

pub struct Target {
    pub triple: String,
    pub windows: bool,
    pub cross: bool,
    pub kernel: bool,
}

fn cargo_says(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {}", name))
}

impl Target {
    pub fn from_cargo() -> Self {
        let triple = cargo_says("TARGET");
        Self {
            windows: cargo_says("CARGO_CFG_TARGET_OS") == "windows",
            cross: triple != cargo_says("HOST"),
            kernel: crate::has_feature("kernel"),
            triple,
        }
    }

    /// Whether the library's sources are for it. On Windows, gcc and clang compile them.
    pub fn is_supported(&self) -> bool {
        match cargo_says("CARGO_CFG_TARGET_OS").as_str() {
            "linux" => true,
            "windows" => cargo_says("CARGO_CFG_TARGET_ENV") == "gnu",
            _ => false,
        }
    }

    /// The library's name.
    pub fn library(&self) -> &'static str {
        match self.kernel {
            true => "lookaside_nt",
            false => "lookaside",
        }
    }

    /// What a static library needs beside itself. A driver has what it needs from the kernel.
    pub fn link_system_libraries(&self) {
        let names: &[&str] = match (self.kernel, self.windows) {
            (true, true) => &[],
            (false, true) => &["synchronization", "ntdll"],
            (true, false) => &["pthread", "dl"],
            (false, false) => &["pthread"],
        };
        for name in names {
            println!("cargo:rustc-link-lib={}", name);
        }
    }
}
