/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the sessions driver can be asked, by device control. Each open handle is a session. */
#ifndef SESSIONS_PROTOCOL_H
#define SESSIONS_PROTOCOL_H

#include <stdint.h>

/* How many contexts a session may have. */
#define SESSIONS_MOST_CONTEXTS 4

/* CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + number, METHOD_BUFFERED, FILE_ANY_ACCESS) */
#define SESSIONS_REQUEST(number) (0x222000u + ((number) << 2))
#define SESSIONS_CREATE SESSIONS_REQUEST(0) /* nothing in, a context's number, uint64_t, out */
#define SESSIONS_REMOVE SESSIONS_REQUEST(1) /* the number in, nothing out */
#define SESSIONS_LIST SESSIONS_REQUEST(2)   /* nothing in, sessions_list out */

/* The driver's list of contexts. */
struct sessions_list {
    uint64_t tag;
    uint64_t size; /* bytes of a context */
    uint64_t allocate_misses;
    uint64_t free_misses;
    uint64_t total_allocates;
    uint64_t total_frees;
    uint64_t live;     /* contexts that are out now */
    uint64_t sessions; /* that are open now */
    char report[1024]; /* in the layout of WinDbg's !lookaside */
};

#endif
