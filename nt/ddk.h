/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The kernel's headers, as the files of this folder want them: <wdm.h> of the WDK, of mingw-w64 or
 * of the twin, and what some of these leave out. A driver includes what it likes. */
#ifndef LA_DDK_H
#define LA_DDK_H

#include <wdm.h>

/* mingw-w64's header has the bug check codes of Windows XP. */
#ifndef DRIVER_VERIFIER_DETECTED_VIOLATION
#define DRIVER_VERIFIER_DETECTED_VIOLATION 0xC4
#endif

#endif
