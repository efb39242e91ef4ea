// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The calling thread's table of magazines, on x86-64 Windows.

use core::arch::asm;

/// A thread-local variable of the C library, which stable Rust cannot declare. It lies in the block
/// that the loader copies for each thread and each module with such variables, at the offset that the
/// linker fills in for its name. It may be fetched once for several calls, as long as nothing is
/// written in between: only the slow path changes it.
#[inline(always)]
pub fn own_table() -> *mut u8 {
    let table: *mut u8;
    // SAFETY: reads the thread's own variable.
    unsafe {
        asm!(
            "mov {module:e}, dword ptr [rip + _tls_index]",
            "mov {table}, qword ptr gs:[0x58]",
            "mov {table}, qword ptr [{table} + 8*{module}]",
            "mov {table}, qword ptr [{table} + lookaside_thread_magazines@SECREL32]",
            table = out(reg) table,
            module = out(reg) _,
            options(pure, readonly, nostack, preserves_flags)
        );
    }
    table
}
