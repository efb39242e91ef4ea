/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A slab is a run of memory cut into entries of one list; layout.h tells where each lies. A slab's
 * record stands elsewhere, so that no overflow reaches it:
 *
 *     entries   0 ........... fresh ........... capacity
 *               handed out     never handed out
 *               at least once  nor touched
 *     bit i     1: entry i, below fresh, is free
 *
 *     capacity = used + free bits + (capacity - fresh)
 *
 * An entry that comes back is found by its address: the arena knows the slab, a division the index,
 * the bit whether it is free already. So a double free, a pointer into the middle of an entry and a
 * pointer of another list are seen here, and change nothing.
 *
 * A slab is in one of three lists: partial, full, empty. Entries are taken from the first partial
 * slab, then from an empty one, then from a new one. A slab that becomes empty begins anew (fresh =
 * 0). One is always kept; the others go back to the arena once they have been empty for a whole
 * period (a second), at the next slow path, or when somebody trims. Giving them back at once would
 * let every swing of the population pay for its page faults again.
 *
 * A pool begins with the smallest run of at least eight entries' size, of which steps may take one,
 * and doubles with every slab, up to a chunk. From the third chunk's worth on, it asks for huge
 * pages.
 *
 * Reserved entries are free entries that are handed out only when no slab can be made.
 *
 * Locking: the caller holds the list's lock. */
#include "slab.h"

#include "arena.h"
#include "meta.h"
#include "os.h"

#define RUN_ENTRIES 8 /* entries' sizes in a slab's run at least, while they fit a chunk */
#define HUGE_FROM (2 * ARENA_CHUNK) /* bytes of a pool from which its chunks get huge pages */

struct slab {
    struct slab_pool *pool;
    struct slab *next;
    struct slab *previous;
    char *base;        /* the run */
    char *start;       /* its first entry */
    size_t size;       /* bytes of the run */
    uint32_t capacity; /* entries */
    uint32_t fresh;    /* first entry never handed out since the slab began anew */
    uint32_t highest;  /* first entry never handed out at all, if beyond fresh */
    uint32_t used;     /* entries that are out */
    uint32_t hint;     /* no free bit is in a word before this one */
    uint64_t free_bits[];
};

/* ---- lists of slabs ---- */

static void append(struct slab_list *list, struct slab *slab)
{
    slab->next = NULL;
    slab->previous = list->last;
    *(list->last != NULL ? &list->last->next : &list->first) = slab;
    list->last = slab;
}

static void remove_from(struct slab_list *list, struct slab *slab)
{
    *(slab->previous != NULL ? &slab->previous->next : &list->first) = slab->next;
    *(slab->next != NULL ? &slab->next->previous : &list->last) = slab->previous;
}

/* ---- making and giving back slabs ---- */

static size_t bitmap_words(size_t capacity)
{
    return (capacity + 63) / 64;
}

static size_t record_size(size_t capacity)
{
    return sizeof(struct slab) + bitmap_words(capacity) * sizeof(uint64_t);
}

static char *entry_at(const struct slab_pool *pool, const struct slab *slab, size_t index)
{
    return slab->start + layout_offset(&pool->layout, index);
}

/* Sets *index to the entry that begins at the address; false if none does. */
static bool index_of(const struct slab_pool *pool, const struct slab *slab, const char *address,
                     size_t *index)
{
    size_t offset = (size_t)(address - slab->start); /* huge before the start */

    return offset < slab->size && layout_index(&pool->layout, offset, index) &&
           *index < slab->capacity;
}

/* Where the next slab of a size begins in its run. */
static size_t next_start(const struct slab_pool *pool, size_t size)
{
    static uint32_t slabs_made;
    uint32_t number = __atomic_fetch_add(&slabs_made, 1, __ATOMIC_RELAXED);
    bool has_room = size >= pool->layout.stride * RUN_ENTRIES;

    return has_room ? layout_start(&pool->layout, number, size / 8) : 0;
}

/* What of a run its entries cover, in OS pages: the part that is locked. */
static size_t resident_size(const struct slab_pool *pool, const struct slab *slab)
{
    size_t page = os_page_size();
    const char *end = entry_at(pool, slab, slab->capacity - 1) + pool->layout.stride;
    size_t used = (size_t)(end - slab->base);

    return (used + page - 1) & ~(page - 1);
}

static size_t next_run_size(const struct slab_pool *pool)
{
    size_t least = pool->layout.stride <= ARENA_CHUNK / RUN_ENTRIES
                       ? arena_run_size(pool->layout.stride * RUN_ENTRIES)
                       : arena_run_size(pool->layout.stride);
    size_t most = least > ARENA_CHUNK ? least : ARENA_CHUNK;
    size_t wanted = arena_run_size(pool->bytes);

    if (pool->resident && least < os_page_size()) {
        least = os_page_size();
    }
    return wanted < least ? least : wanted > most ? most : wanted;
}

static void give_back(struct slab_pool *pool, struct slab *slab)
{
    size_t record = record_size(slab->capacity);

    if (pool->resident) {
        os_unlock_pages(slab->base, resident_size(pool, slab));
    }
    if (pool->recent == slab) {
        pool->recent = NULL;
    }
    pool->slab_count--;
    pool->free -= slab->capacity - slab->used;
    pool->used -= slab->used;
    pool->bytes -= slab->size;
    pool->metadata -= meta_size(record);
    pool->released += arena_free(slab->base, slab->size);
    meta_free(slab, record);
}

/* Makes a slab, in no list yet. On failure returns NULL and sets pool->failure. */
static struct slab *make_slab(struct slab_pool *pool)
{
    size_t size = next_run_size(pool);
    size_t start = next_start(pool, size);
    size_t capacity = size <= ARENA_CHUNK ? layout_capacity(&pool->layout, size - start) : 1;
    struct slab *slab = meta_alloc(record_size(capacity));

    pool->failure = LOOKASIDE_NO_MEMORY;
    if (slab == NULL) {
        return NULL;
    }
    slab->pool = pool;
    slab->size = size;
    slab->capacity = (uint32_t)capacity;
    slab->base = arena_alloc(size, slab, size >= ARENA_CHUNK && pool->bytes >= HUGE_FROM);
    if (slab->base == NULL) {
        meta_free(slab, record_size(capacity));
        return NULL;
    }
    slab->start = slab->base + start;
    if (pool->resident && !os_lock_pages(slab->base, resident_size(pool, slab))) {
        (void)arena_free(slab->base, size);
        meta_free(slab, record_size(capacity));
        pool->failure = LOOKASIDE_LOCKED_MEMORY_LIMIT;
        return NULL;
    }
    pool->failure = LOOKASIDE_OK;
    pool->slab_count++;
    pool->free += capacity;
    pool->bytes += size;
    pool->metadata += meta_size(record_size(capacity));
    return slab;
}

/* ---- keeping empty slabs ---- */

static void begin_anew(struct slab *slab)
{
    size_t words = bitmap_words(slab->fresh);

    for (size_t i = 0; i < words; i++) {
        slab->free_bits[i] = 0;
    }
    slab->highest = slab->fresh > slab->highest ? slab->fresh : slab->highest;
    slab->fresh = 0;
    slab->hint = 0;
}

static void drop_empty_down_to(struct slab_pool *pool, uint64_t keep)
{
    while (pool->empty_count > keep) {
        struct slab *slab = pool->empty.first;
        if (pool->free - slab->capacity < pool->reserved) {
            return;
        }
        remove_from(&pool->empty, slab);
        pool->empty_count--;
        give_back(pool, slab);
    }
}

void slab_give_back_idle(struct slab_pool *pool, uint64_t now)
{
    if (pool->empty_count <= 1) {
        pool->kept.lowest = 0;
        return;
    }
    uint64_t idle = working_set_idle(&pool->kept, pool->empty_count, now);
    uint64_t needed = pool->empty_count - idle;
    drop_empty_down_to(pool, needed > 1 ? needed : 1);
}

static void keep_empty(struct slab_pool *pool, struct slab *slab, uint64_t now)
{
    begin_anew(slab);
    append(&pool->empty, slab);
    pool->empty_count++;
    slab_give_back_idle(pool, now);
}

/* ---- taking entries ---- */

static size_t take_freed(struct slab_pool *pool, struct slab *slab, void **entries, size_t count)
{
    size_t words = bitmap_words(slab->fresh);
    size_t taken = 0;

    for (size_t i = slab->hint; i < words && taken < count; i++) {
        uint64_t bits = slab->free_bits[i];
        while (bits != 0 && taken < count) {
            size_t index = i * 64 + (unsigned)__builtin_ctzll(bits);
            bits &= bits - 1;
            entries[taken++] = entry_at(pool, slab, index);
        }
        slab->free_bits[i] = bits;
        slab->hint = (uint32_t)i;
    }
    return taken;
}

static size_t take_fresh(struct slab_pool *pool, struct slab *slab, void **entries, size_t count)
{
    size_t left = slab->capacity - slab->fresh;
    size_t taken = count < left ? count : left;

    for (size_t i = 0; i < taken; i++) {
        entries[i] = entry_at(pool, slab, slab->fresh + i);
    }
    slab->fresh += (uint32_t)taken;
    return taken;
}

/* Takes what one partial slab can give. */
static size_t take(struct slab_pool *pool, struct slab *slab, void **entries, size_t count)
{
    size_t freed = slab->fresh - slab->used;
    size_t taken = freed == 0 ? 0 : take_freed(pool, slab, entries, count < freed ? count : freed);

    taken += take_fresh(pool, slab, entries + taken, count - taken);
    slab->used += (uint32_t)taken;
    pool->used += taken;
    pool->free -= taken;
    if (slab->used == slab->capacity) {
        remove_from(&pool->partial, slab);
        append(&pool->full, slab);
    }
    return taken;
}

/* Makes an empty slab, of which there is one, a partial one. */
static struct slab *begin_with_empty(struct slab_pool *pool)
{
    struct slab *slab = pool->empty.last;

    remove_from(&pool->empty, slab);
    pool->empty_count--;
    append(&pool->partial, slab);
    return slab;
}

/* A partial slab with entries for the taking: one there is, an empty one, or a new one. */
static struct slab *slab_with_room(struct slab_pool *pool, uint64_t now)
{
    struct slab *slab = pool->partial.first;

    if (slab != NULL && pool->free > pool->reserved) {
        return slab;
    }
    if (slab == NULL && pool->empty.first != NULL && pool->free > pool->reserved) {
        slab = begin_with_empty(pool);
        slab_give_back_idle(pool, now);
        return slab;
    }
    slab = make_slab(pool);
    if (slab != NULL) {
        append(&pool->partial, slab);
    }
    return slab;
}

/* One entry of the reserve, when no slab can be made. */
static size_t take_reserved(struct slab_pool *pool, void **entries)
{
    struct slab *slab = pool->partial.first;

    if (pool->reserved == 0) {
        return 0;
    }
    pool->reserved--;
    return take(pool, slab != NULL ? slab : begin_with_empty(pool), entries, 1);
}

static void reverse(void **entries, size_t count)
{
    for (size_t i = 0, j = count; i + 1 < j; i++) {
        void *entry = entries[i];
        entries[i] = entries[--j];
        entries[j] = entry;
    }
}

/* ---- the interface ---- */

void slab_pool_init(struct slab_pool *pool, size_t size, size_t alignment, bool resident)
{
    *pool = (struct slab_pool){.layout = layout_of(size, alignment), .resident = resident};
}

static void give_back_all(struct slab_pool *pool, struct slab_list *list)
{
    while (list->first != NULL) {
        struct slab *slab = list->first;
        remove_from(list, slab);
        give_back(pool, slab);
    }
}

void slab_pool_destroy(struct slab_pool *pool)
{
    give_back_all(pool, &pool->empty);
    give_back_all(pool, &pool->partial);
    give_back_all(pool, &pool->full);
    pool->empty_count = 0;
    pool->reserved = 0;
}

size_t slab_alloc(struct slab_pool *pool, void **entries, size_t count, uint64_t now)
{
    size_t taken = 0;

    while (taken < count) {
        struct slab *slab = slab_with_room(pool, now);
        if (slab == NULL) {
            break;
        }
        uint64_t allowed = pool->free - pool->reserved;
        size_t wanted = count - taken < allowed ? count - taken : allowed;
        taken += take(pool, slab, entries + taken, wanted);
    }
    if (taken == 0) {
        taken = take_reserved(pool, entries);
    }
    reverse(entries, taken);
    return taken;
}

static struct slab *slab_of(struct slab_pool *pool, const char *entry)
{
    struct slab *recent = pool->recent;

    if (recent != NULL && (size_t)(entry - recent->base) < recent->size) {
        return recent;
    }
    return arena_owner(entry);
}

enum slab_verdict slab_free(struct slab_pool *pool, void *entry, uint64_t now)
{
    struct slab *slab = slab_of(pool, entry);

    if (slab == NULL) {
        return SLAB_NOT_AN_ENTRY;
    }
    if (slab->pool != pool) {
        return SLAB_OF_ANOTHER_LIST;
    }
    size_t index;
    if (!index_of(pool, slab, entry, &index)) {
        return SLAB_INTERIOR;
    }
    if (index >= slab->fresh) {
        return index < slab->highest ? SLAB_ALREADY_FREE : SLAB_NEVER_ALLOCATED;
    }
    uint64_t bit = UINT64_C(1) << (index % 64);
    if ((slab->free_bits[index / 64] & bit) != 0) {
        return SLAB_ALREADY_FREE;
    }
    slab->free_bits[index / 64] |= bit;
    if (index / 64 < slab->hint) {
        slab->hint = (uint32_t)(index / 64);
    }
    pool->recent = slab;
    pool->used--;
    pool->free++;
    if (slab->used == slab->capacity) {
        remove_from(&pool->full, slab);
        append(&pool->partial, slab);
    }
    slab->used--;
    if (slab->used == 0) {
        remove_from(&pool->partial, slab);
        keep_empty(pool, slab, now);
    }
    return SLAB_TAKEN;
}

lookaside_status slab_reserve(struct slab_pool *pool, uint64_t count)
{
    if (count > os_memory_size() / pool->layout.stride) {
        return LOOKASIDE_NO_MEMORY;
    }
    while (pool->free < count) {
        struct slab *slab = make_slab(pool);
        if (slab == NULL) {
            drop_empty_down_to(pool, 1);
            return pool->failure;
        }
        append(&pool->empty, slab);
        pool->empty_count++;
    }
    pool->reserved = count;
    return LOOKASIDE_OK;
}

void slab_trim(struct slab_pool *pool)
{
    drop_empty_down_to(pool, 0);
    pool->kept = (struct working_set){0};
}

/* ---- for tools ---- */

static OS_DUMPED struct inspection_field slab_fields[] = {
    INSPECT_FIELD(struct slab, "pool", pool, ADDRESS, NO_UNIT, LINK),
    INSPECT_FIELD(struct slab, "next", next, ADDRESS, NO_UNIT, LINK),
    INSPECT_FIELD(struct slab, "previous", previous, ADDRESS, NO_UNIT, LINK),
    INSPECT_FIELD(struct slab, "base", base, ADDRESS, NO_UNIT, CONSTANT),
    INSPECT_FIELD(struct slab, "start", start, ADDRESS, NO_UNIT, CONSTANT),
    INSPECT_FIELD(struct slab, "size", size, NUMBER, BYTES, CONSTANT),
    INSPECT_FIELD(struct slab, "capacity", capacity, NUMBER, ENTRIES, CONSTANT),
    INSPECT_FIELD(struct slab, "fresh", fresh, NUMBER, ENTRIES, GAUGE),
    INSPECT_FIELD(struct slab, "highest", highest, NUMBER, ENTRIES, GAUGE),
    INSPECT_FIELD(struct slab, "used", used, NUMBER, ENTRIES, GAUGE),
    INSPECT_ARRAY(struct slab, "free_bits", free_bits),
};

INSPECT_RECORD(slab_record, struct slab, "slab", slab_fields);
