// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

#![doc = include_str!("../../README.md")]
#![cfg_attr(feature = "allocator_api", doc = include_str!("../../allocator_api.md"))]
#![no_std]
#![cfg_attr(feature = "allocator_api", feature(allocator_api))]
#![warn(missing_docs, clippy::undocumented_unsafe_blocks)]
#![deny(unsafe_op_in_unsafe_fn)]

#[cfg(feature = "std")]
extern crate std;

mod alloc;
#[cfg(feature = "allocator_api")]
mod allocator;
mod boxed;
mod callbacks;
mod error;
mod options;
mod pool_type;
mod record;
mod report;
#[cfg_attr(feature = "kernel", path = "kernel_storage.rs")]
mod storage;
mod typed;

pub use alloc::LookasideAlloc;
pub use boxed::LookasideBox;
pub use callbacks::{AllocateFn, FreeFn};
pub use error::LookasideError;
pub use options::{Options, COUNT_OUTSTANDING, DEFAULT_POOL_TAG, FAIL_NO_RAISE, RAISE_ON_FAIL};
pub use pool_type::PoolType;
pub use report::Report;
pub use typed::Lookaside;

/// The C API underneath.
pub use lookaside_sys as sys;

/// What a list can say about itself; the C header has its laws.
pub use sys::lookaside_statistics as Statistics;
