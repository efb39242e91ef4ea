/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a list can say about itself, in the layout of WinDbg's !lookaside:
 *
 *     Lookaside "nt!CcTwilightLookasideList" @ 0xfffff80002c49280  Tag(hex): 0x6b576343 "CcWk"
 *         Type           =       0000  NonPagedPool
 *         Current Depth  =          0  Max Depth  =         34
 *         Size           =         32  Max Alloc  =       1088
 *         AllocateMisses =        534  FreeMisses =        467
 *         TotalAllocates =        759  TotalFrees =        715
 *         Hit Rate       =         29% Hit Rate   =         34%
 *
 * with an empty line before it. Max Depth is the present limit, not the maximum; Max Alloc is the
 * bytes that it allows; rates are cut to whole percents. A rate over nothing is 0.
 *
 * All of it is told through lookaside_query: the same file serves the engine, drivers, and tools that
 * read the statistics elsewhere. */
#include <stdbool.h>

#include <lookaside/lookaside.h>

#include "text.h"

static const char *pool_name(unsigned type)
{
    unsigned flags =
        LOOKASIDE_POOL_RAISE_IF_ALLOCATION_FAILURE | LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;

    switch (type & ~flags) {
    case LOOKASIDE_PAGED:
        return "PagedPool";
    case LOOKASIDE_NONPAGED_NX:
        return "NonPagedPoolNx";
    default:
        return "NonPagedPool";
    }
}

/* More misses than operations means that entries were fetched ahead: nothing was hit. */
static uint64_t percent_hit(uint64_t total, uint64_t misses)
{
    return total == 0 || misses >= total ? 0 : (total - misses) * 100 / total;
}

static void write_text(const struct text *text, lookaside_write *write, void *context)
{
    write(context, text->start, text->length);
}

static void write_header(const lookaside_statistics *statistics, const void *address,
                         lookaside_write *write, void *context)
{
    char buffer[LOOKASIDE_NAME_SIZE + 96];
    struct text line = text_in(buffer, sizeof(buffer));

    text_add(&line, "\nLookaside \"");
    text_add(&line, statistics->name);
    text_add(&line, "\" @ ");
    text_add_hex(&line, (uintptr_t)address, 16);
    text_add(&line, "  Tag(hex): ");
    text_add_hex(&line, statistics->tag, 8);
    text_add(&line, " \"");
    text_add_tag(&line, statistics->tag);
    text_add(&line, "\"\n");
    write_text(&line, write, context);
}

static void write_type(const lookaside_statistics *statistics, lookaside_write *write,
                       void *context)
{
    unsigned type = statistics->type;
    char buffer[96];
    struct text line = text_in(buffer, sizeof(buffer));

    text_add(&line, "    Type           =       ");
    text_add_digits(&line, type, 4);
    text_add(&line, "  ");
    text_add(&line, pool_name(type));
    if ((type & LOOKASIDE_POOL_RAISE_IF_ALLOCATION_FAILURE) != 0) {
        text_add(&line, " RaiseIfAllocationFailure");
    }
    if ((type & LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) != 0) {
        text_add(&line, " QuotaFailInsteadOfRaise");
    }
    text_add(&line, "\n");
    write_text(&line, write, context);
}

struct row {
    const char *left_label;
    uint64_t left;
    const char *right_label;
    uint64_t right;
    const char *unit; /* two characters after the left value; the first one after the right, too */
};

static void write_row(const struct row *row, lookaside_write *write, void *context)
{
    char buffer[128];
    struct text line = text_in(buffer, sizeof(buffer));
    bool percent = row->unit[0] == '%';

    text_add(&line, "    ");
    text_add_left(&line, row->left_label, 14);
    text_add(&line, " = ");
    text_add_decimal(&line, row->left, 10);
    text_add(&line, row->unit);
    text_add_left(&line, row->right_label, 10);
    text_add(&line, " = ");
    text_add_decimal(&line, row->right, 10);
    text_add(&line, percent ? "%\n" : "\n");
    write_text(&line, write, context);
}

lookaside_status lookaside_report_of(const lookaside_statistics *statistics, const void *address,
                                     lookaside_write *write, void *context)
{
    if (statistics == NULL || write == NULL) {
        return LOOKASIDE_NULL_ARGUMENT;
    }
    const lookaside_statistics *s = statistics;
    const struct row rows[] = {
        {"Current Depth", s->current_depth, "Max Depth", s->depth, "  "},
        {"Size", s->size, "Max Alloc", s->size * s->depth, "  "},
        {"AllocateMisses", s->allocate_misses, "FreeMisses", s->free_misses, "  "},
        {"TotalAllocates", s->total_allocates, "TotalFrees", s->total_frees, "  "},
        {"Hit Rate", percent_hit(s->total_allocates, s->allocate_misses), "Hit Rate",
         percent_hit(s->total_frees, s->free_misses), "% "},
    };
    write_header(s, address, write, context);
    write_type(s, write, context);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        write_row(&rows[i], write, context);
    }
    return LOOKASIDE_OK;
}

lookaside_status lookaside_report(lookaside_list *list, lookaside_write *write, void *context)
{
    if (list == NULL || write == NULL) {
        return LOOKASIDE_NULL_ARGUMENT;
    }
    lookaside_statistics statistics;
    lookaside_status status = lookaside_query(list, &statistics);
    return status == LOOKASIDE_OK ? lookaside_report_of(&statistics, list, write, context) : status;
}
