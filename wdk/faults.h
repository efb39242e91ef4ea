/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Fault injection, for the pool and whatever else a driver must expect to fail. */
#ifndef WDK_FAULTS_ROOM_H
#define WDK_FAULTS_ROOM_H

#include <wdk/faults.h>

#include "trace.h"

/* Whether the allocation that these calls led to, by the current owner, is to fail. Counts it. */
BOOLEAN faults_strike(const struct trace *trace);

/* The same, by the calls that led here, for what is no pool allocation but can fail for want of
 * memory: a thread that cannot be created, for instance. */
BOOLEAN faults_strike_here(void);

#endif
