/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One list in full. First what WinDbg's !lookaside would say, byte for byte; then, in the same
 * columns, what it does not:
 *
 *         Hit Rate       =         99% Hit Rate   =         99%
 *         exactly        =   99.9991%             =   99.9954%
 *         Live           =       2643  High Water =       9120
 *         Failures       =          0  Reserved   =          0
 *         Owner          = libmsquic.so.2+0x4e120 (QuicLibraryInit+0x31)
 *         Tuner          = depth 226 -> 256, 1.2 s ago: 98 of 1000 allocations missed
 *         Misses         =       8123  because
 *                                 212  more were out than ever before (cold)
 *         ...
 *         Memory         =    3145728  bytes mapped
 *                              761184  in live entries
 *         ... */
#include "text_out.h"

#include <inttypes.h>
#include <stdio.h>

/* Allocations in a scan that the tuner takes for traffic; the kernel's rule. */
#define BUSY 75u

static void write_pair(const struct inspect_text *to, const char *left_label, uint64_t left,
                       const char *right_label, uint64_t right)
{
    text_print(to, "    %-14s = %10" PRIu64 "  %-10s = %10" PRIu64 "\n", left_label, left,
               right_label, right);
}

/* A figure under the last one, in words. */
static void write_part(const struct inspect_text *to, uint64_t figure, const char *what)
{
    text_print(to, "                     %10" PRIu64 "  %s\n", figure, what);
}

static void write_label(const struct inspect_text *to, const char *label)
{
    text_print(to, "    %-14s = ", label);
}

static void write_hits(const struct inspect_text *to, const lookaside_statistics *s)
{
    char allocates[TEXT_FIGURE];
    char frees[TEXT_FIGURE];

    text_print(to, "    %-14s = %10s  %-10s = %10s\n", "exactly",
               text_hit_rate(allocates, s->total_allocates, s->allocate_misses, 4), "",
               text_hit_rate(frees, s->total_frees, s->free_misses, 4));
}

static void write_failures(const struct inspect_text *to, const lookaside_statistics *s)
{
    if (s->allocate_failures == 0 && s->reserved_entries == 0) {
        return;
    }
    write_pair(to, "Failures", s->allocate_failures, "Reserved", s->reserved_entries);
    if (s->last_failure != LOOKASIDE_OK) {
        write_label(to, "Last Failure");
        text_print(to, "%s: %s\n", lookaside_status_name(s->last_failure),
                   lookaside_status_message(s->last_failure));
    }
}

static void write_owner(const struct inspect_text *to, struct inspect_target *target,
                        const struct inspect_snapshot *snapshot, const struct inspect_list *list)
{
    char place[512] = "";

    write_label(to, "Owner");
    if (list->initialized_by != 0) {
        inspect_describe_address(target, list->initialized_by, place, sizeof(place));
    }
    text_print(to, "%s", place[0] != '\0' ? place : "not known");
    if (snapshot->copy_count > 1 && list->copy < snapshot->copy_count) {
        const struct inspect_copy *copy = &snapshot->copies[list->copy];
        text_print(to, ", with lookaside %s in %s", copy->version, copy->module);
    }
    text_print(to, "\n");
}

/* The tuner's rule has three cases; what it saw and did tells which it was. */
static void write_reason(const struct inspect_text *to, const struct inspect_tuning *tuning)
{
    if (tuning->allocations < BUSY) {
        text_print(to, "idle, only %" PRIu64 " allocation%s", tuning->allocations,
                   text_plural(tuning->allocations));
    } else {
        text_print(to, "%s, %" PRIu64 " of %" PRIu64 " allocations missed",
                   tuning->depth_after < tuning->depth_before ? "deeper than needed"
                                                              : "too shallow",
                   tuning->misses, tuning->allocations);
    }
}

static void write_tuner(const struct inspect_text *to, const struct inspect_snapshot *snapshot,
                        const struct inspect_list *list)
{
    const struct inspect_tuning *tuning = &list->tuning;
    char ago[TEXT_FIGURE];

    write_label(to, "Tuner");
    if (list->statistics.cache == LOOKASIDE_CACHE_NONE) {
        text_print(to, "has nothing to do: the list keeps no entries\n");
        return;
    }
    if (tuning->depth_before == 0) {
        text_print(to, "has not changed the depth; the maximum is %" PRIu32 "\n",
                   list->statistics.maximum_depth);
        return;
    }
    text_print(to, "depth %" PRIu32 " -> %" PRIu32 "%s", tuning->depth_before, tuning->depth_after,
               tuning->depth_after == list->statistics.maximum_depth ? " (the maximum)" : "");
    if (snapshot->now >= tuning->at && snapshot->now != 0) {
        text_print(to, ", %s ago", text_duration(ago, snapshot->now - tuning->at));
    }
    text_print(to, ": ");
    write_reason(to, tuning);
    text_print(to, "\n");
}

static void write_misses(const struct inspect_text *to, const lookaside_statistics *s)
{
    const struct {
        uint64_t count;
        const char *cause;
    } causes[] = {
        {s->misses_cold, "cold: more entries were out of the backing than ever before"},
        {s->misses_burst, "burst: more were asked for at once than were kept"},
        {s->misses_trimmed, "trimmed: flush or trim had given them back"},
        {s->misses_handed_over, "handed over: other threads free what this one allocates"},
    };

    write_label(to, "Misses");
    text_print(to, "%10" PRIu64 "  entries from the backing%s\n", s->allocate_misses,
               s->allocate_misses > 0 ? ", because" : "");
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
        if (causes[i].count > 0) {
            write_part(to, causes[i].count, causes[i].cause);
        }
    }
    if (s->flushed > 0) {
        write_label(to, "Flushed");
        text_print(to, "%10" PRIu64 "  entries, by flush and trim\n", s->flushed);
    }
}

static void write_memory(const struct inspect_text *to, const struct inspect_list *list)
{
    const lookaside_statistics *s = &list->statistics;
    char figure[TEXT_FIGURE];
    char slabs[128];

    write_label(to, "Memory");
    text_print(to, "%10" PRIu64 "  bytes mapped (%s)\n", s->mapped_bytes,
               text_bytes(figure, s->mapped_bytes));
    write_part(to, s->live_bytes, "in live entries");
    write_part(to, s->magazine_bytes, "in magazines");
    write_part(to, s->depot_bytes, "in the depot");
    snprintf(slabs, sizeof(slabs),
             "free in %" PRIu64 " slab%s, room for %" PRIu64 " entr%s of %" PRIu64 " bytes",
             list->slabs, text_plural(list->slabs), list->slab_free,
             list->slab_free == 1 ? "y" : "ies", list->stride);
    write_part(to, s->slab_free_bytes, slabs);
    write_part(to, s->metadata_bytes, "in the library's records");
}

static void write_magazines(const struct inspect_text *to, const struct inspect_list *list)
{
    write_label(to, "Magazines");
    text_print(to, "%10zu  of threads\n", list->magazine_count);
    for (size_t i = 0; i < list->magazine_count; i++) {
        const struct inspect_magazine *magazine = &list->magazines[i];
        text_print(to, "                     %10" PRIu64 "  of %" PRIu64 ", ", magazine->entries,
                   magazine->capacity);
        if (magazine->tid != 0) {
            text_print(to, "thread %ld", (long)magazine->tid);
        } else if (magazine->thread != 0) {
            text_print(to, "thread 0x%" PRIx64, magazine->thread);
        } else {
            text_print(to, "a thread");
        }
        if (magazine->thread_name[0] != '\0') {
            text_print(to, " \"%s\"", magazine->thread_name);
        }
        text_print(to, ": %" PRIu64 " allocated, %" PRIu64 " freed\n", magazine->allocations,
                   magazine->frees);
    }
}

static void write_unknown(const struct inspect_text *to, const struct inspect_list *list)
{
    for (size_t i = 0; i < list->unknown_count; i++) {
        const struct inspect_unknown *unknown = &list->unknown[i];
        text_print(to, "    %-14s = %10" PRIu64 "  %s%s(this tool does not know it)\n",
                   unknown->name, unknown->value, unknown->unit,
                   unknown->unit[0] != '\0' ? " " : "");
    }
}

void inspect_text_list(const struct inspect_text *to, struct inspect_target *target,
                       const struct inspect_snapshot *snapshot, const struct inspect_list *list)
{
    const lookaside_statistics *s = &list->statistics;

    lookaside_report_of(s, (const void *)(uintptr_t)list->handle, to->write, to->context);
    write_hits(to, s);
    write_pair(to, "Live", s->live_entries, "High Water", s->highest_entries);
    write_failures(to, s);
    write_owner(to, target, snapshot, list);
    write_tuner(to, snapshot, list);
    write_misses(to, s);
    write_memory(to, list);
    write_magazines(to, list);
    write_unknown(to, list);
    if (list->moved) {
        text_print(to, "    ~ changed while it was read: its figures may not fit each other.\n");
    }
}
