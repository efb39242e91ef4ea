/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the tests of the slab room share: an arena and a lock limit that refuse when told to. */
#ifndef LOOKASIDE_TESTS_UNIT_SLAB_FIXTURE_H
#define LOOKASIDE_TESTS_UNIT_SLAB_FIXTURE_H

#include "unit.h"

#include "arena.h"
#include "slab.h"

#define NOW 1000000u /* milliseconds */
#define MIB ((size_t)1 << 20)

void *real_arena_alloc(size_t size, void *owner, bool huge) REAL(arena_alloc);
void *our_arena_alloc(size_t size, void *owner, bool huge) INSTEAD_OF(arena_alloc);
bool real_os_lock_pages(void *base, size_t size) REAL(os_lock_pages);
bool our_os_lock_pages(void *base, size_t size) INSTEAD_OF(os_lock_pages);

static bool no_memory;
static bool no_locking;
static unsigned huge_runs;
static struct {
    unsigned count;
    void *run;
    void *owner;
} asked; /* of the arena, last */

void *our_arena_alloc(size_t size, void *owner, bool huge)
{
    huge_runs += huge;
    asked.count++;
    asked.owner = owner;
    asked.run = no_memory ? NULL : real_arena_alloc(size, owner, huge);
    return asked.run;
}

bool our_os_lock_pages(void *base, size_t size)
{
    return no_locking ? false : real_os_lock_pages(base, size);
}

static int begin(void **state)
{
    (void)state;
    no_memory = false;
    no_locking = false;
    huge_runs = 0;
    return 0;
}

#define SLAB_TEST(test) cmocka_unit_test_setup(test, begin)

/* All entries go back at once; nothing of the pool may be left. */
static inline void destroy_pool(struct slab_pool *pool)
{
    slab_pool_destroy(pool);
    assert_int_equal(pool->bytes, 0);
    assert_int_equal(pool->metadata, 0);
    assert_int_equal(pool->slab_count, 0);
    assert_int_equal(pool->used + pool->free + pool->reserved, 0);
}

/* Takes entries that must be there. */
static inline void take_entries(struct slab_pool *pool, void **entries, size_t count)
{
    assert_int_equal(slab_alloc(pool, entries, count, NOW), count);
}

static inline void give_entries(struct slab_pool *pool, void **entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(slab_free(pool, entries[i], NOW), SLAB_TAKEN);
    }
}

#endif
