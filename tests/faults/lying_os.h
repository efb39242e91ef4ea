/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* An os layer that lies: linked with --wrap, it fails the n-th call of one of the functions that
 * may fail, once or from then on, and counts what is mapped. The engine's own allocator of records
 * lies, too, because it asks the system only once per megabyte. */
#ifndef LOOKASIDE_TESTS_LYING_OS_H
#define LOOKASIDE_TESTS_LYING_OS_H

#include <stdbool.h>
#include <stddef.h>

enum lie { LIE_MAP, LIE_RESERVE, LIE_COMMIT, LIE_LOCK_PAGES, LIE_THREAD_AT_EXIT, LIE_META_ALLOC };

struct lying_os {
    enum lie about;
    size_t fail_at;    /* the first call to fail, from 1; 0 for none */
    bool from_then_on; /* fail all later calls, too */
    size_t calls;      /* of the function, so far */
    size_t failures;   /* injected, so far */
    size_t mapped;     /* bytes mapped and not unmapped */
};

/* Set before the library is used; read at any time. */
extern struct lying_os *lying_os;

/* From now on the truth. */
void stop_lying(void);

#endif
