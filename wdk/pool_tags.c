/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A sorted array of all tags that were ever used, under a lock: programs have tens of them. Entries
 * that are cached in a lookaside list count as allocated, as in poolmon: the pool sees misses only. */
#include "pool_tags.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bugcheck.h"

struct tag {
    wdk_pool_usage now;
    wdk_pool_usage printed; /* as it was in the last table */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct tag *tags; /* by tag, nonpaged before paged */
static SIZE_T count;
static SIZE_T room;
static struct tag overflow; /* when there is no memory for one more */

/* Tags are sorted as they are read: in memory order. */
static ULONGLONG rank(ULONG tag, BOOLEAN paged)
{
    return (ULONGLONG)__builtin_bswap32(tag) << 1 | (paged ? 1u : 0u);
}

static SIZE_T place_of_locked(ULONGLONG wanted)
{
    SIZE_T low = 0;
    SIZE_T high = count;

    while (low < high) {
        SIZE_T middle = low + (high - low) / 2;
        if (rank(tags[middle].now.tag, tags[middle].now.paged) < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static BOOLEAN make_room_locked(void)
{
    if (count < room) {
        return TRUE;
    }
    SIZE_T more = room == 0 ? 64 : 2 * room;
    struct tag *larger = realloc(tags, more * sizeof(*tags));
    if (larger == NULL) {
        return FALSE;
    }
    tags = larger;
    room = more;
    return TRUE;
}

static wdk_pool_usage *usage_locked(ULONG tag, BOOLEAN paged)
{
    SIZE_T place = place_of_locked(rank(tag, paged));

    if (place < count && tags[place].now.tag == tag && tags[place].now.paged == paged) {
        return &tags[place].now;
    }
    if (!make_room_locked()) {
        return &overflow.now;
    }
    (void)memmove(&tags[place + 1], &tags[place], (count - place) * sizeof(*tags));
    count++;
    tags[place] = (struct tag){.now = {.tag = tag, .paged = paged}};
    return &tags[place].now;
}

void tags_count_allocation(ULONG tag, BOOLEAN paged, SIZE_T bytes)
{
    (void)pthread_mutex_lock(&lock);
    wdk_pool_usage *usage = usage_locked(tag, paged);
    usage->allocations++;
    usage->bytes += bytes;
    (void)pthread_mutex_unlock(&lock);
}

void tags_count_free(ULONG tag, BOOLEAN paged, SIZE_T bytes)
{
    (void)pthread_mutex_lock(&lock);
    wdk_pool_usage *usage = usage_locked(tag, paged);
    usage->frees++;
    usage->bytes -= bytes;
    (void)pthread_mutex_unlock(&lock);
}

/* A copy of all, to be freed, for use without the lock; NULL when there is no memory or no tag. */
static struct tag *copy_locked(SIZE_T *copied)
{
    struct tag *copy = count == 0 ? NULL : malloc(count * sizeof(*copy));

    *copied = copy == NULL ? 0 : count;
    if (copy != NULL) {
        (void)memcpy(copy, tags, count * sizeof(*copy));
    }
    return copy;
}

void wdk_pool_visit(wdk_pool_visitor *visit, void *context)
{
    SIZE_T copied;

    (void)pthread_mutex_lock(&lock);
    struct tag *copy = copy_locked(&copied);
    (void)pthread_mutex_unlock(&lock);
    for (SIZE_T i = 0; i < copied; i++) {
        visit(&copy[i].now, context);
    }
    free(copy);
}

static void print_row(const struct tag *tag)
{
    const wdk_pool_usage *now = &tag->now;
    ULONGLONG live = now->allocations - now->frees;

    (void)printf(" %-4s %-5s%10lu (%4ld)%10lu (%4ld)%9lu%8lu (%6ld)%7lu\n", tag_text(now->tag).text,
                 now->paged ? "Paged" : "Nonp", now->allocations,
                 (long)(now->allocations - tag->printed.allocations), now->frees,
                 (long)(now->frees - tag->printed.frees), live, now->bytes,
                 (long)(now->bytes - tag->printed.bytes), live == 0 ? 0 : now->bytes / live);
}

void wdk_pool_print(void)
{
    SIZE_T copied;

    (void)pthread_mutex_lock(&lock);
    struct tag *copy = copy_locked(&copied);
    for (SIZE_T i = 0; i < count; i++) {
        tags[i].printed = tags[i].now;
    }
    (void)pthread_mutex_unlock(&lock);
    (void)printf(" %-4s %-5s%10s%17s%16s%8s%16s\n", "Tag", "Type", "Allocs", "Frees", "Diff",
                 "Bytes", "Per Alloc");
    for (SIZE_T i = 0; i < copied; i++) {
        print_row(&copy[i]);
    }
    free(copy);
}

struct sum {
    ULONG tag;
    ULONGLONG blocks;
};

static void add(const wdk_pool_usage *usage, void *context)
{
    struct sum *sum = context;

    if (sum->tag == 0 || sum->tag == usage->tag) {
        sum->blocks += usage->allocations - usage->frees;
    }
}

ULONGLONG wdk_pool_blocks(ULONG tag)
{
    struct sum sum = {tag, 0};

    wdk_pool_visit(add, &sum);
    return sum.blocks;
}
