// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Every way to fail, as `<lookaside/status.h>` has them.

/// A failure that a correct program can meet, or `LOOKASIDE_OK`.
pub type lookaside_status = u32;

pub const LOOKASIDE_OK: lookaside_status = 0;
pub const LOOKASIDE_NOT_INITIALIZED: lookaside_status = 1;
pub const LOOKASIDE_ALREADY_INITIALIZED: lookaside_status = 2;
pub const LOOKASIDE_IN_USE: lookaside_status = 3;
pub const LOOKASIDE_NULL_ARGUMENT: lookaside_status = 4;
pub const LOOKASIDE_BAD_OPTIONS: lookaside_status = 5;
pub const LOOKASIDE_SIZE_ZERO: lookaside_status = 6;
pub const LOOKASIDE_SIZE_TOO_LARGE: lookaside_status = 7;
pub const LOOKASIDE_BAD_POOL_TYPE: lookaside_status = 8;
pub const LOOKASIDE_FLAGS_EXCLUSIVE: lookaside_status = 9;
pub const LOOKASIDE_FLAGS_UNKNOWN: lookaside_status = 10;
pub const LOOKASIDE_BAD_MAXIMUM_DEPTH: lookaside_status = 11;
pub const LOOKASIDE_BAD_ALIGNMENT: lookaside_status = 12;
pub const LOOKASIDE_BAD_CACHE_POLICY: lookaside_status = 13;
pub const LOOKASIDE_NO_MEMORY: lookaside_status = 14;
pub const LOOKASIDE_LOCKED_MEMORY_LIMIT: lookaside_status = 15;
pub const LOOKASIDE_ALLOCATE_FAILED: lookaside_status = 16;
pub const LOOKASIDE_CONSTRUCT_FAILED: lookaside_status = 17;
pub const LOOKASIDE_NOT_SUPPORTED: lookaside_status = 18;
pub const LOOKASIDE_WRONG_IRQL: lookaside_status = 19;
pub const LOOKASIDE_MISALIGNED_LIST: lookaside_status = 20;

/// A broken contract.
pub type lookaside_bugcheck_code = u32;

pub const LOOKASIDE_BUGCHECK_FREE_NOT_AN_ENTRY: lookaside_bugcheck_code = 0x10;
pub const LOOKASIDE_BUGCHECK_DOUBLE_FREE: lookaside_bugcheck_code = 0x13;
pub const LOOKASIDE_BUGCHECK_NOT_INITIALIZED: lookaside_bugcheck_code = 0xCB;
pub const LOOKASIDE_BUGCHECK_WRONG_LIST: lookaside_bugcheck_code = 0x1001;
pub const LOOKASIDE_BUGCHECK_INTERIOR_POINTER: lookaside_bugcheck_code = 0x1002;
pub const LOOKASIDE_BUGCHECK_NEVER_ALLOCATED: lookaside_bugcheck_code = 0x1003;
pub const LOOKASIDE_BUGCHECK_USED_AFTER_DESTROY: lookaside_bugcheck_code = 0x1004;
pub const LOOKASIDE_BUGCHECK_CORRUPTED_LIST: lookaside_bugcheck_code = 0x1005;
pub const LOOKASIDE_BUGCHECK_ALLOCATION_RAISED: lookaside_bugcheck_code = 0x1006;
pub const LOOKASIDE_BUGCHECK_DESTROYED_IN_USE: lookaside_bugcheck_code = 0x1007;
