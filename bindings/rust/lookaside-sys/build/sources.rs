// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Which files the library is made of: what CMake's lists say, so that there is one list.

use std::fs;
use std::path::{Path, PathBuf};

use crate::target::Target;

/// The lines of a CMakeLists.txt without comments.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or("").trim())
}

/// What is between `add_library(NAME OBJECT` and the parenthesis that closes it.
fn object_library(text: &str, name: &str) -> Vec<String> {
    lines(text)
        .skip_while(|line| *line != format!("add_library({} OBJECT", name))
        .skip(1)
        .take_while(|line| *line != ")")
        .flat_map(str::split_whitespace)
        .map(str::to_string)
        .collect()
}

/// What `set(os_source ...)` says behind the question for the system.
fn os_source(text: &str, system: &str) -> Option<String> {
    lines(text)
        .skip_while(|line| !line.ends_with(&format!("CMAKE_SYSTEM_NAME STREQUAL \"{}\")", system)))
        .find_map(|line| line.strip_prefix("set(os_source ")?.strip_suffix(')'))
        .map(str::to_string)
}

/// The sources of the library, below the repository's root.
pub fn of_library(root: &Path, target: &Target) -> Result<Vec<PathBuf>, String> {
    let (folder, name) = match target.kernel {
        true => ("nt", "lookaside_nt_objects"),
        false => ("src", "lookaside_objects"),
    };
    let list = root.join(folder).join("CMakeLists.txt");
    println!("cargo:rerun-if-changed={}", list.display());
    let text = fs::read_to_string(&list).map_err(|error| {
        format!(
            "the feature \"vendored\" compiles the C sources of lookaside's repository, and cannot \
             read\n{}: {}.\nUse the crate from a checkout of the repository, or an installed \
             library, without the feature.",
            list.display(),
            error
        )
    })?;
    let os = os_source(&text, if target.windows { "Windows" } else { "Linux" });
    let sources: Vec<PathBuf> = object_library(&text, name)
        .into_iter()
        .map(|source| match (source.as_str(), &os) {
            ("${os_source}", Some(os)) => os.clone(),
            _ => source,
        })
        .map(|source| root.join(folder).join(source))
        .collect();
    match sources.iter().find(|source| !source.is_file()) {
        Some(missing) => Err(format!("{} names {}", list.display(), missing.display())),
        None if sources.is_empty() => Err(format!("{} has no {}", list.display(), name)),
        None => Ok(sources),
    }
}
