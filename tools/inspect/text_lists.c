/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* All lists at a glance:
 *
 *     server, process 4711: 2 lists of lookaside 0.1.0
 *
 *     LIST       TAG   SIZE  LIVE  CACHED  FREE  HIGHEST    DEPTH     HIT  MAPPED
 *     Operation  QAL3   280  2643     212  7061     9120  256/256  99.99%   3.00M
 *     Fcb ~      MHbt    96    12       4   668       16    4/256  71.02%   64.4K
 *     2 lists                2655     216  7729                             3.06M
 *
 *     Memory: 3.06M mapped = 725K live + 59.6K cached + 2.23M free in slabs + 49.1K records
 *     ...
 *
 * The question it answers is: a leak, a cache, or a slab with holes? */
#include "text_out.h"

#include <inttypes.h>

static void sum_up(const struct inspect_snapshot *snapshot, struct inspect_list *sum)
{
    lookaside_statistics *total = &sum->statistics;

    for (size_t i = 0; i < snapshot->list_count; i++) {
        const lookaside_statistics *one = &snapshot->lists[i].statistics;
        total->live_entries += one->live_entries;
        total->current_depth += one->current_depth;
        total->mapped_bytes += one->mapped_bytes;
        total->live_bytes += one->live_bytes;
        total->magazine_bytes += one->magazine_bytes;
        total->depot_bytes += one->depot_bytes;
        total->slab_free_bytes += one->slab_free_bytes;
        total->metadata_bytes += one->metadata_bytes;
        sum->slab_free += snapshot->lists[i].slab_free;
        sum->moved = sum->moved || snapshot->lists[i].moved;
    }
}

void inspect_text_target(const struct inspect_text *to, const struct inspect_target *target)
{
    const char *command = inspect_command(target);
    const char *separator = command[0] != '\0' ? ", " : "";
    enum inspect_kind kind = inspect_kind_of(target);
    pid_t pid = inspect_pid(target);

    text_paint(to, TEXT_BOLD, "%s", command);
    if (pid == 0) {
        text_print(to, "%s%s", separator, kind == INSPECT_CORE ? "a core" : "a program");
    } else {
        text_print(to, "%s%s %ld", separator, kind == INSPECT_CORE ? "core of process" : "process",
                   (long)pid);
    }
    if (inspect_core_signal(target)[0] != '\0') {
        text_print(to, ", %s", inspect_core_signal(target));
    }
}

static void write_heading(const struct inspect_text *to, const struct inspect_target *target,
                          const struct inspect_snapshot *snapshot)
{
    inspect_text_target(to, target);
    text_print(to, ": %zu list%s", snapshot->list_count, text_plural(snapshot->list_count));
    if (snapshot->copy_count == 1) {
        text_print(to, " of lookaside %s", snapshot->copies[0].version);
    }
    text_print(to, "\n\n");
}

static void add_row(struct text_table *table, const struct inspect_list *list)
{
    const lookaside_statistics *s = &list->statistics;
    char figure[TEXT_FIGURE];
    const char *mark = list->moved ? " ~" : "";

    if (s->name[0] != '\0') {
        text_table_add(table, "%s%s", s->name, mark);
    } else {
        text_table_add(table, "0x%" PRIx64 "%s", list->handle, mark);
    }
    text_table_add(table, "%s", text_tag(figure, s->tag));
    text_table_add(table, "%zu", s->size);
    text_table_add(table, "%" PRIu64, s->live_entries);
    text_table_add(table, "%" PRIu64, s->current_depth);
    text_table_add(table, "%" PRIu64, list->slab_free);
    text_table_add(table, "%" PRIu64, s->highest_entries);
    text_table_add(table, "%" PRIu32 "/%" PRIu32, s->depth, s->maximum_depth);
    text_table_add(table, "%s", text_hit_rate(figure, s->total_allocates, s->allocate_misses, 2));
    text_table_add(table, "%s", text_bytes(figure, s->mapped_bytes));
}

static void add_total(struct text_table *table, const struct inspect_list *sum, size_t count)
{
    char figure[TEXT_FIGURE];

    text_table_add(table, "%zu list%s", count, text_plural(count));
    text_table_add(table, " ");
    text_table_add(table, " ");
    text_table_add(table, "%" PRIu64, sum->statistics.live_entries);
    text_table_add(table, "%" PRIu64, sum->statistics.current_depth);
    text_table_add(table, "%" PRIu64, sum->slab_free);
    text_table_add(table, " ");
    text_table_add(table, " ");
    text_table_add(table, " ");
    text_table_add(table, "%s", text_bytes(figure, sum->statistics.mapped_bytes));
}

static void write_account(const struct inspect_text *to, const lookaside_statistics *sum)
{
    char mapped[TEXT_FIGURE];
    char live[TEXT_FIGURE];
    char cached[TEXT_FIGURE];
    char in_slabs[TEXT_FIGURE];
    char records[TEXT_FIGURE];

    text_print(to, "\nMemory: %s mapped = %s live + %s cached + %s free in slabs + %s records\n",
               text_bytes(mapped, sum->mapped_bytes), text_bytes(live, sum->live_bytes),
               text_bytes(cached, sum->magazine_bytes + sum->depot_bytes),
               text_bytes(in_slabs, sum->slab_free_bytes),
               text_bytes(records, sum->metadata_bytes));
}

static void write_notes(const struct inspect_text *to, const struct inspect_snapshot *snapshot,
                        bool moved)
{
    if (moved) {
        text_print(to, "~ changed while it was read: its figures may not fit each other.\n");
    }
    if (snapshot->moved) {
        text_print(to, "Lists came and went while they were read: some may be missing.\n");
    }
    for (size_t i = 0; i < snapshot->copy_count; i++) {
        const struct inspect_copy *copy = &snapshot->copies[i];
        if (snapshot->copy_count > 1) {
            text_print(to, "%" PRIu64 " list%s of lookaside %s in %s\n", copy->lists,
                       text_plural(copy->lists), copy->version,
                       copy->module[0] != '\0' ? copy->module : "an unknown module");
        }
        if (copy->unknown[0] != '\0') {
            text_print(to, "lookaside %s tells more than this tool knows: %s\n", copy->version,
                       copy->unknown);
        }
    }
}

void inspect_text_lists(const struct inspect_text *to, const struct inspect_target *target,
                        const struct inspect_snapshot *snapshot, size_t limit)
{
    static const struct text_column columns[] = {
        {"LIST", true},  {"TAG", true},      {"SIZE", false},  {"LIVE", false}, {"CACHED", false},
        {"FREE", false}, {"HIGHEST", false}, {"DEPTH", false}, {"HIT", false},  {"MAPPED", false},
    };
    struct inspect_list sum = {0};

    sum_up(snapshot, &sum);
    write_heading(to, target, snapshot);
    if (snapshot->list_count > 0) {
        struct text_table *table = text_table_new(columns, sizeof(columns) / sizeof(columns[0]));
        for (size_t i = 0; i < snapshot->list_count && (limit == 0 || i < limit); i++) {
            add_row(table, &snapshot->lists[i]);
        }
        if (snapshot->list_count > 1) {
            add_total(table, &sum, snapshot->list_count);
        }
        text_table_write(table, to);
        text_table_free(table);
        write_account(to, &sum.statistics);
        text_paint(to, TEXT_DIM,
                   "LIVE entries are out, CACHED ones free in magazines and the depot, "
                   "FREE ones in slabs.\n");
    }
    write_notes(to, snapshot, sum.moved);
}
