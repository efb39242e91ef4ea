/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The part of the programs that drive the conformance driver that both worlds share. */
#ifndef CONFORMANCE_RUNNER_H
#define CONFORMANCE_RUNNER_H

#include <stdint.h>

/* Runs every check and prints the results as TAP. Returns the program's exit status: 0 when each
 * check held, or differs as differences.c says. world is a world of differences.c. */
int run_checks(const char *world);

/* Supplied by the world: sends one device control to the driver; how many bytes came back, or
 * UINT32_MAX when the request failed. */
uint32_t conformance_request(uint32_t code, const void *in, uint32_t in_size, void *out,
                             uint32_t out_size);

#endif
