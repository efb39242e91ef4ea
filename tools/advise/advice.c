/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A row deserves a list when nothing in VERDICT_TABLE speaks against it. What can be seen without a
 * replay is tested first; of what is left, the busiest rows are replayed, each alone, and judged by
 * hit rate and time. Last, all that deserve a list are replayed together: that is the whole gain.
 *
 * Bytes saved are those of the blocks alone. glibc puts 8 bytes before each block and rounds to 16,
 * to 32 at least; a list rounds to its alignment and puts nothing before. */
#include "advice.h"

#include "../tool.h"
#include "list_name.h"

#include <stdlib.h>
#include <unistd.h>

#define LIST_ALIGNMENT 16u

const char *verdict_word(enum verdict verdict)
{
    static const char *const words[] = {
#define VERDICT_WORD(name, word, sentence) word,
        VERDICT_TABLE(VERDICT_WORD)
#undef VERDICT_WORD
    };
    return words[verdict];
}

const char *verdict_sentence(enum verdict verdict)
{
    static const char *const sentences[] = {
#define VERDICT_SENTENCE(name, word, sentence) sentence,
        VERDICT_TABLE(VERDICT_SENTENCE)
#undef VERDICT_SENTENCE
    };
    return sentences[verdict];
}

static uint32_t rounded(uint32_t size, uint32_t to)
{
    return (size + to - 1) / to * to;
}

static int64_t bytes_saved(const struct row *row)
{
    uint32_t chunk = rounded(row->size + 8, 16) < 32 ? 32 : rounded(row->size + 8, 16);
    uint32_t entry = rounded(row->size > 8 ? row->size : 8, LIST_ALIGNMENT);

    return ((int64_t)chunk - (int64_t)entry) * (int64_t)row->peak;
}

/* What can be said without a replay. */
static enum verdict first_verdict(const struct row *row, const struct advice_limits *limits)
{
    if (row->count < limits->minimum_count) {
        return VERDICT_FEW;
    }
    if (row->size > limits->maximum_size) {
        return VERDICT_LARGE;
    }
    if ((double)row->count < ADVICE_SHARE_OF_ONE_SIZE * (double)row->site_count) {
        return VERDICT_SIZES;
    }
    if ((double)row->resized > ADVICE_MOST_RESIZED * (double)row->count) {
        return VERDICT_RESIZED;
    }
    if (row->aligned > 0) {
        return VERDICT_ALIGNED;
    }
    return VERDICT_UNMEASURED;
}

static enum verdict second_verdict(const struct measurement *measured)
{
    if (measured->allocations == 0) {
        return VERDICT_FEW;
    }
    if (measured->hit_rate < ADVICE_LEAST_HITS) {
        return VERDICT_KEPT;
    }
    if (measured->list_ns > (1 - ADVICE_LEAST_GAIN) * measured->malloc_ns) {
        return VERDICT_NO_GAIN;
    }
    return VERDICT_LIST;
}

static int by_count(const void *left, const void *right)
{
    const struct advice *a = left;
    const struct advice *b = right;

    if (a->row->count != b->row->count) {
        return a->row->count > b->row->count ? -1 : 1;
    }
    return a->row_number < b->row_number ? -1 : 1;
}

static int by_gain(const void *left, const void *right)
{
    const struct advice *a = left;
    const struct advice *b = right;

    if ((a->verdict == VERDICT_LIST) != (b->verdict == VERDICT_LIST)) {
        return a->verdict == VERDICT_LIST ? -1 : 1;
    }
    if (a->verdict == VERDICT_LIST && a->saved_ns != b->saved_ns) {
        return a->saved_ns > b->saved_ns ? -1 : 1;
    }
    return by_count(left, right);
}

static void show_progress(size_t done, size_t all)
{
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, done < all ? "\rreplaying call site %zu of %zu " : "\r\033[K", done + 1,
                all);
    }
}

/* Replays the busiest rows that may deserve a list, twice as many as will be shown. */
static void measure_each(struct advices *advices, const struct analysis *analysis,
                         const struct advice_limits *limits)
{
    size_t left = 2 * limits->top;
    size_t all = 0;
    size_t done = 0;

    for (size_t i = 0; i < advices->count; i++) {
        all += advices->items[i].verdict == VERDICT_UNMEASURED;
    }
    all = all < left ? all : left;
    for (size_t i = 0; i < advices->count && done < all && advices->trouble == NULL; i++) {
        struct advice *advice = &advices->items[i];
        if (advice->verdict != VERDICT_UNMEASURED) {
            continue;
        }
        show_progress(done++, all);
        advices->trouble = replay(analysis, &advice->row_number, 1, &advice->measured);
        advice->verdict = second_verdict(&advice->measured);
        advice->saved_ns = (advice->measured.malloc_ns - advice->measured.list_ns) *
                           (double)advice->measured.allocations;
    }
    show_progress(all, all);
}

static void measure_together(struct advices *advices, const struct analysis *analysis)
{
    uint32_t *rows = tool_allocate(advices->lists, sizeof(*rows));

    for (size_t i = 0; i < advices->lists; i++) {
        rows[i] = advices->items[i].row_number;
    }
    if (advices->lists > 0 && advices->trouble == NULL) {
        advices->trouble = replay(analysis, rows, advices->lists, &advices->together);
    }
    free(rows);
}

static void write_code(struct advices *advices)
{
    for (size_t i = 0; i < advices->lists; i++) {
        struct advice *advice = &advices->items[i];
        advice->list_name = list_name(advice->row->location, advice->row->size);
        for (size_t j = 0; j < i; j++) {
            if (list_names_equal(advices->items[j].list_name, advice->list_name)) {
                char *longer = tool_format("%s_%zu", advice->list_name, i + 1);
                free(advice->list_name);
                advice->list_name = longer;
            }
        }
        advice->declaration =
            tool_format("static lookaside_list %s = LOOKASIDE_LIST_INIT;", advice->list_name);
        advice->initialisation = tool_format("lookaside_init(&%s, %u, LOOKASIDE_PAGED, NULL);",
                                             advice->list_name, advice->row->size);
    }
}

void advise(struct advices *advices, const struct analysis *analysis, struct symbols *symbols,
            const struct advice_limits *limits)
{
    *advices = (struct advices){.count = analysis->row_count};
    advices->items = tool_allocate(analysis->row_count, sizeof(*advices->items));
    for (uint32_t i = 0; i < analysis->row_count; i++) {
        const struct row *row = &analysis->rows[i];
        advices->items[i] = (struct advice){.row_number = i,
                                            .row = row,
                                            .verdict = first_verdict(row, limits),
                                            .saved_bytes = bytes_saved(row)};
    }
    qsort(advices->items, advices->count, sizeof(*advices->items), by_count);
    measure_each(advices, analysis, limits);
    qsort(advices->items, advices->count, sizeof(*advices->items), by_gain);
    while (advices->lists < advices->count &&
           advices->items[advices->lists].verdict == VERDICT_LIST) {
        advices->lists++;
    }
    for (size_t i = 0; i < advices->count && (i < limits->top || i < advices->lists); i++) {
        symbols_name(symbols, advices->items[i].row->location);
    }
    measure_together(advices, analysis);
    write_code(advices);
}
