/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the twin keeps for each thread. Only the thread itself touches it. */
#ifndef WDK_SELF_H
#define WDK_SELF_H

#include <wdk/types.h>

struct catch_frame;

struct self {
    UCHAR irql;                  /* irql.c */
    void *owner;                 /* the driver in whose name this thread runs; owner.h */
    struct wdk_try *tries;       /* open __try blocks, the innermost first; exception.c */
    struct _KTHREAD *thread;     /* its object; current_thread.c */
    struct catch_frame *catcher; /* the innermost wdk_catch_bugcheck, or NULL; bugcheck.c */
};

struct self *self(void);

#endif
