// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! What the driver writes: text in a buffer of a fixed size, DbgPrint, and the last words of a
//! panic.

use core::fmt::{self, Write};
use core::panic::PanicInfo;

use crate::nt;

/// Text of up to N bytes; what is beyond is cut off.
pub struct Text<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Text<N> {
    pub fn of(arguments: fmt::Arguments<'_>) -> Self {
        let mut text = Self {
            bytes: [0; N],
            length: 0,
        };
        // What does not fit is left out.
        let _ = text.write_fmt(arguments);
        text
    }

    /// All N bytes, zeroes after the text.
    pub fn bytes(&self) -> [u8; N] {
        self.bytes
    }
}

impl<const N: usize> Write for Text<N> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        for byte in piece.bytes() {
            *self.bytes.get_mut(self.length).ok_or(fmt::Error)? = byte;
            self.length += 1;
        }
        Ok(())
    }
}

/// Writes a line for the debugger. IRQL <= DISPATCH_LEVEL.
pub fn print(arguments: fmt::Arguments<'_>) {
    let line = Text::<256>::of(arguments);
    // SAFETY: the text is as long as it says.
    unsafe {
        let format = b"%.*s\n\0".as_ptr();
        nt::DbgPrint(format, line.length as i32, line.bytes.as_ptr());
    }
}

/// "Rust".
const PANIC: u32 = 0x5275_7374;

/// A panic is a bugcheck: nothing else may go on after a broken promise in a kernel. Its
/// parameters: the file's name and how long that is, line, column.
#[panic_handler]
fn panic(panic: &PanicInfo<'_>) -> ! {
    print(format_args!("checksum: {panic}"));
    let (file, line, column) = panic.location().map_or(("", 0, 0), |place| {
        (place.file(), place.line(), place.column())
    });
    let name = file.as_ptr() as usize;
    // SAFETY: any numbers will do.
    unsafe { nt::KeBugCheckEx(PANIC, name, file.len(), line as usize, column as usize) }
}
