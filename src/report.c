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
 * with an empty line before it. Max Depth is the present limit, not the maximum; Max Alloc is the bytes
 * that it allows; rates are cut to whole percents. A rate over nothing is 0. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "list.h"

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

static void write_header(const lookaside_statistics *statistics, const lookaside_list *list,
                         lookaside_write *write, void *context)
{
    char line[LOOKASIDE_NAME_SIZE + 96];
    int length = snprintf(
        line, sizeof(line),
        "\nLookaside \"%s\" @ 0x%016" PRIxPTR "  Tag(hex): 0x%08" PRIx32 " \"%s\"\n",
        statistics->name, (uintptr_t)list, statistics->tag, list_tag_text(statistics->tag).text);
    write(context, line, (size_t)length);
}

static void write_type(const lookaside_statistics *statistics, lookaside_write *write,
                       void *context)
{
    unsigned type = statistics->type;
    char line[96];
    int length = snprintf(
        line, sizeof(line), "    %-14s =       %04x  %s%s%s\n", "Type", type, pool_name(type),
        (type & LOOKASIDE_POOL_RAISE_IF_ALLOCATION_FAILURE) != 0 ? " RaiseIfAllocationFailure" : "",
        (type & LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) != 0 ? " QuotaFailInsteadOfRaise" : "");

    write(context, line, (size_t)length);
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
    char line[128];
    bool percent = row->unit[0] == '%';
    int length = snprintf(line, sizeof(line),
                          "    %-14s = %10" PRIu64 "%s%-10s = %10" PRIu64 "%s\n", row->left_label,
                          row->left, row->unit, row->right_label, row->right, percent ? "%" : "");

    write(context, line, (size_t)length);
}

lookaside_status lookaside_report(lookaside_list *list, lookaside_write *write, void *context)
{
    if (list == NULL || write == NULL) {
        return LOOKASIDE_NULL_ARGUMENT;
    }
    lookaside_statistics s;
    lookaside_status status = lookaside_query(list, &s);
    if (status != LOOKASIDE_OK) {
        return status;
    }
    const struct row rows[] = {
        {"Current Depth", s.current_depth, "Max Depth", s.depth, "  "},
        {"Size", s.size, "Max Alloc", s.size * s.depth, "  "},
        {"AllocateMisses", s.allocate_misses, "FreeMisses", s.free_misses, "  "},
        {"TotalAllocates", s.total_allocates, "TotalFrees", s.total_frees, "  "},
        {"Hit Rate", percent_hit(s.total_allocates, s.allocate_misses), "Hit Rate",
         percent_hit(s.total_frees, s.free_misses), "% "},
    };
    write_header(&s, list, write, context);
    write_type(&s, write, context);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        write_row(&rows[i], write, context);
    }
    return LOOKASIDE_OK;
}
