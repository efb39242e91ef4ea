/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Which call sites deserve a list, and the code to write. */
#ifndef LOOKASIDE_ADVISE_ADVICE_H
#define LOOKASIDE_ADVISE_ADVICE_H

#include "analysis.h"
#include "replay.h"

#define ADVICE_SHARE_OF_ONE_SIZE 0.90 /* of a call site's allocations */
#define ADVICE_MOST_RESIZED 0.01      /* of a row's allocations */
#define ADVICE_LEAST_HITS 0.50
#define ADVICE_LEAST_GAIN 0.20 /* of malloc's time */

/* X(name, word in the table, sentence); tested in this order, so the first that holds is told. */
#define VERDICT_TABLE(X)                                                                           \
    X(FEW, "few", "fewer allocations than --min-count")                                            \
    X(LARGE, "large", "blocks larger than --max-size")                                             \
    X(SIZES, "sizes vary", "less than 90 % of the call site's allocations have this size")         \
    X(RESIZED, "resized", "more than 1 % of the blocks went through realloc")                      \
    X(ALIGNED, "aligned", "blocks aligned to more than 16 bytes, which are not replayed")          \
    X(UNMEASURED, "not tried", "not among the busiest; a larger --top replays more")               \
    X(KEPT, "kept", "less than half of the allocations would find a free entry")                   \
    X(NO_GAIN, "no gain", "a list would take more than 80 % of malloc's time")                     \
    X(LIST, "LIST", "deserves a list: none of the others holds")

enum verdict {
#define VERDICT_ENUMERATOR(name, word, sentence) VERDICT_##name,
    VERDICT_TABLE(VERDICT_ENUMERATOR)
#undef VERDICT_ENUMERATOR
        VERDICT_COUNT
};

struct advice {
    uint32_t row_number;
    const struct row *row;
    enum verdict verdict;
    struct measurement measured;
    double saved_ns;     /* over the whole recording */
    int64_t saved_bytes; /* when most blocks are alive */
    char *list_name;     /* only for VERDICT_LIST, as the next two: the code to write */
    char *declaration;
    char *initialisation;
};

struct advice_limits {
    uint64_t minimum_count;
    uint32_t maximum_size;
    size_t top;
};

struct advices {
    struct advice *items; /* those that deserve a list by time saved, then the others by count */
    size_t count;
    size_t lists;
    struct measurement together; /* all that deserve a list, in one replay */
    const char *trouble;         /* why a replay failed, or NULL */
};

void advise(struct advices *advices, const struct analysis *analysis, struct symbols *symbols,
            const struct advice_limits *limits);

const char *verdict_word(enum verdict verdict);
const char *verdict_sentence(enum verdict verdict);

#endif
