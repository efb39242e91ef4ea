// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The C API of lookaside, as `<lookaside/lookaside.h>` declares it; what each call promises stands
//! there. The crate `lookaside` makes it safe.
//!
//! The library is found through pkg-config; with the feature `vendored`, it is compiled from the
//! repository's sources. With the feature `kernel`, the lists are those of a driver, and the final
//! link of the driver adds `lookaside_nt`, unless `vendored` compiles that, too.

#![no_std]
#![allow(non_camel_case_types)]
#![allow(unknown_lints, unexpected_cfgs)] // lookaside_is_static is the build script's

#[cfg(not(target_pointer_width = "64"))]
compile_error!("lookaside needs a 64-bit target: a magazine's state is one 64-bit word");

mod functions;
mod hit_path;
#[cfg_attr(feature = "kernel", path = "kernel_list.rs")]
mod list;
mod options;
mod statistics;
mod status;

pub use functions::*;
pub use hit_path::*;
pub use list::*;
pub use options::*;
pub use statistics::*;
pub use status::*;

/// The version of the C headers that this crate describes.
pub const LOOKASIDE_VERSION: &str = env!("CARGO_PKG_VERSION");
