/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Lists followed over time: what came and went, how fast, and what only grows. */
#ifndef LOOK_WATCH_H
#define LOOK_WATCH_H

#include "look.h"

#define WATCH_STEPS 10 /* samples that the mark of growth looks back on */
#define WATCH_RISES 3  /* how many of them must have risen */

/* One list at the last sample, and what became of it since the one before. */
struct watched {
    pid_t pid;
    char command[64];
    struct inspect_list list; /* without its magazines */
    uint64_t clock;           /* nanoseconds; when it was read */

    bool has_rates;   /* it was there at the sample before */
    double allocates; /* a second */
    double frees;
    double misses;
    double hit_percent; /* of these; negative when there were none */
    double live_change; /* entries since the sample before */

    unsigned unfallen; /* steps in a row in which live entries did not fall, up to WATCH_STEPS */
    unsigned rises;    /* one bit for each step, the last one lowest: whether they rose */
    bool seen;         /* in the sample that is being taken */
};

struct watch {
    pid_t pid; /* 0: all processes */
    struct watched *lists;
    size_t count;
    size_t capacity;
    size_t processes; /* with lists, in the last sample */
    size_t hidden;    /* that may not be looked at */
};

/* Reads everything anew. On failure *error tells why; a process that could not be read this time
 * among all does not count as one. Lists that are gone are forgotten. */
bool watch_sample(struct watch *watch, struct inspect_error *error);

/* Whether live entries only ever become more, as far as WATCH_STEPS samples tell. */
bool watched_grows(const struct watched *list);

void watch_end(struct watch *watch);

#endif
