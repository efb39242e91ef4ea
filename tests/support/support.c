/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* See support.h. The laws are those of lookaside_statistics in <lookaside/lookaside.h>, written
 * down here a second time on purpose: a test must not ask the library whether it is right. */
#include "support.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void check_failed(const char *file, int line, const char *condition, const char *format, ...)
{
    char sentence[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s:%d: %s (expected: %s)\n", file, line, sentence, condition);
    abort();
}

lookaside_statistics statistics_of(lookaside_list *list)
{
    lookaside_statistics statistics;
    lookaside_status status = lookaside_query(list, &statistics);
    CHECK(status == LOOKASIDE_OK, "lookaside_query returned %s", lookaside_status_name(status));
    return statistics;
}

void check_laws_under_traffic(const lookaside_statistics *s, const char *where)
{
    uint64_t parts =
        s->live_bytes + s->magazine_bytes + s->depot_bytes + s->slab_free_bytes + s->metadata_bytes;
    CHECK(s->total_allocates >= s->total_frees,
          "%s: total_allocates %" PRIu64 " < total_frees %" PRIu64, where, s->total_allocates,
          s->total_frees);
    CHECK(s->mapped_bytes == parts, "%s: mapped_bytes %" PRIu64 " != sum of its parts %" PRIu64,
          where, s->mapped_bytes, parts);
    CHECK(s->depth <= s->maximum_depth, "%s: depth %u > maximum_depth %u", where, s->depth,
          s->maximum_depth);
    uint64_t causes = s->misses_cold + s->misses_burst + s->misses_trimmed + s->misses_handed_over;
    CHECK(s->allocate_misses == causes, "%s: allocate_misses %" PRIu64 " != causes %" PRIu64, where,
          s->allocate_misses, causes);
    uint64_t out = s->allocate_misses - s->free_misses - s->flushed;
    CHECK(s->highest_entries >= out, "%s: highest_entries %" PRIu64 " < %" PRIu64 " that are out",
          where, s->highest_entries, out);

    /* A difference that went below zero is a huge number. */
    const uint64_t numbers[] = {
        s->total_allocates,  s->allocate_misses,   s->total_frees,     s->free_misses,
        s->flushed,          s->allocate_failures, s->current_depth,   s->live_entries,
        s->reserved_entries, s->threads,           s->mapped_bytes,    s->live_bytes,
        s->magazine_bytes,   s->depot_bytes,       s->slab_free_bytes, s->metadata_bytes};
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        CHECK(numbers[i] < UINT64_C(1) << 60,
              "%s: number %zu of the statistics is negative: %" PRId64, where, i,
              (int64_t)numbers[i]);
    }
}

lookaside_statistics check_laws(lookaside_list *list, const char *where)
{
    lookaside_statistics s = statistics_of(list);
    check_laws_under_traffic(&s, where);

    int64_t depth = (int64_t)(s.total_frees - s.free_misses) -
                    (int64_t)(s.total_allocates - s.allocate_misses) - (int64_t)s.flushed;
    CHECK((int64_t)s.current_depth == depth,
          "%s: current_depth %" PRIu64 " != %" PRId64 " (allocates %" PRIu64 " misses %" PRIu64
          ", frees %" PRIu64 " misses %" PRIu64 ", flushed %" PRIu64 ")",
          where, s.current_depth, depth, s.total_allocates, s.allocate_misses, s.total_frees,
          s.free_misses, s.flushed);
    CHECK(s.live_entries == s.total_allocates - s.total_frees,
          "%s: live_entries %" PRIu64 " != %" PRIu64 " - %" PRIu64, where, s.live_entries,
          s.total_allocates, s.total_frees);

    /* Entries weigh at least their size, wherever they are. */
    CHECK(s.live_bytes >= s.live_entries * s.size,
          "%s: live_bytes %" PRIu64 " too few for %" PRIu64 " entries", where, s.live_bytes,
          s.live_entries);
    CHECK(s.magazine_bytes + s.depot_bytes >= s.current_depth * s.size,
          "%s: too few cached bytes for %" PRIu64 " cached entries", where, s.current_depth);
    return s;
}

void destroy_checked(lookaside_list *list)
{
    check_laws(list, "before destroy");
    lookaside_status status = lookaside_destroy(list);
    CHECK(status == LOOKASIDE_OK, "lookaside_destroy returned %s", lookaside_status_name(status));
}

size_t rounds(size_t count)
{
    const char *factor = getenv("LOOKASIDE_STRESS");
    size_t total = factor != NULL ? count * strtoul(factor, NULL, 10) : count;
    total = UNDER_SANITIZER ? total / 10 : total;
    return total > 0 ? total : 1;
}

uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    *state = x;
    return x * UINT64_C(0x2545F4914F6CDD1D);
}

void mark_entry(void *entry, size_t size, uint64_t owner)
{
    uint64_t mark = owner ^ (uintptr_t)entry;
    memcpy(entry, &mark, sizeof(mark));
    memcpy((char *)entry + size - sizeof(mark), &mark, sizeof(mark));
}

void check_entry(const void *entry, size_t size, uint64_t owner)
{
    uint64_t mark = owner ^ (uintptr_t)entry;
    CHECK(memcmp(entry, &mark, sizeof(mark)) == 0 &&
              memcmp((const char *)entry + size - sizeof(mark), &mark, sizeof(mark)) == 0,
          "entry %p was given to two owners", entry);
}
