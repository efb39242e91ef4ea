// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The library lies where somebody said.

use std::path::Path;

use crate::target::Target;

pub fn link(dir: &str, target: &Target) -> Result<(), String> {
    let library = target.library();
    let names = ["lib{}.so", "lib{}.dll.a", "lib{}.a"].map(|name| name.replace("{}", library));
    if !names.iter().any(|name| Path::new(dir).join(name).exists()) {
        return Err(format!(
            "LOOKASIDE_LIB_DIR is {}, where there is neither {}.\n\
             Set it to the folder that the library was installed into, or unset it.",
            dir,
            names.join(" nor ")
        ));
    }
    if !names[..2]
        .iter()
        .any(|name| Path::new(dir).join(name).exists())
    {
        println!("cargo:rustc-cfg=lookaside_is_static");
    }
    println!("cargo:rustc-link-search=native={}", dir);
    println!("cargo:rustc-link-lib={}", library);
    if target.kernel && !target.windows {
        println!("cargo:rustc-link-lib=lookaside_wdk"); // the twin of the kernel
    }
    target.link_system_libraries();
    Ok(())
}
