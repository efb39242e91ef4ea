/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* AddressSanitizer and valgrind, where one of them watches the program. */
#ifndef WDK_WATCH_H
#define WDK_WATCH_H

#include <wdk/inspect.h> /* wdk_memory_is_watched */

/* An entry that is free but cached: from now on its use is reported, except by functions that are
 * WDK_UNWATCHED and use its first word alone. Does nothing when nobody watches. */
void watch_forbid(void *entry, SIZE_T size);

/* The entry is handed out again, with the content it had. */
void watch_allow(void *entry, SIZE_T size);

#endif
