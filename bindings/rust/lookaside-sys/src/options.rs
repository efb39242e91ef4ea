// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! What a list is made of, as `<lookaside/lookaside.h>` has it.

use core::ffi::c_void;
use core::mem::size_of;
use core::ptr::{null, null_mut};

use crate::lookaside_list;

/// Where entries live; the values are those of NT's `POOL_TYPE`.
pub type lookaside_pool_type = u32;

pub const LOOKASIDE_NONPAGED: lookaside_pool_type = 0;
pub const LOOKASIDE_PAGED: lookaside_pool_type = 1;
pub const LOOKASIDE_NONPAGED_NX: lookaside_pool_type = 512;

pub const LOOKASIDE_RAISE_ON_FAIL: u32 = 0x1;
pub const LOOKASIDE_FAIL_NO_RAISE: u32 = 0x2;
pub const LOOKASIDE_COUNT_OUTSTANDING: u32 = 0x10000;

pub const LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE: u32 = 0x8;
pub const LOOKASIDE_POOL_RAISE_IF_ALLOCATION_FAILURE: u32 = 0x10;

/// Who keeps free entries.
pub type lookaside_cache = u32;

pub const LOOKASIDE_CACHE_THREAD: lookaside_cache = 0;
pub const LOOKASIDE_CACHE_NONE: lookaside_cache = 2;

pub const LOOKASIDE_MINIMUM_SIZE: usize = 8;
pub const LOOKASIDE_MAXIMUM_SIZE: usize = 16 << 20;
pub const LOOKASIDE_DEFAULT_ALIGNMENT: usize = 16;
pub const LOOKASIDE_MINIMUM_DEPTH: u32 = 4;
pub const LOOKASIDE_DEFAULT_MAXIMUM_DEPTH: u32 = 256;
pub const LOOKASIDE_LARGEST_MAXIMUM_DEPTH: u32 = 1023;
pub const LOOKASIDE_NAME_SIZE: usize = 64;
pub const LOOKASIDE_DEFAULT_TAG: u32 = u32::from_le_bytes(*b"srLL");

/// Gives one entry of the backing, or NULL.
pub type lookaside_allocate_callback = unsafe extern "C" fn(
    pool_type: u32,
    size: usize,
    tag: u32,
    list: *mut lookaside_list,
    context: *mut c_void,
) -> *mut c_void;

/// Takes one entry back into the backing.
pub type lookaside_free_callback =
    unsafe extern "C" fn(entry: *mut c_void, list: *mut lookaside_list, context: *mut c_void);

/// Prepares an entry that came from the backing; 0 when it is ready.
pub type lookaside_construct_callback = unsafe extern "C" fn(
    entry: *mut c_void,
    list: *mut lookaside_list,
    context: *mut c_void,
) -> i32;

/// Undoes construct on an entry that is about to go to the backing.
pub type lookaside_destruct_callback =
    unsafe extern "C" fn(entry: *mut c_void, list: *mut lookaside_list, context: *mut c_void);

/// How a list differs from the default. Zero, NULL or None in a member chooses its default.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lookaside_options {
    pub options_size: usize,
    pub tag: u32,
    pub flags: u32,
    pub maximum_depth: u32,
    pub cache: lookaside_cache,
    pub alignment: usize,
    pub name: *const u8,
    pub allocate: Option<lookaside_allocate_callback>,
    pub free: Option<lookaside_free_callback>,
    pub construct: Option<lookaside_construct_callback>,
    pub destruct: Option<lookaside_destruct_callback>,
    pub context: *mut c_void,
}

impl lookaside_options {
    /// All defaults.
    pub const INIT: Self = Self {
        options_size: size_of::<Self>(),
        tag: 0,
        flags: 0,
        maximum_depth: 0,
        cache: LOOKASIDE_CACHE_THREAD,
        alignment: 0,
        name: null(),
        allocate: None,
        free: None,
        construct: None,
        destruct: None,
        context: null_mut(),
    };
}
