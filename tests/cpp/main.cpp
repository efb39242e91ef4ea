/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Runs the test cases of the program's other files; each is a sentence about the C++ face. */
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "cpp_test.hpp"
