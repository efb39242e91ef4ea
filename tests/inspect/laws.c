/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Every law of tools/inspect/laws.c, broken in the memory of a live process and seen by verify;
 * with the memory as it was, everything is in order again. */
#include "subject.h"

#include "depot.h"
#include "list.h"
#include "slab.h"

#include <lookaside/hit_path.h>

enum { PLAIN, PREPARED, CALLED, NEWBORN, KINDS };

static lookaside_list lists[KINDS];
static struct subject subject;
static struct inspect_snapshot *snapshot;

/* ---- the child ---- */

static int construct(void *entry, lookaside_list *list, void *context)
{
    (void)entry, (void)list, (void)context;
    return 0;
}

static void *from_slabs(unsigned type, size_t size, uint32_t tag, lookaside_list *list,
                        void *context)
{
    (void)type, (void)size, (void)tag, (void)context;
    return lookaside_backing_allocate(list);
}

/* PLAIN gets full, partial and empty slabs, a magazine, a depot of two arrays at least, live
 * entries; PREPARED has a reserve, too. */
static void set_up(void *argument)
{
    static void *entries[8000];
    lookaside_options plain = {.options_size = sizeof(plain), .name = "plain"};
    lookaside_options prepared = {
        .options_size = sizeof(prepared), .name = "prepared", .construct = construct};
    lookaside_options called = {
        .options_size = sizeof(called), .name = "called", .allocate = from_slabs};
    lookaside_options newborn = {.options_size = sizeof(newborn), .name = "newborn"};

    (void)argument;
    init_or_fail(&lists[PLAIN], 64, LOOKASIDE_PAGED, &plain);
    init_or_fail(&lists[PREPARED], 64, LOOKASIDE_PAGED, &prepared);
    init_or_fail(&lists[CALLED], 64, LOOKASIDE_PAGED, &called);
    init_or_fail(&lists[NEWBORN], 64, LOOKASIDE_PAGED, &newborn);
    for (int round = 0; round < 40; round++) {
        take(&lists[PLAIN], entries, 8000);
        give(&lists[PLAIN], entries, 8000);
    }
    take(&lists[PLAIN], entries, 8000);
    give(&lists[PLAIN], entries + 100, 7700);
    CHECK(lookaside_trim(&lists[PLAIN], 600, NULL) == LOOKASIDE_OK, "no trim");
    give(&lists[PLAIN], entries, 100);
    CHECK(lookaside_reserve(&lists[PLAIN], 9000) == LOOKASIDE_OK, "no reserve");
    CHECK(lookaside_reserve(&lists[PLAIN], 10) == LOOKASIDE_OK, "no reserve");
    take(&lists[PREPARED], entries, 20);
    give(&lists[PREPARED], entries, 10);
    CHECK(lookaside_reserve(&lists[PREPARED], 8) == LOOKASIDE_OK, "no reserve");
    take(&lists[CALLED], entries, 20);
    give(&lists[CALLED], entries, 10);
}

/* ---- the parent ---- */

static uint64_t offset_of(const struct inspection_record *record, const char *name)
{
    for (uint32_t i = 0; i < record->field_count; i++) {
        if (strcmp(record->fields[i].name, name) == 0) {
            return record->fields[i].offset;
        }
    }
    fail_msg("there is no %s in %s", name, record->name);
    return 0;
}

/* Where a member of a list's record is. */
static uint64_t in_list(int list, const char *name)
{
    return snapshot->lists[list].state + offset_of(&list_record, name);
}

static uint64_t word_at(uint64_t address)
{
    return peek_number(&subject, address, 8);
}

static uint64_t account_of(int list)
{
    return word_at(in_list(list, "accounts"));
}

static uint64_t magazine_of_list(int list)
{
    return word_at(account_of(list) + offset_of(&account_record, "magazine"));
}

/* The first slab of a chain that has a next one, or just the first. */
static uint64_t slab_of_list(int list, const char *chain)
{
    uint64_t slab = word_at(in_list(list, chain));

    if (slab == 0) {
        fail_msg("the list has no slab in %s", chain);
    }
    return slab;
}

static uint64_t in_slab(uint64_t slab, const char *name)
{
    return slab + offset_of(&slab_record, name);
}

static uint64_t first_array(int list, const char *chain)
{
    return word_at(in_list(list, chain));
}

struct heard {
    const char *expected;
    bool found;
    uint64_t faults;
    uint64_t moved;
    char all[4096];
};

static void hear(void *context, const struct inspect_list *list, bool fault, const char *sentence)
{
    struct heard *heard = context;
    size_t used = strlen(heard->all);

    (void)list;
    heard->faults += fault;
    heard->moved += !fault;
    heard->found = heard->found || strstr(sentence, heard->expected) != NULL;
    snprintf(heard->all + used, sizeof(heard->all) - used, "%s\n", sentence);
}

static struct heard verify(const char *expected)
{
    struct heard heard = {.expected = expected};
    struct inspect_verdict verdict;
    struct inspect_error error;

    if (inspect_verify(subject.target, hear, &heard, &verdict, &error) != INSPECT_OK) {
        fail_msg("%s", error.sentence);
    }
    assert_true(verdict.faults >= heard.faults || verdict.faults > 20);
    assert_int_equal(verdict.moved, heard.moved);
    return heard;
}

static void assert_clean(void)
{
    struct heard heard = verify("");

    if (heard.faults != 0 || heard.moved != 0) {
        fail_msg("not in order: %s", heard.all);
    }
}

/* With the number changed, verify says the sentence. */
static void breaks(uint64_t address, size_t size, uint64_t number, const char *sentence)
{
    uint64_t before = peek_number(&subject, address, size);

    assert_int_not_equal(before, number);
    poke(&subject, address, &number, size);
    struct heard heard = verify(sentence);
    poke(&subject, address, &before, size);
    if (!heard.found || heard.faults == 0) {
        fail_msg("expected \"%s\", heard: %s", sentence, heard.all);
    }
    assert_clean();
}

static void breaks_by(uint64_t address, size_t size, int64_t change, const char *sentence)
{
    breaks(address, size, peek_number(&subject, address, size) + (uint64_t)change, sentence);
}

/* ---- the laws ---- */

TEST(all_is_in_order_at_first)
{
    const lookaside_statistics *plain = &snapshot->lists[PLAIN].statistics;

    assert_clean();
    assert_true(plain->depot_bytes > 0 && plain->magazine_bytes > 0 && plain->live_entries == 200);
    assert_int_equal(snapshot->lists[PREPARED].statistics.reserved_entries, 8);
}

TEST(a_handle_leads_to_its_list_with_the_right_seal_and_place)
{
    uint64_t handle = snapshot->lists[PLAIN].handle;

    breaks_by(handle + offset_of(&handle_record, "seal"), 8, 1, "does not lead to its list");
    breaks(handle + offset_of(&handle_record, "state"), 8, snapshot->lists[PREPARED].state,
           "does not lead to its list");
    breaks_by(handle + offset_of(&handle_record, "magazine"), 8, 32, "its magazines are at");
}

TEST(a_list_that_was_never_used_may_be_yet_to_be_published)
{
    uint64_t leads = snapshot->lists[NEWBORN].handle + offset_of(&handle_record, "state");
    uint64_t before = word_at(leads);
    uint64_t nothing = 0;

    poke(&subject, leads, &nothing, 8);
    struct heard heard = verify("being initialised");
    poke(&subject, leads, &before, 8);
    assert_true(heard.found);
    assert_int_equal(heard.faults, 0);
    assert_int_equal(heard.moved, 1);
}

TEST(a_list_whose_lock_is_held_is_not_judged)
{
    uint64_t lock = in_list(PLAIN, "lock");
    uint64_t before = peek_number(&subject, lock, 4);
    uint64_t held = before | 1;

    poke(&subject, lock, &held, 4);
    struct heard heard = verify("used all the time");
    poke(&subject, lock, &before, 4);
    assert_true(heard.found);
    assert_int_equal(heard.faults, 0);
}

TEST(account_and_magazine_lead_to_each_other_and_to_the_list)
{
    breaks_by(account_of(PLAIN) + offset_of(&account_record, "cache"), 8, 64,
              "does not lead to its list");
    breaks_by(magazine_of_list(PLAIN) + offset_of(&magazine_record, "account"), 8, 64,
              "does not lead to its account");
    breaks(magazine_of_list(PLAIN) + offset_of(&magazine_record, "capacity"), 8, 257,
           "more than the maximum depth of 256");
}

TEST(an_array_has_no_more_entries_than_room)
{
    uint64_t array = first_array(PLAIN, "depot.full");

    breaks(array + offset_of(&array_record, "room"), 2, 1, "entries and room for 1");
}

TEST(the_sums_of_depot_and_reserve_are_those_of_their_arrays)
{
    breaks_by(in_list(PLAIN, "depot.entries"), 8, 1, "the depot counts");
    breaks_by(in_list(PREPARED, "reserve.entries"), 8, 1, "the reserve counts");
}

TEST(chains_lead_to_memory_and_to_an_end)
{
    uint64_t array = first_array(PLAIN, "depot.full");
    uint64_t slab = slab_of_list(PLAIN, "slabs.full");

    breaks(array + offset_of(&array_record, "next"), 8, 8,
           "an array of entries at 0x8 cannot be read");
    breaks(array + offset_of(&array_record, "next"), 8, array,
           "the depot's chain leads in a circle");
    breaks(in_slab(slab, "next"), 8, slab, "a chain of slabs leads in a circle");
    breaks(in_slab(slab, "next"), 8, 24, "the record of a slab at 0x18 cannot be read");
    breaks(account_of(PLAIN) + offset_of(&account_record, "next"), 8, account_of(PLAIN),
           "the chain of its accounts leads in a circle");
}

TEST(a_cached_entry_is_an_entry_of_the_list_and_out_of_its_slab)
{
    uint64_t entries = word_at(magazine_of_list(PLAIN) + offset_of(&magazine_record, "entries"));
    uint64_t slab = slab_of_list(PLAIN, "slabs.partial");
    uint64_t start = word_at(in_slab(slab, "start"));
    uint64_t foreign =
        word_at(word_at(magazine_of_list(PREPARED) + offset_of(&magazine_record, "entries")));

    breaks_by(entries, 8, 8, "is not the beginning of an entry");
    breaks(entries, 8, foreign, "another list's entry?");
    breaks(entries, 8, 0, "0x0 in a magazine is in no slab");
    for (unsigned i = 0;; i++) {
        uint64_t word = word_at(in_slab(slab, "free_bits") + i / 64 * UINT64_C(8));
        if ((word >> (i % 64) & 1) != 0) {
            breaks(entries, 8, start + 64 * (uint64_t)i,
                   "is free in its slab, too: a double free?");
            break;
        }
    }
}

TEST(an_entry_of_an_allocate_callback_may_be_anywhere_but_not_inside_of_another)
{
    uint64_t entries = word_at(magazine_of_list(CALLED) + offset_of(&magazine_record, "entries"));
    uint64_t before = word_at(entries);
    uint64_t elsewhere = 0x1000;

    poke(&subject, entries, &elsewhere, 8);
    assert_clean();
    poke(&subject, entries, &before, 8);
    breaks_by(entries, 8, 4, "is not the beginning of an entry");
}

TEST(an_entry_that_was_never_handed_out_is_not_cached)
{
    uint64_t entries = word_at(magazine_of_list(PREPARED) + offset_of(&magazine_record, "entries"));
    uint64_t slab = slab_of_list(PREPARED, "slabs.partial");
    uint64_t fresh = peek_number(&subject, in_slab(slab, "fresh"), 4);

    breaks(entries, 8, word_at(in_slab(slab, "start")) + 64 * fresh, "was never handed out");
}

TEST(an_entry_is_cached_once)
{
    uint64_t entries = word_at(magazine_of_list(PLAIN) + offset_of(&magazine_record, "entries"));
    uint64_t array = first_array(PLAIN, "depot.full") + offset_of(&array_record, "entries");

    breaks(entries + 8, 8, word_at(entries), "is cached twice, in a magazine and in a magazine");
    breaks(entries, 8, word_at(array), "is cached twice, in a magazine and in the depot");
}

TEST(a_slab_leads_to_its_list_and_the_slab_before_and_is_in_the_right_chain)
{
    uint64_t full = slab_of_list(PLAIN, "slabs.full");
    uint64_t empty = slab_of_list(PLAIN, "slabs.empty");
    uint64_t partial = slab_of_list(PLAIN, "slabs.partial");

    breaks_by(in_slab(full, "pool"), 8, 64, "does not lead to its list");
    breaks(in_slab(full, "previous"), 8, partial, "does not lead to the one before it");
    breaks_by(in_slab(full, "used"), 4, -1, "is among the full ones");
    breaks_by(in_slab(empty, "used"), 4, 1, "is among the empty ones");
    breaks(in_slab(partial, "used"), 4, peek_number(&subject, in_slab(partial, "capacity"), 4),
           "is among the partial ones");
}

TEST(the_entries_of_a_slab_are_used_or_free_or_never_handed_out)
{
    uint64_t slab = slab_of_list(PREPARED, "slabs.partial");
    uint64_t fresh = peek_number(&subject, in_slab(slab, "fresh"), 4);
    uint64_t bits = in_slab(slab, "free_bits");

    breaks(bits, 8, word_at(bits) ^ 2, "1 free of 12 that were handed out");
    assert_true(fresh < 64);
    breaks(bits, 8, word_at(bits) | UINT64_C(1) << fresh, "a free entry that was never handed out");
    breaks_by(in_slab(slab, "size"), 8, -1024, "does not fit its memory");
    breaks_by(in_slab(slab, "start"), 8, -4096, "does not fit its memory");
    breaks(in_slab(slab, "fresh"), 4, 4000000000u, "does not fit its memory");
}

TEST(the_pool_counts_what_its_slabs_have)
{
    breaks_by(in_list(PLAIN, "slabs.used"), 8, 1, "used entries, its slabs have");
    breaks_by(in_list(PLAIN, "slabs.free"), 8, 1, "free entries, its slabs have");
    breaks_by(in_list(PLAIN, "slabs.bytes"), 8, 4096, "bytes, its slabs have");
    breaks_by(in_list(PLAIN, "slabs.count"), 8, 1, "slabs, its slabs have");
    breaks_by(in_list(PLAIN, "slabs.empty_count"), 8, 1, "empty slabs, its slabs have");
}

TEST(no_two_slabs_share_memory)
{
    uint64_t full = slab_of_list(PLAIN, "slabs.full");
    uint64_t partial = slab_of_list(PLAIN, "slabs.partial");

    breaks(in_slab(full, "base"), 8, word_at(in_slab(partial, "base")) + 64, "share memory");
}

TEST(what_came_from_the_backing_is_live_or_cached)
{
    uint64_t withdrawn = account_of(PLAIN) + offset_of(&account_record, "withdrawn");

    breaks_by(withdrawn, 8, 1, "entries came from the backing and stayed");
    breaks_by(in_list(PLAIN, "allocates"), 8, 1, "entries came from the backing and stayed");
    breaks_by(in_list(PLAIN, "free_misses"), 8, 1, "the slabs have given out");
    breaks_by(in_list(PLAIN, "flushed"), 8, -1, "the slabs have given out");
    breaks(in_list(PLAIN, "slabs.reserved"), 8, 1000000, "1000000 entries are reserved");
}

TEST(allocations_that_a_word_was_relieved_of_are_counted)
{
    uint64_t folded = account_of(PLAIN) + offset_of(&account_record, "folded");
    uint64_t more = word_at(folded) + 1000000;
    const lookaside_statistics *before = &snapshot->lists[PLAIN].statistics;

    poke(&subject, folded, &more, 8);
    struct inspect_snapshot *now = snapshot_of(&subject);
    more -= 1000000;
    poke(&subject, folded, &more, 8);
    assert_int_equal(now->lists[PLAIN].statistics.total_allocates,
                     before->total_allocates + 1000000);
    assert_int_equal(now->lists[PLAIN].statistics.total_frees, before->total_frees + 1000000);
    inspect_free_snapshot(now);
}

TEST(no_more_is_freed_than_allocated)
{
    breaks_by(in_list(PLAIN, "frees"), 8, 1000000000, "a double free");
}

TEST(reasons_for_misses_add_up_to_the_misses)
{
    breaks_by(in_list(PLAIN, "misses_cold"), 8, 1, "misses, but reasons for");
    breaks_by(in_list(PLAIN, "misses_burst"), 8, 1, "misses, but reasons for");
    breaks_by(in_list(PLAIN, "misses_trimmed"), 8, 1, "misses, but reasons for");
    breaks_by(in_list(PLAIN, "misses_handed_over"), 8, 1, "misses, but reasons for");
}

TEST(the_depth_is_within_its_bounds)
{
    breaks(in_list(PLAIN, "depth"), 4, 3, "the depth is 3, not 4 to 256");
    breaks(in_list(PLAIN, "depth"), 4, 257, "the depth is 257, not 4 to 256");
}

TEST(sizes_make_sense)
{
    breaks(in_list(PLAIN, "slabs.stride"), 8, 0, "the sizes of its entries make no sense");
    breaks(in_list(PLAIN, "slabs.group_shift"), 4, 40, "the sizes of its entries make no sense");
}

TEST(a_fault_without_end_is_told_to_a_point_and_counted)
{
    uint64_t array = first_array(PLAIN, "depot.full") + offset_of(&array_record, "entries");
    uint64_t before[50];
    uint64_t after[50];

    peek(&subject, array, before, sizeof(before));
    for (size_t i = 0; i < COUNT_OF(after); i++) {
        after[i] = before[i] + 1;
    }
    poke(&subject, array, after, sizeof(after));
    struct heard heard = {.expected = "... and 30 faults more"};
    struct inspect_verdict verdict;
    struct inspect_error error;
    assert_int_equal(inspect_verify(subject.target, hear, &heard, &verdict, &error), INSPECT_OK);
    poke(&subject, array, before, sizeof(before));
    assert_true(heard.found);
    assert_int_equal(verdict.faults, 50);
    assert_int_equal(heard.faults, 21);
}

static int begin(void **state)
{
    (void)state;
    subject = start_subject(set_up, NULL);
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
        cmocka_unit_test(all_is_in_order_at_first),
        cmocka_unit_test(a_handle_leads_to_its_list_with_the_right_seal_and_place),
        cmocka_unit_test(a_list_that_was_never_used_may_be_yet_to_be_published),
        cmocka_unit_test(a_list_whose_lock_is_held_is_not_judged),
        cmocka_unit_test(account_and_magazine_lead_to_each_other_and_to_the_list),
        cmocka_unit_test(an_array_has_no_more_entries_than_room),
        cmocka_unit_test(the_sums_of_depot_and_reserve_are_those_of_their_arrays),
        cmocka_unit_test(chains_lead_to_memory_and_to_an_end),
        cmocka_unit_test(a_cached_entry_is_an_entry_of_the_list_and_out_of_its_slab),
        cmocka_unit_test(
            an_entry_of_an_allocate_callback_may_be_anywhere_but_not_inside_of_another),
        cmocka_unit_test(an_entry_that_was_never_handed_out_is_not_cached),
        cmocka_unit_test(an_entry_is_cached_once),
        cmocka_unit_test(a_slab_leads_to_its_list_and_the_slab_before_and_is_in_the_right_chain),
        cmocka_unit_test(the_entries_of_a_slab_are_used_or_free_or_never_handed_out),
        cmocka_unit_test(the_pool_counts_what_its_slabs_have),
        cmocka_unit_test(no_two_slabs_share_memory),
        cmocka_unit_test(what_came_from_the_backing_is_live_or_cached),
        cmocka_unit_test(allocations_that_a_word_was_relieved_of_are_counted),
        cmocka_unit_test(no_more_is_freed_than_allocated),
        cmocka_unit_test(reasons_for_misses_add_up_to_the_misses),
        cmocka_unit_test(the_depth_is_within_its_bounds),
        cmocka_unit_test(sizes_make_sense),
        cmocka_unit_test(a_fault_without_end_is_told_to_a_point_and_counted),
    };
    return cmocka_run_group_tests_name(__FILE__, tests, begin, end);
}
