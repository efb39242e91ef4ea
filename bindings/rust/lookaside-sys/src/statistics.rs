// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! What a list can say about itself, as `<lookaside/lookaside.h>` has it, with its laws.

use core::fmt;
use core::str;

use crate::{lookaside_cache, lookaside_status, LOOKASIDE_NAME_SIZE};

/// A list's name as C has it: it ends at the first 0.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct lookaside_name(pub [u8; LOOKASIDE_NAME_SIZE]);

impl lookaside_name {
    /// The name, up to the first byte that is not UTF-8.
    pub fn as_str(&self) -> &str {
        let end = self
            .0
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(LOOKASIDE_NAME_SIZE);
        match str::from_utf8(&self.0[..end]) {
            Ok(name) => name,
            Err(error) => str::from_utf8(&self.0[..error.valid_up_to()]).unwrap_or(""),
        }
    }
}

impl fmt::Debug for lookaside_name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for lookaside_name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

/// Counters count entries, since the list was initialised.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct lookaside_statistics {
    /// As given, cut.
    pub name: lookaside_name,
    pub tag: u32,
    /// The pool type with the bits that the flags add.
    pub type_: u32,
    /// Bytes of an entry as asked, at least 8.
    pub size: usize,
    /// Bytes.
    pub alignment: usize,
    pub cache: lookaside_cache,
    /// Of the last allocation that failed, or `LOOKASIDE_OK`.
    pub last_failure: lookaside_status,
    /// Entries that one magazine may keep now.
    pub depth: u32,
    /// Its ceiling.
    pub maximum_depth: u32,
    /// Entries handed out.
    pub total_allocates: u64,
    /// Entries that came from the backing.
    pub allocate_misses: u64,
    /// Entries taken back.
    pub total_frees: u64,
    /// Entries that went to the backing.
    pub free_misses: u64,
    /// Cached entries that flush and trim gave to the backing.
    pub flushed: u64,
    /// Allocations that got nothing; in no other counter.
    pub allocate_failures: u64,
    /// Entries in magazines and depot.
    pub current_depth: u64,
    /// Entries that are out.
    pub live_entries: u64,
    /// Entries that reserve still holds back.
    pub reserved_entries: u64,
    /// Threads that own a magazine of the list.
    pub threads: u64,
    /// Everything below.
    pub mapped_bytes: u64,
    /// In entries that are out.
    pub live_bytes: u64,
    /// In entries in magazines.
    pub magazine_bytes: u64,
    /// In entries in the depot.
    pub depot_bytes: u64,
    /// In slabs, in no entry above.
    pub slab_free_bytes: u64,
    /// The library's own records of this list.
    pub metadata_bytes: u64,
    /// The most entries that were ever out of the backing at once, with the user or cached; 0 in a
    /// driver, as the four below.
    pub highest_entries: u64,
    /// Of the `allocate_misses`: those that raised `highest_entries`.
    pub misses_cold: u64,
    /// Entries that the cache had once, and no room for.
    pub misses_burst: u64,
    /// Entries that flush or trim had given back.
    pub misses_trimmed: u64,
    /// Of threads whose entries others free.
    pub misses_handed_over: u64,
}
