/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The figures in Prometheus's text format. */
#ifndef LOOK_EXPOSITION_H
#define LOOK_EXPOSITION_H

#include "look.h"

/* Everything about the processes, or about all when count is 0; *text is the caller's to free. */
void exposition_of(const pid_t *pids, size_t count, char **text, size_t *length);

#endif
