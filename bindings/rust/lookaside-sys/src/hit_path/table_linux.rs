// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The calling thread's table of magazines, on x86-64 Linux.

use core::arch::asm;

/// A thread-local variable of the C library, which stable Rust cannot declare: two instructions
/// fetch it, as a C compiler does for the model "initial-exec". It may be fetched once for several
/// calls, as long as nothing is written in between: only the slow path changes it.
#[inline(always)]
pub fn own_table() -> *mut u8 {
    let table: *mut u8;
    // SAFETY: reads the thread's own variable.
    unsafe {
        asm!(
            "mov {table}, qword ptr [rip + lookaside_thread_magazines@GOTTPOFF]",
            "mov {table}, qword ptr fs:[{table}]",
            table = out(reg) table,
            options(pure, readonly, nostack, preserves_flags)
        );
    }
    table
}
