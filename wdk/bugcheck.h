/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The one way to die. */
#ifndef WDK_BUGCHECK_ROOM_H
#define WDK_BUGCHECK_ROOM_H

#include <wdk/bugcheck.h>

/* The words of a bugcheck: what happened, and what to do. No lock may be held. */
WDK_NORETURN void bugcheck(ULONG code, ULONG_PTR parameter1, ULONG_PTR parameter2,
                           ULONG_PTR parameter3, ULONG_PTR parameter4, const char *format, ...)
    WDK_PRINTF(6, 7);

/* The four characters of a tag in memory order, unprintable ones as dots. */
struct tag_text {
    char text[5];
};
struct tag_text tag_text(ULONG tag);

#endif
