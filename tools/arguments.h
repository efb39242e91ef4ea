/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The command lines of the subcommands, over glibc's argp. */
#ifndef LOOKASIDE_ARGUMENTS_H
#define LOOKASIDE_ARGUMENTS_H

#include <argp.h>
#include <stdint.h>
#include <sys/types.h>

/* Numbers; a wrong one is a wrong usage. */
uint64_t arguments_number(struct argp_state *state, const char *text, uint64_t least,
                          uint64_t most);
double arguments_seconds(struct argp_state *state, const char *text);
pid_t arguments_process(struct argp_state *state, const char *text);

/* Parses the arguments, with flags of argp; returns only if they are right. */
void arguments_parse(const struct argp *argp, int argc, char **argv, unsigned flags,
                     void *settings);

#endif
