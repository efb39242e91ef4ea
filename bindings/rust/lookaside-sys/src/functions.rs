// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The calls, as `<lookaside/lookaside.h>` and `<lookaside/status.h>` declare them.

use core::ffi::c_void;
use core::mem::{size_of, MaybeUninit};

use crate::{
    lookaside_bugcheck_code, lookaside_list, lookaside_options, lookaside_pool_type,
    lookaside_statistics, lookaside_status,
};

/// Receives a piece of text; the pieces follow each other.
pub type lookaside_write =
    unsafe extern "C" fn(context: *mut c_void, text: *const u8, length: usize);

/// Told of a bugcheck before the program ends.
pub type lookaside_bugcheck_handler = unsafe extern "C" fn(
    code: lookaside_bugcheck_code,
    list: *mut lookaside_list,
    entry: *mut c_void,
    sentence: *const u8,
    context: *mut c_void,
);

/// Told of a failed allocation on a list made with `LOOKASIDE_RAISE_ON_FAIL`.
pub type lookaside_raise_handler =
    unsafe extern "C" fn(status: lookaside_status, list: *mut lookaside_list, context: *mut c_void);

extern "C" {
    pub fn lookaside_init(
        list: *mut lookaside_list,
        size: usize,
        pool_type: lookaside_pool_type,
        options: *const lookaside_options,
    ) -> lookaside_status;
    pub fn lookaside_destroy(list: *mut lookaside_list) -> lookaside_status;
    pub fn lookaside_abandon(list: *mut lookaside_list) -> lookaside_status;

    pub fn lookaside_alloc(list: *mut lookaside_list) -> *mut c_void;
    pub fn lookaside_free(list: *mut lookaside_list, entry: *mut c_void);
    pub fn lookaside_alloc_bulk(
        list: *mut lookaside_list,
        entries: *mut *mut c_void,
        count: usize,
    ) -> usize;
    pub fn lookaside_free_bulk(
        list: *mut lookaside_list,
        entries: *const *mut c_void,
        count: usize,
    );
    pub fn lookaside_backing_allocate(list: *mut lookaside_list) -> *mut c_void;
    pub fn lookaside_backing_free(list: *mut lookaside_list, entry: *mut c_void);

    pub fn lookaside_flush(list: *mut lookaside_list) -> lookaside_status;
    pub fn lookaside_trim(
        list: *mut lookaside_list,
        keep: usize,
        released: *mut usize,
    ) -> lookaside_status;
    pub fn lookaside_reserve(list: *mut lookaside_list, count: usize) -> lookaside_status;

    pub fn lookaside_query_sized(
        list: *mut lookaside_list,
        statistics: *mut lookaside_statistics,
        statistics_size: usize,
    ) -> lookaside_status;
    pub fn lookaside_report(
        list: *mut lookaside_list,
        write: Option<lookaside_write>,
        context: *mut c_void,
    ) -> lookaside_status;
    pub fn lookaside_report_of(
        statistics: *const lookaside_statistics,
        address: *const c_void,
        write: Option<lookaside_write>,
        context: *mut c_void,
    ) -> lookaside_status;
    pub fn lookaside_version() -> *const u8;

    pub fn lookaside_set_bugcheck_handler(
        handler: Option<lookaside_bugcheck_handler>,
        context: *mut c_void,
    );
    pub fn lookaside_bugcheck(
        code: lookaside_bugcheck_code,
        list: *mut lookaside_list,
        entry: *mut c_void,
    );
    pub fn lookaside_set_raise_handler(
        handler: Option<lookaside_raise_handler>,
        context: *mut c_void,
    );

    pub fn lookaside_status_name(status: lookaside_status) -> *const u8;
    pub fn lookaside_status_message(status: lookaside_status) -> *const u8;
    pub fn lookaside_ntstatus(status: lookaside_status) -> u32;
    pub fn lookaside_errno(status: lookaside_status) -> i32;
    pub fn lookaside_bugcheck_message(code: lookaside_bugcheck_code) -> *const u8;
}

/// `lookaside_query`, which is inline in C.
///
/// # Safety
/// As the C call: `list` is NULL or points to a list, `statistics` is NULL or points to its place.
pub unsafe fn lookaside_query(
    list: *mut lookaside_list,
    statistics: *mut MaybeUninit<lookaside_statistics>,
) -> lookaside_status {
    lookaside_query_sized(list, statistics.cast(), size_of::<lookaside_statistics>())
}
