/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The table, and how a figure is found in it. To add a figure: add a line here and print
 * docs/counters.md anew (`lookaside explain --markdown`); JSON, recordings, sorting, the exporter
 * and `explain` then have it. */
#include "counters.h"

#include "near.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum metric_id {
    ALLOCATIONS,
    ALLOCATE_MISSES,
    ALLOCATE_FAILURES,
    FREES,
    FREE_MISSES,
    FLUSHED,
    ENTRIES,
    HIGHEST,
    RESERVED,
    DEPTH,
    MAXIMUM_DEPTH,
    ENTRY_SIZE,
    MEMORY,
    THREADS,
    SLABS
};

const struct metric metrics[] = {
    [ALLOCATIONS] = {"lookaside_allocations_total", "counter", "Entries handed out."},
    [ALLOCATE_MISSES] = {"lookaside_allocate_misses_total", "counter",
                         "Entries that came from the backing, by cause."},
    [ALLOCATE_FAILURES] = {"lookaside_allocate_failures_total", "counter",
                           "Allocations that got nothing."},
    [FREES] = {"lookaside_frees_total", "counter", "Entries taken back."},
    [FREE_MISSES] = {"lookaside_free_misses_total", "counter", "Entries that went to the backing."},
    [FLUSHED] = {"lookaside_flushed_entries_total", "counter",
                 "Cached entries that flush and trim gave to the backing."},
    [ENTRIES] = {"lookaside_entries", "gauge",
                 "Entries: live (out), cached (in magazines and the depot), free (in slabs)."},
    [HIGHEST] = {"lookaside_highest_entries", "gauge",
                 "Most entries that were ever out of the backing at once, live or cached."},
    [RESERVED] = {"lookaside_reserved_entries", "gauge", "Entries held back by lookaside_reserve."},
    [DEPTH] = {"lookaside_depth_entries", "gauge", "Entries that one magazine may keep now."},
    [MAXIMUM_DEPTH] = {"lookaside_maximum_depth_entries", "gauge", "Ceiling of the depth."},
    [ENTRY_SIZE] = {"lookaside_entry_size_bytes", "gauge", "Bytes of an entry, as asked."},
    [MEMORY] = {"lookaside_memory_bytes", "gauge",
                "Memory of the list by what is in it; the sum is all of it."},
    [THREADS] = {"lookaside_threads", "gauge", "Threads that own a magazine of the list."},
    [SLABS] = {"lookaside_slabs", "gauge", "Slabs of the list."},
};

const size_t metric_count = sizeof(metrics) / sizeof(metrics[0]);

static uint64_t allocate_hits(const struct inspect_list *list, uint64_t *total)
{
    const lookaside_statistics *s = &list->statistics;

    *total = s->total_allocates;
    return s->total_allocates > s->allocate_misses ? s->total_allocates - s->allocate_misses : 0;
}

static uint64_t free_hits(const struct inspect_list *list, uint64_t *total)
{
    const lookaside_statistics *s = &list->statistics;

    *total = s->total_frees;
    return s->total_frees > s->free_misses ? s->total_frees - s->free_misses : 0;
}

#define OF_LIST(member)                                                                            \
    .offset = offsetof(struct inspect_list, member),                                               \
    .size = sizeof(((struct inspect_list *)NULL)->member)
#define OF(member) OF_LIST(statistics.member)
#define METRIC(id) .metric = &metrics[id]
#define PART(id, its_label, its_value)                                                             \
    .metric = &metrics[id], .label_name = (its_label), .label_value = (its_value)

const struct counter counters[] = {
    /* ---- What the list is ---- */
    {"size", "Size", "SIZE", "bytes", COUNTER_CONSTANT, OF(size), METRIC(ENTRY_SIZE),
     .paragraph = "Bytes of an entry, as lookaside_init was asked for; at least 8, as in the "
                  "kernel."},
    {"alignment", "alignment", "", "bytes", COUNTER_CONSTANT, OF(alignment),
     .paragraph = "Every entry begins at a multiple of it."},
    {"stride", "stride", "", "bytes", COUNTER_CONSTANT, OF_LIST(stride),
     .paragraph = "From one entry of a slab to the next: the size, rounded up to the alignment. "
                  "Bytes of memory are counted with it, so that the account adds up."},
    {"maximum_depth", "maximum depth", "", "entries", COUNTER_CONSTANT, OF(maximum_depth),
     METRIC(MAXIMUM_DEPTH),
     .paragraph = "The ceiling of the depth: the tuner never raises it further. 256 unless the "
                  "options of lookaside_init say otherwise, up to 1023. A list whose depth stays "
                  "there and that still misses because of bursts may deserve more."},

    /* ---- Where its entries are ---- */
    {"live_entries", "Live", "LIVE", "entries", COUNTER_GAUGE, OF(live_entries),
     PART(ENTRIES, "state", "live"),
     .paragraph = "Entries that are out: allocated and not yet freed. It is TotalAllocates - "
                  "TotalFrees. Live entries that only ever become more are a leak; cached and free "
                  "ones are none."},
    {"current_depth", "Current Depth", "CACHED", "entries", COUNTER_GAUGE, OF(current_depth),
     PART(ENTRIES, "state", "cached"),
     .paragraph = "Cached entries: free ones that wait in the threads' magazines and in the depot "
                  "for the next allocation. lookaside_flush and lookaside_trim give them back. It "
                  "is (TotalFrees - FreeMisses) - (TotalAllocates - AllocateMisses) - flushed. "
                  "(WinDbg on x64 prints 0 there for a kernel's list.)"},
    {"slab_free", "free in slabs", "FREE", "entries", COUNTER_GAUGE, OF_LIST(slab_free),
     PART(ENTRIES, "state", "free"),
     .paragraph = "Entries that are in the list's slabs: never handed out, or given back. A slab "
                  "whose entries are all free goes back to the system, but one is kept; many free "
                  "entries over a long time mean that live ones are scattered over many slabs. 0 "
                  "for a list whose entries come from a callback."},
    {"highest_entries", "High Water", "HIGHEST", "entries", COUNTER_GAUGE, OF(highest_entries),
     METRIC(HIGHEST),
     .paragraph = "The most entries that were ever out of the backing at the same time, live or "
                  "cached. Never were more live than that. It is counted where entries leave the "
                  "backing, which is why it costs the hit path nothing."},
    {"reserved_entries", "Reserved", "", "entries", COUNTER_GAUGE, OF(reserved_entries),
     METRIC(RESERVED),
     .paragraph = "What lookaside_reserve holds back and allocations have not used up yet."},
    {"depth", "Max Depth", "DEPTH", "entries", COUNTER_GAUGE, OF(depth), METRIC(DEPTH),
     .paragraph =
         "How many free entries one magazine may keep now. The tuner moves it from 4 up to "
         "the maximum depth. WinDbg calls it Max Depth, and so does `show`; tables show "
         "both as DEPTH, 212/256."},
    {"max_alloc", "Max Alloc", "", "bytes", COUNTER_WORD,
     .paragraph = "Size times Max Depth: the bytes that one magazine may keep. For WinDbg's sake."},
    {"threads", "Magazines", "", "threads", COUNTER_GAUGE, OF(threads), METRIC(THREADS),
     .paragraph = "Threads that own a magazine of the list: those that have used it and still run. "
                  "`show` tells for each what is in its magazine, what it may hold now (0 while it "
                  "has yet to obey a flush), and what the thread has allocated and freed: threads "
                  "that only free, and those that only allocate, are seen at once."},
    {"slabs", "slabs", "", "slabs", COUNTER_GAUGE, OF_LIST(slabs), METRIC(SLABS),
     .paragraph = "Runs of OS pages that are cut into entries of the list."},

    /* ---- What went through it ---- */
    {"total_allocates", "TotalAllocates", "ALLOC/s", "entries", COUNTER_TOTAL, OF(total_allocates),
     METRIC(ALLOCATIONS),
     .paragraph = "Entries handed out since the list was initialised, hits and misses together. "
                  "Exact, from all threads, those that have ended included."},
    {"allocate_misses", "AllocateMisses", "MISS/s", "entries", COUNTER_TOTAL, OF(allocate_misses),
     .paragraph = "Entries that came from the backing (slabs, or the allocate callback) because "
                  "nothing was cached. What is fetched ahead counts, too. Why they were missed is "
                  "told by cold, burst, trimmed and handed over, whose sum it is."},
    {"misses_cold", "cold", "", "entries", COUNTER_TOTAL, OF(misses_cold),
     PART(ALLOCATE_MISSES, "cause", "cold"),
     .paragraph = "Misses that raised the high water: more entries were out of the backing than "
                  "ever before, so nothing could have been cached. Every list has them when it "
                  "starts; a list that always has them grows."},
    {"misses_burst", "burst", "", "entries", COUNTER_TOTAL, OF(misses_burst),
     PART(ALLOCATE_MISSES, "cause", "burst"),
     .paragraph = "Misses of entries that had been cached or live before and were given back "
                  "because the magazine and the depot had no room: demand swings wider than what "
                  "is kept. A greater maximum depth may help."},
    {"misses_trimmed", "trimmed", "", "entries", COUNTER_TOTAL, OF(misses_trimmed),
     PART(ALLOCATE_MISSES, "cause", "trimmed"),
     .paragraph = "Misses that are the price of lookaside_flush and lookaside_trim: the entries "
                  "they gave back were needed again."},
    {"misses_handed_over", "handed over", "", "entries", COUNTER_TOTAL, OF(misses_handed_over),
     PART(ALLOCATE_MISSES, "cause", "handed_over"),
     .paragraph =
         "Misses of a thread whose entries other threads free: what it needs lies in their "
         "magazines, and has not come back through the depot."},
    {"allocate_hit_percent", "Hit Rate", "HIT", "percent", COUNTER_RATIO, .hits_of = allocate_hits,
     .paragraph = "The part of all allocations that was served from the cache. WinDbg cuts it to a "
                  "whole percent, left for allocations and right for frees; the line below it has "
                  "four more digits. It is cut, not rounded: only a list that never missed has "
                  "100 %."},
    {"allocate_failures", "Failures", "", "allocations", COUNTER_TOTAL, OF(allocate_failures),
     METRIC(ALLOCATE_FAILURES),
     .paragraph = "Allocations that got nothing; they are in no other counter. Last Failure tells "
                  "why the last one failed."},
    {"total_frees", "TotalFrees", "FREE/s", "entries", COUNTER_TOTAL, OF(total_frees),
     METRIC(FREES),
     .paragraph = "Entries taken back since the list was initialised. Nobody counts them one by "
                  "one: they follow from the allocations and from where the entries are."},
    {"free_misses", "FreeMisses", "", "entries", COUNTER_TOTAL, OF(free_misses),
     METRIC(FREE_MISSES),
     .paragraph = "Entries that went to the backing because neither the thread's magazine nor the "
                  "depot had room for them."},
    {"free_hit_percent", "Hit Rate of frees", "", "percent", COUNTER_RATIO, .hits_of = free_hits,
     .paragraph = "The part of all frees that found room in the cache."},
    {"flushed", "Flushed", "", "entries", COUNTER_TOTAL, OF(flushed), METRIC(FLUSHED),
     .paragraph = "Cached entries that lookaside_flush and lookaside_trim gave to the backing. As "
                  "in the kernel they are not in FreeMisses."},

    /* ---- Its memory ---- */
    {"mapped_bytes", "Memory", "MAPPED", "bytes", COUNTER_GAUGE, OF(mapped_bytes),
     .paragraph = "All memory of the list. It is the sum of live, magazine, depot, free and record "
                  "bytes, at every moment."},
    {"live_bytes", "in live entries", "IN USE", "bytes", COUNTER_GAUGE, OF(live_bytes),
     PART(MEMORY, "state", "live"), .paragraph = "Memory of the entries that are out."},
    {"magazine_bytes", "in magazines", "", "bytes", COUNTER_GAUGE, OF(magazine_bytes),
     PART(MEMORY, "state", "magazines"),
     .paragraph = "Memory of the free entries in the threads' magazines."},
    {"depot_bytes", "in the depot", "", "bytes", COUNTER_GAUGE, OF(depot_bytes),
     PART(MEMORY, "state", "depot"),
     .paragraph = "Memory of the free entries in the depot: full magazines that no thread owns. It "
                  "keeps as many as recent traffic between threads has used."},
    {"slab_free_bytes", "bytes free in slabs", "", "bytes", COUNTER_GAUGE, OF(slab_free_bytes),
     PART(MEMORY, "state", "free"),
     .paragraph = "Memory of slabs that is in no entry above: free entries, and what is left over "
                  "between them. lookaside_trim gives back what lies in empty slabs."},
    {"metadata_bytes", "in the library's records", "", "bytes", COUNTER_GAUGE, OF(metadata_bytes),
     PART(MEMORY, "state", "records"),
     .paragraph =
         "The library's own records of the list: its state, its magazines' arrays, what it "
         "knows of its slabs."},

    /* ---- Words ---- */
    {"owner", "Owner", "", "", COUNTER_WORD,
     .paragraph = "The code that called lookaside_init for the list: a module and an offset in it, "
                  "with the function where the file has symbols. A stripped file still has its "
                  "module."},
    {"tag", "Tag(hex)", "TAG", "", COUNTER_WORD,
     .paragraph = "Four characters that name the owner, as a Windows pool tag does; in hexadecimal "
                  "as the processor stores them, so that they read backwards."},
    {"pool_type", "Type", "", "", COUNTER_WORD,
     .paragraph = "The pool type that lookaside_init was asked for, by NT's number and name. In "
                  "user mode, the entries of a nonpaged list are locked into memory, so that to "
                  "use them never faults; those of PagedPool are ordinary memory."},
    {"last_failure", "Last Failure", "", "", COUNTER_WORD,
     .paragraph = "Why the last allocation that failed did so: a status of lookaside/status.h."},
    {"tuner", "Tuner", "", "", COUNTER_WORD,
     .paragraph =
         "The tuner's last change of the depth, and what it saw. Its rule is the kernel's: "
         "fewer than 75 allocations in a scan, and the depth falls by 10 (the list is "
         "idle); less than 0.5 % of them missed, and it falls by 1 (deeper than needed); "
         "otherwise it rises by 5 to 30 (too shallow), the more, the more missed and the "
         "farther the maximum is. What misses the magazine but is in the depot counts "
         "here, too."},
    {"misses", "Misses", "", "", COUNTER_WORD,
     .paragraph = "AllocateMisses once more, and below it what they are made of: cold, burst, "
                  "trimmed and handed over, as far as there are any."},
    {"change", "CHANGE", "CHANGE", "entries", COUNTER_WORD,
     .paragraph = "In `top`: how many live entries the list has more, or fewer, than in the sample "
                  "before."},
    {"moved", "~", "", "", COUNTER_WORD,
     .paragraph =
         "A row marked so changed while it was read: it was read again, up to 8 times, and "
         "would not hold still; in a core, a thread was in the middle of changing it. Each "
         "of its figures is one that was there, but they may not fit each other."},
    {"growing", "+", "", "", COUNTER_WORD,
     .paragraph = "In `top`, a list marked so has had no fewer live entries than before in each of "
                  "the last 10 samples, and more in at least 3 of them. A leak looks like this; so "
                  "does a program that warms up."},
};

const size_t counter_count = sizeof(counters) / sizeof(counters[0]);

const char *counter_kind_name(enum counter_kind kind)
{
    static const char *const names[] = {"constant", "counter", "gauge", "ratio", "word"};

    return names[kind];
}

bool counter_is_figure(const struct counter *counter)
{
    return counter->size != 0;
}

uint64_t counter_value(const struct counter *counter, const struct inspect_list *list)
{
    const char *place = (const char *)list + counter->offset;
    uint64_t wide = 0;
    uint32_t narrow;

    if (counter->size == sizeof(narrow)) {
        memcpy(&narrow, place, sizeof(narrow));
        return narrow;
    }
    memcpy(&wide, place, counter->size);
    return wide;
}

double counter_percent(const struct counter *counter, const struct inspect_list *list)
{
    uint64_t total;
    uint64_t hits = counter->hits_of(list, &total);

    return total == 0 ? -1 : floor((double)hits * 1e6 / (double)total) / 1e4;
}

/* ---- Finding one ----------------------------------------------------------------------------- */

/* Small letters and digits: what else a word has is a matter of taste. Marks stand as they are. */
static void plain(const char *word, char *buffer, size_t size)
{
    size_t length = 0;

    for (const char *at = word; *at != '\0' && length + 1 < size; at++) {
        if (isalnum((unsigned char)*at)) {
            buffer[length++] = (char)tolower((unsigned char)*at);
        }
    }
    buffer[length] = '\0';
    if (length == 0) {
        snprintf(buffer, size, "%s", word);
    }
}

static bool same(const char *plain_word, const char *name)
{
    char other[96];

    plain(name, other, sizeof(other));
    return other[0] != '\0' && strcmp(plain_word, other) == 0;
}

const struct counter *counter_find(const char *word)
{
    char wanted[96];

    plain(word, wanted, sizeof(wanted));
    for (size_t i = 0; i < counter_count; i++) {
        const struct counter *counter = &counters[i];
        if (same(wanted, counter->name) || same(wanted, counter->label) ||
            same(wanted, counter->column)) {
            return counter;
        }
    }
    for (size_t i = 0; i < counter_count; i++) {
        if (counters[i].metric != NULL && same(wanted, counters[i].metric->name)) {
            return &counters[i];
        }
    }
    return NULL;
}

void counter_nearest(const char *word, char *names, size_t size)
{
    struct near near = near_to(word);

    for (size_t i = 0; i < counter_count; i++) {
        near_consider(&near, counters[i].name);
        near_consider(&near, counters[i].label);
    }
    near_names(&near, names, size);
}
