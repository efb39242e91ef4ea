/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Objects in a driver's memory that must be given up before the memory is. */
#ifndef WDK_LIVE_H
#define WDK_LIVE_H

#include <wdk/types.h>

struct live_kind {
    const char *what; /* "executive resource not deleted, initialised by" */

    /* Reports that pool was freed which contains such an object. */
    void (*in_freed_pool)(const void *object, const void *block, SIZE_T size);
};

/* Notes an object, the current owner and the calls that led here. FALSE when it is noted
 * already. */
BOOLEAN live_add(const struct live_kind *kind, const void *object, SIZE_T size);

/* FALSE when no such object of this kind is noted. */
BOOLEAN live_remove(const struct live_kind *kind, const void *object);
BOOLEAN live_contains(const struct live_kind *kind, const void *object);

/* Lets the kind report when one of its objects lies, at least in part, in this block. */
void live_check_freed(const void *block, SIZE_T size);

/* For the unloading of a driver: how many objects of this kind it has left behind; those, with the
 * calls, on standard error; and the end of its responsibility for them: they are forgotten. */
ULONG live_count_of(const struct live_kind *kind, const void *owner);
void live_print_of(const struct live_kind *kind, const void *owner);
void live_disown(const struct live_kind *kind, const void *owner);

#endif
