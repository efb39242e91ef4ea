/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a test program calls, and a driver never: everything here begins with wdk_. A program
 * includes the driver's headers and this one, and links the driver's objects and the twin. */
#ifndef WDK_TWIN_H
#define WDK_TWIN_H

#include <wdm.h>

#include <wdk/expect.h>  /* bugchecks and exceptions that a test provokes */
#include <wdk/faults.h>  /* allocations that fail on purpose */
#include <wdk/inspect.h> /* time for the tuner; what the pool and the lists hold */
#include <wdk/loader.h>  /* drivers: load, open, send requests, unload */

#endif
