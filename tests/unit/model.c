/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The whole engine against a plain array of what is out: random sequences of every call over
 * several lists, in the main thread and in short ones, the same for every kind of list. An entry
 * is marked by its owner, so that one handed out twice spoils a mark; the laws hold after every
 * batch.
 *
 * LOOKASIDE_SEED=n tries another sequence, LOOKASIDE_STRESS=n a longer one.
 *
 * Caught: withdrawn not kept up, the wrong half spilled, an entry left in the depot when it is
 * handed out, a free without a count, a miss without a count, a flush without a count. */
#include "unit.h"

#include "counting_backing.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define LISTS 4
#define LIVE 4000
#define BATCH 100 /* steps between two looks at the laws */
#define LARGEST_BULK 60
#define CANARY UINT64_C(0x5afe5afe5afe5afe)

/* A kind of list; its sizes are drawn. */
struct kind {
    const char *name;
    size_t least_size;
    lookaside_pool_type pool_type;
    bool any_alignment;
    bool own_memory; /* entries do not come from the slabs */
    lookaside_options options;
};

struct subject {
    lookaside_list list;
    size_t size;
    size_t alignment;
    uint64_t out;
    struct backing backing;
};

struct live {
    char *entry;
    struct subject *subject;
    uint64_t owner;
};

static struct {
    const struct kind *kind;
    uint64_t random;
    size_t step;
    struct subject subjects[LISTS];
    struct live live[LIVE];
    size_t count;
} model;

static uint64_t draw(uint64_t below)
{
    return (next_random(&model.random) >> 16) % below;
}

static const char *where(void)
{
    static char text[200];
    (void)snprintf(text, sizeof(text), "a %s list at step %zu", model.kind->name, model.step);
    return text;
}

/* ---- callbacks: the constructed state must survive in the cache ---- */

static int construct(void *entry, lookaside_list *list, void *context)
{
    ((uint64_t *)entry)[1] = (uintptr_t)entry ^ CANARY;
    return backing_construct(entry, list, context);
}

static bool is_constructed(const void *entry)
{
    return ((const uint64_t *)entry)[1] == ((uintptr_t)entry ^ CANARY);
}

static void destruct(void *entry, lookaside_list *list, void *context)
{
    CHECK(is_constructed(entry), "%s: an entry lost its constructed state", where());
    ((uint64_t *)entry)[1] = 0;
    backing_destruct(entry, list, context);
}

/* ---- the model's side of an allocation and a free ---- */

/* mark_entry marks 8 bytes, or two times 8 that do not overlap. */
static size_t marked_size(const struct subject *subject)
{
    return subject->size < 16 ? 8 : subject->size;
}

static void note_allocation(struct subject *subject, void *entry)
{
    struct live *live = &model.live[model.count++];

    CHECK((uintptr_t)entry % subject->alignment == 0, "%s: entry %p is not aligned", where(),
          entry);
    if (model.kind->options.construct != NULL) {
        CHECK(is_constructed(entry), "%s: entry %p is not constructed", where(), entry);
    }
    *live = (struct live){entry, subject, next_random(&model.random)};
    mark_entry(entry, marked_size(subject), live->owner);
    subject->out++;
}

/* Takes entry i from the model: the caller gives it back. */
static void *note_free(size_t i)
{
    struct live live = model.live[i];

    check_entry(live.entry, marked_size(live.subject), live.owner);
    live.subject->out--;
    model.live[i] = model.live[--model.count];
    return live.entry;
}

/* ---- steps ---- */

static void step_alloc(struct subject *subject)
{
    if (model.count < LIVE) {
        void *entry = lookaside_alloc(&subject->list);
        CHECK(entry != NULL, "%s: no entry", where());
        note_allocation(subject, entry);
    }
}

static void step_free(void)
{
    if (model.count > 0) {
        size_t i = draw(model.count);
        lookaside_list *list = &model.live[i].subject->list;
        lookaside_free(list, note_free(i));
    }
}

static void step_alloc_bulk(struct subject *subject)
{
    void *entries[LARGEST_BULK];
    size_t wanted = draw(LARGEST_BULK);
    if (model.count + wanted > LIVE) {
        return;
    }
    size_t taken = lookaside_alloc_bulk(&subject->list, entries, wanted);
    CHECK(taken == wanted, "%s: %zu entries instead of %zu", where(), taken, wanted);
    for (size_t i = 0; i < taken; i++) {
        note_allocation(subject, entries[i]);
    }
}

static void step_free_bulk(struct subject *subject)
{
    void *entries[LARGEST_BULK];
    size_t wanted = draw(LARGEST_BULK);
    size_t count = 0;
    for (size_t i = model.count; i-- > 0 && count < wanted;) {
        if (model.live[i].subject == subject) {
            entries[count++] = draw(20) == 0 ? NULL : note_free(i);
        }
    }
    lookaside_free_bulk(&subject->list, entries, count);
}

/* Flushing moves no counter, and leaves no more than the magazines of other threads. */
static void step_flush(struct subject *subject, size_t keep)
{
    lookaside_statistics before = statistics_of(&subject->list);
    lookaside_status status =
        keep == 0 ? lookaside_flush(&subject->list) : lookaside_trim(&subject->list, keep, NULL);
    lookaside_statistics after = check_laws(&subject->list, where());
    CHECK(status == LOOKASIDE_OK, "%s: %s", where(), lookaside_status_name(status));
    CHECK(after.total_allocates == before.total_allocates &&
              after.allocate_misses == before.allocate_misses &&
              after.total_frees == before.total_frees && after.free_misses == before.free_misses,
          "%s: a flush moved a counter", where());
    CHECK(after.threads > 1 || after.current_depth <= keep, "%s: %zu entries are left", where(),
          (size_t)after.current_depth);
}

/* A reserve holds when the callback has no more. */
static void step_reserve(struct subject *subject)
{
    size_t count = draw(50);
    lookaside_status status = lookaside_reserve(&subject->list, count);
    CHECK(status == LOOKASIDE_OK, "%s: %s", where(), lookaside_status_name(status));
    CHECK(statistics_of(&subject->list).reserved_entries == count, "%s: not reserved", where());
    subject->backing.budget = 0;
    while (count-- > 0 && model.count < LIVE) {
        step_alloc(subject);
    }
    subject->backing.budget = BACKING_UNLIMITED;
}

static void step_refusals(struct subject *subject)
{
    if (subject->out > 0) {
        CHECK(lookaside_destroy(&subject->list) == LOOKASIDE_IN_USE, "%s: destroyed", where());
    }
    CHECK(lookaside_init(&subject->list, 8, LOOKASIDE_PAGED, NULL) == LOOKASIDE_ALREADY_INITIALIZED,
          "%s: initialised twice", where());
    lookaside_free(&subject->list, NULL);
}

static void step(void)
{
    struct subject *subject = &model.subjects[draw(LISTS)];
    bool grows = model.step / 1500 % 2 == 0; /* waves */
    uint64_t choice = draw(1000);

    if (choice < 5) {
        step_flush(subject, choice < 2 ? 0 : draw(100) + 1);
    } else if (choice < 8) {
        step_reserve(subject);
    } else if (choice < 10) {
        step_refusals(subject);
    } else if (choice < (grows ? 40u : 20u)) {
        step_alloc_bulk(subject);
    } else if (choice < 60) {
        step_free_bulk(subject);
    } else if (choice < (grows ? 560u : 480u)) {
        step_alloc(subject);
    } else {
        step_free();
    }
}

/* ---- looks at everything ---- */

static int by_address(const void *a, const void *b)
{
    const struct live *one = a;
    const struct live *other = b;
    return (one->entry > other->entry) - (one->entry < other->entry);
}

static void check_overlaps(void)
{
    qsort(model.live, model.count, sizeof(model.live[0]), by_address);
    for (size_t i = 0; i + 1 < model.count; i++) {
        CHECK(model.live[i].entry + model.live[i].subject->size <= model.live[i + 1].entry,
              "%s: entries %p and %p overlap", where(), (void *)model.live[i].entry,
              (void *)model.live[i + 1].entry);
    }
}

static void check_subject(struct subject *subject)
{
    const struct backing *backing = &subject->backing;
    const lookaside_options *options = &model.kind->options;
    lookaside_statistics s = check_laws(&subject->list, where());
    uint64_t beyond = s.live_entries + s.current_depth + s.reserved_entries;

    CHECK(s.live_entries == subject->out, "%s: %zu live entries instead of %zu", where(),
          (size_t)s.live_entries, (size_t)subject->out);
    CHECK(options->allocate == NULL || options->free == NULL ||
              backing->allocated - backing->freed == beyond,
          "%s: the callbacks gave %zu entries, the list knows of %zu", where(),
          (size_t)(backing->allocated - backing->freed), (size_t)beyond);
    CHECK(options->construct == NULL || backing->constructed - backing->destructed == beyond,
          "%s: %zu entries are constructed, the list knows of %zu", where(),
          (size_t)(backing->constructed - backing->destructed), (size_t)beyond);
}

static void *run_batch(void *argument)
{
    for (size_t i = 0; i < BATCH; i++, model.step++) {
        step();
    }
    return argument;
}

static void run_batch_in_a_short_thread(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, run_batch, NULL) == 0, "no thread");
    CHECK(pthread_join(thread, NULL) == 0, "no end of a thread");
}

/* ---- the run ---- */

static void begin_subject(struct subject *subject)
{
    lookaside_options options = model.kind->options;
    const size_t size = model.kind->least_size + draw(draw(2) == 0 ? 100 : 5000);

    *subject = (struct subject){.size = size < 8 ? 8 : size, .backing.budget = BACKING_UNLIMITED};
    options.options_size = sizeof(options);
    options.context = &subject->backing;
    options.alignment = model.kind->any_alignment ? (size_t)1 << draw(13) : 0;
    subject->alignment = options.alignment != 0 ? options.alignment : LOOKASIDE_DEFAULT_ALIGNMENT;
    lookaside_status status = lookaside_init(&subject->list, size, model.kind->pool_type, &options);
    CHECK(status == LOOKASIDE_OK, "%s: %s", where(), lookaside_status_name(status));
}

static void end_subject(struct subject *subject)
{
    const struct backing *backing = &subject->backing;

    CHECK(lookaside_reserve(&subject->list, 0) == LOOKASIDE_OK, "%s: no reserve", where());
    destroy_checked(&subject->list);
    CHECK(!model.kind->own_memory || backing->allocated == backing->freed,
          "%s: the free callback was not told of %zu entries", where(),
          (size_t)(backing->allocated - backing->freed));
    CHECK(backing->constructed == backing->destructed, "%s: not all was destructed", where());
}

static void any_sequence_keeps_the_laws(void **state)
{
    const char *seed = getenv("LOOKASIDE_SEED");

    memset(&model, 0, sizeof(model));
    model.kind = *state;
    model.random = 1 + (seed != NULL ? strtoul(seed, NULL, 10) : 1);
    for (size_t i = 0; i < LISTS; i++) {
        begin_subject(&model.subjects[i]);
    }
    for (size_t batch = 0; batch < rounds(300); batch++) {
        batch % 3 == 2 ? run_batch_in_a_short_thread() : (void)run_batch(NULL);
        for (size_t i = 0; i < LISTS; i++) {
            check_subject(&model.subjects[i]);
        }
        check_overlaps();
    }
    while (model.count > 0) {
        step_free();
    }
    for (size_t i = 0; i < LISTS; i++) {
        end_subject(&model.subjects[i]);
    }
}

static struct kind kinds[] = {
    {.name = "paged", .least_size = 1, .pool_type = LOOKASIDE_PAGED},
    {.name = "nonpaged", .least_size = 1, .pool_type = LOOKASIDE_NONPAGED},
    {.name = "aligned", .least_size = 1, .pool_type = LOOKASIDE_PAGED, .any_alignment = true},
    {.name = "shallow",
     .least_size = 1,
     .pool_type = LOOKASIDE_PAGED,
     .options = {.maximum_depth = 4}},
    {.name = "deep",
     .least_size = 1,
     .pool_type = LOOKASIDE_PAGED,
     .options = {.maximum_depth = 1023}},
    {.name = "uncached",
     .least_size = 1,
     .pool_type = LOOKASIDE_PAGED,
     .options = {.cache = LOOKASIDE_CACHE_NONE}},
    {.name = "malloc-backed",
     .least_size = 1,
     .pool_type = LOOKASIDE_PAGED,
     .own_memory = true,
     .options = {.allocate = backing_allocate, .free = backing_free}},
    {.name = "half-wrapped (allocate)",
     .least_size = 1,
     .pool_type = LOOKASIDE_PAGED,
     .options = {.allocate = slab_backing_allocate}},
    {.name = "half-wrapped (free)",
     .least_size = 1,
     .pool_type = LOOKASIDE_PAGED,
     .options = {.free = slab_backing_free}},
    {.name = "constructing",
     .least_size = 24,
     .pool_type = LOOKASIDE_PAGED,
     .options = {.construct = construct, .destruct = destruct}},
    {.name = "constructing malloc-backed uncached",
     .least_size = 24,
     .pool_type = LOOKASIDE_PAGED,
     .own_memory = true,
     .options = {.allocate = backing_allocate,
                 .free = backing_free,
                 .construct = construct,
                 .destruct = destruct,
                 .cache = LOOKASIDE_CACHE_NONE}},
};

int main(void)
{
    struct CMUnitTest tests[COUNT_OF(kinds)];
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        tests[i] = (struct CMUnitTest){.name = kinds[i].name,
                                       .test_func = any_sequence_keeps_the_laws,
                                       .initial_state = &kinds[i]};
    }
    return RUN_TESTS(tests);
}
