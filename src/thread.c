/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Each thread has a table of magazines, one for each list, and a thread-local pointer to it; each
 * list has a place, the same in all tables:
 *
 *                          place 0    place 1    place 2
 *     common table        | zero    | zero     | zero     | ...    every thread's at first
 *     table of thread A   | zero    | list X   | list Y   | ...
 *     table of thread B   | zero    | list X   | zero     | ...    B has not used Y
 *
 * A magazine that is all zero is empty and has no room, so whoever meets one falls into the slow
 * path. Place 0 is no list's: a list that is not initialised, or that has no place because there
 * are too many lists, points there. The common table is never written.
 *
 * A table is reserved for all places at once, so that it never moves, and touched page by page as
 * the thread uses lists. The hit path looks into a table at any place that is taken, so all tables
 * are committed as far as places are: from one OS page on, doubled whenever a list takes the first
 * place beyond. Magazines of one thread lie side by side; those of different threads never share a
 * cache line or an OS page.
 *
 * When a thread ends, its magazines are retired and its table, all zero again, waits for the next
 * thread: a million short threads need one table. From then on the ending thread has the common
 * table for good, so that destructors that run later still work, without a cache.
 *
 * Locking: the threads' lock covers the list of threads, the free tables and the places. A thread's
 * end holds it while it retires, which takes the locks of lists; so it comes before those. */
#include "thread.h"

#include <stdint.h>

#include "meta.h"
#include "os.h"

#define PLACES ((size_t)16384)
#define TABLE_SIZE (PLACES * sizeof(struct lookaside_magazine))

_Static_assert(sizeof(struct lookaside_magazine) == 32, "two magazines share a cache line");

struct thread {
    char *table;
    uint64_t identity; /* os_thread_identity of its owner */
    size_t used_end;   /* every magazine that the thread uses lies before this offset */
    struct thread *next;
    struct thread **link; /* what points at this one */
};

static struct lookaside_magazine common_table[PLACES] __attribute__((aligned(64)));

LOOKASIDE_THREAD_LOCAL char *lookaside_thread_magazines = (char *)common_table;

/* The calling thread's record: NULL before its first slow path. */
static LOOKASIDE_THREAD_LOCAL struct thread *self;
static LOOKASIDE_THREAD_LOCAL bool ending;

struct threads {
    struct os_lock lock;
    void (*retire)(struct lookaside_magazine *magazine);
    struct thread *running;
    struct thread *free_records; /* with all-zero tables */
    size_t committed;            /* bytes of every table; no place beyond is taken */
    uint64_t taken_places[PLACES / 64];
    size_t first_place_word; /* no free place is in a word before this one */
};

struct threads all_threads;

void threads_init(void (*retire)(struct lookaside_magazine *magazine))
{
    os_lock(&all_threads.lock);
    all_threads.retire = retire;
    all_threads.committed = all_threads.committed != 0 ? all_threads.committed : os_page_size();
    all_threads.taken_places[0] |= 1;
    os_unlock(&all_threads.lock);
}

void threads_lock(void)
{
    os_lock(&all_threads.lock);
}

void threads_unlock(void)
{
    os_unlock(&all_threads.lock);
}

/* ---- a thread's life ---- */

static struct thread *new_record_locked(void)
{
    struct thread *thread = all_threads.free_records;

    if (thread != NULL) {
        all_threads.free_records = thread->next;
        return thread;
    }
    thread = meta_alloc(sizeof(*thread));
    if (thread == NULL) {
        return NULL;
    }
    thread->table = os_reserve(TABLE_SIZE, os_page_size());
    if (thread->table == NULL || !os_commit(thread->table, all_threads.committed)) {
        if (thread->table != NULL) {
            os_unmap(thread->table, TABLE_SIZE);
        }
        meta_free(thread, sizeof(*thread));
        return NULL;
    }
    return thread;
}

static void link_locked(struct thread *thread)
{
    thread->identity = os_thread_identity();
    thread->used_end = 0;
    thread->next = all_threads.running;
    if (thread->next != NULL) {
        thread->next->link = &thread->next;
    }
    all_threads.running = thread;
    thread->link = &all_threads.running;
}

/* Retires every magazine and leaves the record to the next thread. */
static void retire_locked(struct thread *thread)
{
    for (size_t at = 0; at < thread->used_end; at += sizeof(struct lookaside_magazine)) {
        struct lookaside_magazine *magazine = (void *)(thread->table + at);
        if (magazine->account != NULL) {
            all_threads.retire(magazine);
        }
    }
    *thread->link = thread->next;
    if (thread->next != NULL) {
        thread->next->link = thread->link;
    }
    thread->next = all_threads.free_records;
    all_threads.free_records = thread;
}

static void thread_ends(void *argument)
{
    LOOKASIDE_OWN(ending) = true;
    LOOKASIDE_OWN(self) = NULL;
    LOOKASIDE_OWN(lookaside_thread_magazines) = (char *)common_table;
    os_lock(&all_threads.lock);
    retire_locked(argument);
    os_unlock(&all_threads.lock);
}

bool thread_has_table(void)
{
    if (LOOKASIDE_OWN(self) != NULL) {
        return true;
    }
    if (LOOKASIDE_OWN(ending)) {
        return false;
    }
    os_lock(&all_threads.lock);
    struct thread *thread = new_record_locked();
    if (thread != NULL) {
        link_locked(thread);
    }
    os_unlock(&all_threads.lock);
    if (thread == NULL) {
        return false;
    }
    if (!os_thread_at_exit(thread_ends, thread)) {
        os_lock(&all_threads.lock);
        retire_locked(thread);
        os_unlock(&all_threads.lock);
        return false;
    }
    LOOKASIDE_OWN(self) = thread;
    LOOKASIDE_OWN(lookaside_thread_magazines) = thread->table;
    return true;
}

void thread_uses(size_t offset)
{
    struct thread *thread = LOOKASIDE_OWN(self);
    size_t end = offset + sizeof(struct lookaside_magazine);

    if (thread->used_end < end) {
        thread->used_end = end;
    }
}

/* ---- places ---- */

/* The first vacant place; 0 when there is none. */
static size_t vacant_place_locked(void)
{
    for (size_t i = all_threads.first_place_word; i < PLACES / 64; i++) {
        uint64_t vacant = ~all_threads.taken_places[i];
        all_threads.first_place_word = i;
        if (vacant != 0) {
            return i * 64 + (unsigned)__builtin_ctzll(vacant);
        }
    }
    return 0;
}

static bool commit_locked(struct thread *thread, size_t size)
{
    for (; thread != NULL; thread = thread->next) {
        if (!os_commit(thread->table, size)) {
            return false;
        }
    }
    return true;
}

/* Commits every table as far as size, which the lowest vacant place needs: one doubling is enough.
 * When it fails half-way, what is committed already is committed again, at no cost, the next time. */
static bool tables_reach_locked(size_t size)
{
    if (size <= all_threads.committed) {
        return true;
    }
    size_t larger = all_threads.committed * 2;
    if (!commit_locked(all_threads.running, larger) ||
        !commit_locked(all_threads.free_records, larger)) {
        return false;
    }
    all_threads.committed = larger;
    return true;
}

size_t thread_place_take(void)
{
    os_lock(&all_threads.lock);
    size_t place = vacant_place_locked();
    if (!tables_reach_locked((place + 1) * sizeof(struct lookaside_magazine))) {
        place = 0;
    }
    if (place != 0) {
        all_threads.taken_places[place / 64] |= UINT64_C(1) << (place % 64);
    }
    os_unlock(&all_threads.lock);
    return place * sizeof(struct lookaside_magazine);
}

void thread_place_give_back(size_t offset)
{
    size_t place = offset / sizeof(struct lookaside_magazine);

    if (place == 0) {
        return;
    }
    os_lock(&all_threads.lock);
    all_threads.taken_places[place / 64] &= ~(UINT64_C(1) << (place % 64));
    if (place / 64 < all_threads.first_place_word) {
        all_threads.first_place_word = place / 64;
    }
    os_unlock(&all_threads.lock);
}

/* ---- fork ---- */

void threads_after_fork_in_child(void)
{
    os_lock(&all_threads.lock);
    for (struct thread *thread = all_threads.running, *next; thread != NULL; thread = next) {
        next = thread->next;
        if (thread != LOOKASIDE_OWN(self)) {
            retire_locked(thread);
        }
    }
    os_unlock(&all_threads.lock);
}

/* ---- for tools ---- */

static OS_DUMPED struct inspection_field threads_fields[] = {
    INSPECT_FIELD(struct threads, "lock", lock, NUMBER, NO_UNIT, LOCK),
    INSPECT_FIELD(struct threads, "running", running, ADDRESS, NO_UNIT, LINK),
};

static OS_DUMPED struct inspection_field thread_fields[] = {
    INSPECT_FIELD(struct thread, "table", table, ADDRESS, NO_UNIT, CONSTANT),
    INSPECT_FIELD(struct thread, "identity", identity, NUMBER, NO_UNIT, CONSTANT),
    INSPECT_FIELD(struct thread, "next", next, ADDRESS, NO_UNIT, LINK),
};

INSPECT_RECORD(threads_record, struct threads, "threads", threads_fields);
INSPECT_RECORD(thread_record, struct thread, "thread", thread_fields);
