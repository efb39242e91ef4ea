/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The memory of the running process in a file, for a debugger that is not there. */
#ifndef LOOKASIDE_TESTS_IMAGE_H
#define LOOKASIDE_TESTS_IMAGE_H

/* Writes the modules and all committed memory that can be read into a file, as records of three
 * 64-bit numbers and bytes:
 *
 *     1, where a module begins, length of its path; the path
 *     2, an address, a number of bytes; the bytes
 *
 * The other threads wait. Windows only; elsewhere there are cores. */
void write_image(const char *name);

#endif
