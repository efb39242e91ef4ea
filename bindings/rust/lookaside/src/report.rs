// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! A list's report, in the layout of WinDbg's `!lookaside`.

use core::ffi::c_void;
use core::fmt;
use core::marker::PhantomData;
use core::{slice, str};

use lookaside_sys as sys;

use crate::record::RecordPtr;

/// A list's report, which is made when it is printed: an empty line, a header, six rows.
///
/// ```text
///
/// Lookaside "contexts" @ 0x000055d5c8a3a080  Tag(hex): 0x31787443 "Ctx1"
///     Type           =       0001  PagedPool
///     Current Depth  =          0  Max Depth  =          4
///     Size           =         64  Max Alloc  =        256
///     AllocateMisses =          4  FreeMisses =          0
///     TotalAllocates =          4  TotalFrees =          4
///     Hit Rate       =          0% Hit Rate   =        100%
/// ```
pub struct Report<'a> {
    pub(crate) record: RecordPtr,
    pub(crate) list: PhantomData<&'a ()>,
}

/// The report's text. The C library writes into this, not into the user's `fmt::Write`, which may
/// panic: that must not happen below C. The longest report has 900 bytes.
struct Text {
    bytes: [u8; 1024],
    length: usize,
}

unsafe extern "C" fn add(context: *mut c_void, text: *const u8, length: usize) {
    // SAFETY: the context is the text of `fmt` below.
    let whole = unsafe { &mut *context.cast::<Text>() };
    // SAFETY: the library's text has this length.
    let piece = unsafe { slice::from_raw_parts(text, length) };
    for byte in piece {
        if let Some(place) = whole.bytes.get_mut(whole.length) {
            *place = *byte;
            whole.length += 1;
        }
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Text {
            bytes: [0; 1024],
            length: 0,
        };
        let context: *mut Text = &mut text;
        // SAFETY: the list is initialised while the report borrows it.
        unsafe { sys::lookaside_report(self.record.list(), Some(add), context.cast()) };
        f.write_str(str::from_utf8(&text.bytes[..text.length]).map_err(|_| fmt::Error)?)
    }
}
