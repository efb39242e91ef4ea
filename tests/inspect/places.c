/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Where an address is: every kind of place that inspect_whatis knows, in a child that has told
 * where its entries are.
 *
 * Caught: an entry as long as asked for instead of its stride, cached entries taken for live ones,
 * what is behind the last entry taken for one, never handed out for free. */
#include "subject.h"

#include "callbacks.h"

static lookaside_list plain, called, prepared;

struct told {
    void *live[40];
    void *in_magazine;
    void *many[1900];
    void *in_reserve;
    void *callback_live;
    void *callback_cached;
    char on_no_list[64];
};

static int remember(void *entry, lookaside_list *list, void *context)
{
    (void)list;
    *(void **)context = entry;
    return 0;
}

static void set_up(void *argument)
{
    static void *entries[4000];
    struct told *told = argument;
    lookaside_options with_malloc = {.options_size = sizeof(with_malloc),
                                     .name = "called",
                                     .allocate = from_malloc,
                                     .free = to_malloc};
    lookaside_options constructed = {.options_size = sizeof(constructed),
                                     .name = "prepared",
                                     .construct = remember,
                                     .context = &told->in_reserve};
    lookaside_options named = {.options_size = sizeof(named), .name = "plain"};

    init_or_fail(&plain, 60, LOOKASIDE_PAGED, &named); /* 64 bytes from one to the next */
    init_or_fail(&called, 100, LOOKASIDE_PAGED, &with_malloc);
    init_or_fail(&prepared, 100, LOOKASIDE_PAGED, &constructed);
    for (int round = 0; round < 40; round++) {
        take(&plain, entries, 4000);
        give(&plain, entries, 4000);
    }
    take(&plain, entries, 4000);
    memcpy(told->live, entries, sizeof(told->live));
    for (size_t i = 0; i < COUNT_OF(told->many); i++) {
        told->many[i] = entries[40 + 2 * i]; /* so that every slab keeps an entry that is out */
    }
    give(&plain, told->many, COUNT_OF(told->many));
    CHECK(lookaside_trim(&plain, 500, NULL) == LOOKASIDE_OK, "no trim");
    for (int i = 0; i < 3; i++) {
        entries[0] = lookaside_alloc(&plain);
        lookaside_free(&plain, entries[0]);
    }
    told->in_magazine = entries[0];
    take(&called, entries, 2);
    told->callback_live = entries[0];
    told->callback_cached = entries[1];
    lookaside_free(&called, entries[1]);
    CHECK(lookaside_reserve(&prepared, 1) == LOOKASIDE_OK, "no reserve");
}

static struct told *told;
static struct subject subject;
static struct inspect_snapshot *snapshot;

static struct inspect_place at(const void *address, uint64_t offset)
{
    struct inspect_place place;
    struct inspect_error error;

    if (inspect_whatis(subject.target, snapshot, (uintptr_t)address + offset, &place, &error) !=
        INSPECT_OK) {
        fail_msg("%s", error.sentence);
    }
    assert_false(place.moved);
    return place;
}

/* Every byte of an entry is in it. */
static void assert_place(const void *entry, uint64_t size, enum inspect_place_kind kind,
                         const char *list)
{
    for (uint64_t offset = 0; offset < size; offset += size - 1) {
        struct inspect_place place = at(entry, offset);
        assert_int_equal(place.kind, kind);
        assert_string_equal(place.list->statistics.name, list);
        assert_int_equal(place.entry, (uintptr_t)entry);
        assert_int_equal(place.offset, offset);
        assert_int_equal(place.address, (uintptr_t)entry + offset);
    }
}

TEST(an_entry_that_is_out_is_live)
{
    for (size_t i = 0; i < COUNT_OF(told->live); i++) {
        assert_place(told->live[i], 64, INSPECT_LIVE, "plain");
    }
}

TEST(a_free_entry_is_where_it_is_kept)
{
    assert_place(told->in_magazine, 64, INSPECT_IN_MAGAZINE, "plain");
    assert_place(told->in_reserve, 112, INSPECT_IN_RESERVE, "prepared");
}

/* Those that were kept are in the depot but for one magazine; the others are in their slabs. */
TEST(as_many_are_in_the_depot_as_it_has)
{
    unsigned kinds[INSPECT_A_LIST + 1] = {0};
    uint64_t in_depot = snapshot->lists[0].statistics.depot_bytes / 64;

    for (size_t i = 0; i < COUNT_OF(told->many); i++) {
        struct inspect_place place = at(told->many[i], 63);
        kinds[place.kind]++;
        assert_int_equal(place.entry, (uintptr_t)told->many[i]);
    }
    assert_int_equal(kinds[INSPECT_LIVE], 0);
    assert_int_not_equal(kinds[INSPECT_IN_DEPOT], 0);
    assert_int_not_equal(kinds[INSPECT_IN_SLAB], 0);
    assert_true(kinds[INSPECT_IN_DEPOT] <= in_depot);
}

TEST(an_entry_in_a_magazine_tells_whose)
{
    struct inspect_place place = at(told->in_magazine, 7);

    assert_non_null(place.magazine);
    assert_int_equal(place.magazine->tid, subject.pid);
    assert_null(at(told->live[0], 0).magazine);
}

TEST(an_entry_of_a_callback_is_found_while_it_is_cached)
{
    assert_place(told->callback_cached, 100, INSPECT_IN_MAGAZINE, "called");
    assert_int_equal(at(told->callback_cached, 0).slab, 0);
    assert_int_equal(at(told->callback_cached, 100).kind, INSPECT_NOWHERE);
    assert_int_equal(at(told->callback_live, 0).kind, INSPECT_NOWHERE);
}

/* Looks at every place of the slab with the entry, and beyond; counts the kinds. */
static void look_through(const void *entry, uint64_t stride, unsigned *kinds)
{
    uint64_t slab = at(entry, 0).slab;

    assert_int_not_equal(slab, 0);
    for (uint64_t offset = 0; offset < (uint64_t)128 << 10; offset += 16) {
        struct inspect_place place = at((void *)(uintptr_t)slab, offset);
        if (place.slab == slab) {
            kinds[place.kind]++;
        }
        if (place.slab == slab && place.kind == INSPECT_BETWEEN) {
            assert_int_equal(place.offset, offset);
        } else if (place.slab == slab) {
            assert_int_equal(at((void *)(uintptr_t)place.entry, stride - 1).slab, slab);
        }
    }
}

TEST(what_is_left_of_a_slab_is_between_entries)
{
    unsigned with_steps[INSPECT_A_LIST + 1] = {0};
    unsigned with_a_rest[INSPECT_A_LIST + 1] = {0};

    look_through(told->live[0], 64, with_steps);
    look_through(told->in_reserve, 112, with_a_rest);
    assert_int_not_equal(with_steps[INSPECT_LIVE], 0);
    assert_int_not_equal(with_a_rest[INSPECT_BETWEEN], 0);
    assert_int_not_equal(with_a_rest[INSPECT_NEVER_USED], 0);
}

TEST(an_entry_that_was_never_handed_out_says_so)
{
    uint64_t last = (uintptr_t)told->in_reserve + 112;

    assert_int_equal(at((void *)(uintptr_t)last, 0).kind, INSPECT_NEVER_USED);
}

TEST(a_list_itself_is_a_place)
{
    struct inspect_place place = at(&called, 8);

    assert_int_equal(place.kind, INSPECT_A_LIST);
    assert_string_equal(place.list->statistics.name, "called");
    assert_int_equal(place.offset, 8);
}

TEST(what_is_in_no_list_is_nowhere)
{
    assert_int_equal(at(told->on_no_list, 0).kind, INSPECT_NOWHERE);
    assert_null(at(told->on_no_list, 0).list);
    assert_int_equal(at(NULL, 0).kind, INSPECT_NOWHERE);
    assert_int_equal(at(NULL, UINT64_MAX).kind, INSPECT_NOWHERE);
}

static int begin(void **state)
{
    (void)state;
    told = shared_memory(sizeof(*told));
    subject = start_subject(set_up, told);
    snapshot = snapshot_of(&subject);
    return 0;
}

static int end(void **state)
{
    (void)state;
    inspect_free_snapshot(snapshot);
    end_subject(&subject);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_that_is_out_is_live),
        cmocka_unit_test(a_free_entry_is_where_it_is_kept),
        cmocka_unit_test(as_many_are_in_the_depot_as_it_has),
        cmocka_unit_test(an_entry_in_a_magazine_tells_whose),
        cmocka_unit_test(an_entry_of_a_callback_is_found_while_it_is_cached),
        cmocka_unit_test(what_is_left_of_a_slab_is_between_entries),
        cmocka_unit_test(an_entry_that_was_never_handed_out_says_so),
        cmocka_unit_test(a_list_itself_is_a_place),
        cmocka_unit_test(what_is_in_no_list_is_nowhere),
    };
    return cmocka_run_group_tests_name(__FILE__, tests, begin, end);
}
