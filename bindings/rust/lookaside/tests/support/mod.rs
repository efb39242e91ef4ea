// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! What several tests need.

use std::sync::Mutex;

use lookaside::sys::lookaside_list;

/// Notes a list that a test leaks on purpose, so that leak checkers can reach it.
pub fn leaks(list: *mut lookaside_list) {
    static LEAKED: Mutex<Vec<usize>> = Mutex::new(Vec::new());

    LEAKED.lock().unwrap().push(list as usize);
}
