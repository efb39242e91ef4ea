// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The hit path: what allocate and free do when the calling thread's magazine can serve them. The
//! crate `lookaside` asks here first, and when there is nothing, or no room, goes to the slow path.
//!
//! When a list is not initialised, the hit path has nothing and no room, either: who asks it first
//! need not know.
//!
//! On x86-64 the hit path is inline, as it is in C: on Linux, and on Windows with the static library
//! (a thread-local variable cannot be imported from a DLL). Elsewhere, in drivers, and with the
//! feature `no_inline`, it has nothing and no room, and the slow path is `lookaside_alloc` and
//! `lookaside_free` themselves: every call is a call into the library.

#[cfg_attr(
    not(all(
        target_arch = "x86_64",
        any(target_os = "linux", all(windows, lookaside_is_static)),
        not(feature = "kernel"),
        not(feature = "no_inline")
    )),
    path = "call.rs"
)]
mod inline;

pub use inline::*;
