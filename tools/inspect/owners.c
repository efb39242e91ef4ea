/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The library knows a thread by its table of magazines and its pthread_self; people know it by its
 * tid and name. Between the two lies the C library's own record of the thread, to which
 * pthread_self points, and which holds the tid somewhere.
 *
 * A core of an x86-64 tells pthread_self for each tid: it is what the register fs points to. For
 * all others the place of the tid is found out: the one offset at which every thread's record holds
 * a number of the process's tids, each another one. If several offsets do, they have to agree about
 * every thread; otherwise nothing is said. An offset that was found is kept: the C library does not
 * change while it runs. */
#include "owners.h"

#include "basics.h"
#include "chain.h"
#include "printable.h"

#include <stdlib.h>
#include <string.h>

#define SEARCHED 1024u /* bytes of a thread's record; glibc has the tid at 720, musl at 48 */
#define STEP 4u
#define MOST_THREADS 65536u /* beyond, nobody reads their names */

/* ---- tables and identities ---- */

static void find_tables(struct owners *owners, struct inspect_target *target,
                        const struct copy *copy)
{
    const struct shape *shapes = copy->schema.shapes;
    uint8_t *bytes = must_allocate(1, shapes[THREADS].size + (size_t)shapes[THREAD].size);
    struct chain chain = {0};
    struct record record;
    uint64_t address = 0;

    if (target_read_record(target, copy, THREADS, copy->inspection.threads, &record, bytes)) {
        address = number_in(&record, THREADS_RUNNING);
    }
    while (chain_goes_on(&chain, address) &&
           target_read_record(target, copy, THREAD, address, &record, bytes)) {
        owners->items =
            must_grow(owners->items, owners->count, &owners->capacity, sizeof(*owners->items));
        owners->items[owners->count++] = (struct owner){
            .table = number_in(&record, THREAD_TABLE),
            .identity = number_in(&record, THREAD_IDENTITY),
        };
        address = number_in(&record, THREAD_NEXT);
    }
    free(bytes);
}

static int compare_owners(const void *left, const void *right)
{
    const struct owner *a = left;
    const struct owner *b = right;

    return a->table < b->table ? -1 : a->table > b->table;
}

const struct owner *owners_with(const struct owners *owners, uint64_t table)
{
    struct owner key = {.table = table};

    return owners->count == 0
               ? NULL
               : bsearch(&key, owners->items, owners->count, sizeof(key), compare_owners);
}

/* ---- tids ---- */

/* What the threads' own records hold. */
struct records {
    uint8_t *bytes; /* SEARCHED of each owner */
    bool *read;
    const struct source_thread *threads; /* sorted by tid */
    size_t thread_count;
};

static int compare_tids(const void *left, const void *right)
{
    const struct source_thread *a = left;
    const struct source_thread *b = right;

    return a->tid < b->tid ? -1 : a->tid > b->tid;
}

static const struct source_thread *thread_with(const struct records *records, size_t owner,
                                               size_t offset)
{
    struct source_thread key = {0};
    int32_t tid;

    memcpy(&tid, records->bytes + owner * SEARCHED + offset, sizeof(tid));
    key.tid = tid;
    return bsearch(&key, records->threads, records->thread_count, sizeof(key), compare_tids);
}

static void read_records(struct records *records, const struct owners *owners,
                         struct inspect_target *target)
{
    struct inspect_piece *pieces = must_allocate(owners->count, sizeof(*pieces));

    for (size_t i = 0; i < owners->count; i++) {
        pieces[i] = (struct inspect_piece){owners->items[i].identity, records->bytes + i * SEARCHED,
                                           SEARCHED};
    }
    bool all = memory_read_now(target->memory, pieces, owners->count);
    for (size_t i = 0; i < owners->count; i++) {
        records->read[i] = all || memory_read_now(target->memory, &pieces[i], 1);
    }
    free(pieces);
}

/* Whether every thread's record holds a tid at the offset, and no two the same. */
static bool fits(const struct records *records, size_t count, size_t offset, bool *taken)
{
    memset(taken, 0, records->thread_count * sizeof(*taken));
    for (size_t i = 0; i < count; i++) {
        const struct source_thread *thread = thread_with(records, i, offset);
        if (!records->read[i] || thread == NULL || taken[thread - records->threads]) {
            return false;
        }
        taken[thread - records->threads] = true;
    }
    return count > 0;
}

static bool agree(const struct records *records, size_t count, size_t a, size_t b)
{
    for (size_t i = 0; i < count; i++) {
        if (thread_with(records, i, a) != thread_with(records, i, b)) {
            return false;
        }
    }
    return true;
}

/* The offset of the tid, or NOWHERE. */
static size_t find_offset(const struct records *records, size_t count)
{
    bool *taken = must_allocate(records->thread_count, sizeof(*taken));
    size_t found = TID_NOWHERE;

    for (size_t offset = 0; offset < SEARCHED; offset += STEP) {
        if (!fits(records, count, offset, taken)) {
            continue;
        }
        if (found != TID_NOWHERE && !agree(records, count, found, offset)) {
            found = TID_NOWHERE;
            break;
        }
        found = found == TID_NOWHERE ? offset : found;
    }
    free(taken);
    return found;
}

static void find_tids_by_records(struct owners *owners, struct inspect_target *target,
                                 struct source_thread *threads, size_t count)
{
    struct records records = {
        .bytes = must_allocate(owners->count, SEARCHED),
        .read = must_allocate(owners->count, sizeof(bool)),
        .threads = threads,
        .thread_count = count,
    };

    qsort(threads, count, sizeof(*threads), compare_tids);
    read_records(&records, owners, target);
    if (target->tid_offset == TID_NOWHERE) {
        target->tid_offset = find_offset(&records, owners->count);
    }
    for (size_t i = 0; target->tid_offset != TID_NOWHERE && i < owners->count; i++) {
        const struct source_thread *thread =
            records.read[i] ? thread_with(&records, i, target->tid_offset) : NULL;
        owners->items[i].tid = thread == NULL ? 0 : thread->tid;
    }
    free(records.bytes);
    free(records.read);
}

static int compare_identities(const void *left, const void *right)
{
    const struct source_thread *a = left;
    const struct source_thread *b = right;

    return a->identity < b->identity ? -1 : a->identity > b->identity;
}

static void find_tids_by_identity(struct owners *owners, struct source_thread *threads,
                                  size_t count)
{
    qsort(threads, count, sizeof(*threads), compare_identities);
    for (size_t i = 0; i < owners->count; i++) {
        struct source_thread key = {.identity = owners->items[i].identity};
        const struct source_thread *thread =
            bsearch(&key, threads, count, sizeof(key), compare_identities);
        owners->items[i].tid = thread == NULL ? 0 : thread->tid;
    }
}

static void name_threads(struct owners *owners, struct source *source)
{
    for (size_t i = 0; source->name_thread != NULL && i < owners->count; i++) {
        struct owner *owner = &owners->items[i];
        if (owner->tid != 0) {
            source->name_thread(source, owner->tid, owner->name, sizeof(owner->name));
            printable_make(owner->name);
        }
    }
}

void owners_find(struct owners *owners, struct inspect_target *target)
{
    struct source *source = target->source;
    size_t count = 0;

    *owners = (struct owners){0};
    for (size_t i = 0; i < target->copies.count; i++) {
        if (target->copies.items[i].readable) {
            find_tables(owners, target, &target->copies.items[i]);
        }
    }
    if (owners->count == 0) {
        return;
    }
    if (owners->count > MOST_THREADS) {
        owners->count = MOST_THREADS;
    }
    qsort(owners->items, owners->count, sizeof(*owners->items), compare_owners);
    struct source_thread *threads =
        source->threads == NULL ? NULL : source->threads(source, &count);
    if (count > 0 && threads[0].identity != 0) {
        find_tids_by_identity(owners, threads, count);
    } else if (count > 0) {
        find_tids_by_records(owners, target, threads, count);
    }
    free(threads);
    name_threads(owners, source);
}

void owners_free(struct owners *owners)
{
    free(owners->items);
}
