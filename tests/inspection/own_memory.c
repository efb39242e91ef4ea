/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Reads this process's own lists as a tool would: from the note, by the names of records and fields
 * alone, and compares what it finds with what lookaside_query says.
 *
 * Caught: a field that tells another member's place, a counter that is told nowhere. */
#define _GNU_SOURCE
#include "cmocka_test.h"
#include "inspection.h"

#include <elf.h>
#include <inttypes.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>

/* ---- From the note to a field ---- */

static const struct inspection *described;

/* The note's content, in a segment of notes, or NULL. */
static const char *content_of_note(const char *note, size_t size)
{
    for (const char *end = note + size; note < end;) {
        const ElfW(Nhdr) *header = (const void *)note;
        const char *content = note + sizeof(*header) + ((header->n_namesz + 3) & ~3u);
        if (strcmp(note + sizeof(*header), "Lookaside") == 0) {
            return content;
        }
        note = content + ((header->n_descsz + 3) & ~3u);
    }
    return NULL;
}

static int look_into_module(struct dl_phdr_info *module, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    for (size_t i = 0; i < module->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &module->dlpi_phdr[i];
        if (segment->p_type != PT_NOTE) {
            continue;
        }
        const char *content =
            content_of_note((const char *)module->dlpi_addr + segment->p_vaddr, segment->p_filesz);
        if (content != NULL) {
            int64_t distance;
            memcpy(&distance, content + 8, sizeof(distance));
            described = (const void *)(content + distance);
            return 1;
        }
    }
    return 0;
}

static int find_inspection(void **state)
{
    (void)state;
    (void)dl_iterate_phdr(look_into_module, NULL);
    return described != NULL && described->self == described ? 0 : -1;
}

static const struct inspection_record *record_named(const char *name)
{
    for (size_t i = 0; i < described->record_count; i++) {
        if (strcmp(described->records[i]->name, name) == 0) {
            return described->records[i];
        }
    }
    CHECK(false, "there is no record \"%s\"", name);
    return NULL;
}

static const struct inspection_field *field_named(const char *record, const char *name)
{
    const struct inspection_record *described_record = record_named(record);
    for (size_t i = 0; i < described_record->field_count; i++) {
        if (strcmp(described_record->fields[i].name, name) == 0) {
            return &described_record->fields[i];
        }
    }
    CHECK(false, "there is no field \"%s\" in \"%s\"", name, record);
    return NULL;
}

static uint64_t read_field(const char *record, const void *at, const char *name)
{
    const struct inspection_field *field = field_named(record, name);
    uint64_t word = 0;
    memcpy(&word, (const char *)at + field->offset, field->size);
    uint64_t mask = field->bits == 64 ? UINT64_MAX : (UINT64_C(1) << field->bits) - 1;
    return word >> field->shift & mask;
}

static const void *follow(const char *record, const void *at, const char *name)
{
    return (const void *)(uintptr_t)read_field(record, at, name);
}

/* ---- The list under test ---- */

static lookaside_list list = LOOKASIDE_LIST_INIT;
static const void *its_record;

static uint64_t of_list(const char *name)
{
    return read_field("list", its_record, name);
}

static int open_list(void **state)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    (void)state;
    options.name = "its name";
    options.tag = LOOKASIDE_TAG('t', 'a', 'g', '1');
    options.maximum_depth = 100;
    options.alignment = 64;
    init_or_fail(&list, 200, LOOKASIDE_PAGED, &options);
    its_record = follow("handle", &list, "state");
    return 0;
}

static int close_list(void **state)
{
    (void)state;
    destroy_checked(&list);
    return 0;
}

#define LIST_TEST(test) cmocka_unit_test_setup_teardown(test, open_list, close_list)

/* Traffic of which every counter gets something. */
static void make_traffic(void)
{
    enum { MANY = 3000 };
    static void *entries[MANY];
    for (int round = 0; round < 3; round++) {
        take(&list, entries, MANY);
        give(&list, entries, MANY);
        assert_status(lookaside_trim(&list, 10, NULL), LOOKASIDE_OK);
    }
    take(&list, entries, 20);
    give(&list, entries, 10);
    give(&list, entries + 10, 10);
}

/* ---- The tests ---- */

TEST(the_version_is_the_librarys)
{
    assert_string_equal(described->version, lookaside_version());
}

TEST(the_registry_leads_to_every_list)
{
    static lookaside_list others[3];
    const lookaside_list *expected[4] = {&others[2], &others[1], &others[0], &list};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        init_or_fail(&others[i], 40, LOOKASIDE_PAGED, NULL);
    }
    const void *record = follow("registry", described->registry, "first");
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_non_null(record);
        assert_ptr_equal(follow("list", record, "handle"), expected[i]);
        record = follow("list", record, "next");
    }
    assert_null(record);
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        destroy_checked(&others[i]);
    }
}

TEST(a_list_tells_how_it_was_made)
{
    const struct inspection_field *name = field_named("list", "name");
    assert_int_equal(name->size, LOOKASIDE_NAME_SIZE);
    assert_string_equal((const char *)its_record + name->offset, "its name");
    assert_int_equal(of_list("tag"), LOOKASIDE_TAG('t', 'a', 'g', '1'));
    assert_int_equal(of_list("type"), LOOKASIDE_PAGED);
    assert_int_equal(of_list("size"), 200);
    assert_int_equal(of_list("alignment"), 64);
    assert_int_equal(of_list("slabs.stride"), 256);
    assert_int_equal(of_list("maximum_depth"), 100);
    assert_int_equal(of_list("cache_policy"), LOOKASIDE_CACHE_THREAD);
    assert_int_equal(of_list("allocate") | of_list("free") | of_list("construct"), 0);
    assert_int_equal(read_field("handle", &list, "magazine"), of_list("place"));
}

static __attribute__((noinline)) bool initialise(lookaside_list *another)
{
    return lookaside_init(another, 40, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK;
}

TEST(a_list_tells_who_initialised_it)
{
    static lookaside_list another = LOOKASIDE_LIST_INIT;
    assert_true(initialise(&another));
    const void *record = follow("handle", &another, "state");
    uintptr_t by = read_field("list", record, "initialized_by");
    assert_in_range(by - (uintptr_t)initialise, 1, 1000); /* in the function, which is short */
    destroy_checked(&another);
}

TEST(a_lists_lock_is_free_and_its_count_moves_on)
{
    uint64_t before = of_list("lock");
    assert_int_equal(before & 3, 0);
    (void)statistics_of(&list);
    assert_int_equal(of_list("lock"), before + 4);
}

TEST(what_a_list_counts_is_what_a_query_says)
{
    make_traffic();
    lookaside_statistics s = statistics_of(&list);
    assert_true(s.allocate_misses > 0 && s.free_misses > 0 && s.flushed > 0);
    assert_int_equal(of_list("allocate_misses"), s.allocate_misses);
    assert_int_equal(of_list("free_misses"), s.free_misses);
    assert_int_equal(of_list("flushed"), s.flushed);
    assert_int_equal(of_list("allocate_failures"), s.allocate_failures);
    assert_int_equal(of_list("last_failure"), s.last_failure);
    assert_int_equal(of_list("depth"), s.depth);
    assert_int_equal(of_list("highest_out"), s.highest_entries);
    assert_int_equal(of_list("misses_cold"), s.misses_cold);
    assert_int_equal(of_list("misses_burst"), s.misses_burst);
    assert_int_equal(of_list("misses_trimmed"), s.misses_trimmed);
    assert_int_equal(of_list("misses_handed_over"), s.misses_handed_over);
    assert_int_equal(of_list("record_bytes") + of_list("metadata") + of_list("depot.metadata") +
                         of_list("reserve.metadata") + of_list("slabs.metadata"),
                     s.metadata_bytes);
}

TEST(accounts_and_magazines_add_up_to_what_a_query_says)
{
    make_traffic();
    lookaside_statistics s = statistics_of(&list);
    const void *account = follow("list", its_record, "accounts");
    const void *magazine = follow("account", account, "magazine");
    uint64_t depth = read_field("magazine", magazine, "depth");
    uint64_t allocates =
        read_field("account", account, "folded") + read_field("magazine", magazine, "allocations");
    uint64_t frees = allocates + depth + read_field("account", account, "withdrawn");
    assert_null(follow("account", account, "next"));
    assert_ptr_equal(follow("magazine", magazine, "account"), account);
    assert_ptr_equal(follow("account", account, "cache"),
                     (const char *)its_record + field_named("list", "cache")->offset);
    assert_int_equal(of_list("allocates") + allocates, s.total_allocates);
    assert_int_equal(of_list("frees") + frees, s.total_frees);
    assert_int_equal(depth + of_list("depot.entries"), s.current_depth);
}

TEST(a_magazine_is_found_by_its_thread)
{
    lookaside_free(&list, lookaside_alloc(&list));
    const void *thread = follow("threads", described->threads, "running");
    const char *table = follow("thread", thread, "table");
    const void *account = follow("list", its_record, "accounts");
    assert_ptr_equal(follow("account", account, "magazine"), table + of_list("place"));
    assert_int_equal(read_field("thread", thread, "identity"), (uint64_t)pthread_self());
    assert_null(follow("thread", thread, "next"));
}

TEST(the_entries_in_a_magazine_are_the_ones_that_were_freed)
{
    void *entries[3];
    take(&list, entries, COUNT_OF(entries));
    give(&list, entries, COUNT_OF(entries));
    const void *account = follow("list", its_record, "accounts");
    const void *magazine = follow("account", account, "magazine");
    void *const *cached = follow("magazine", magazine, "entries");
    assert_int_equal(read_field("magazine", magazine, "depth"), COUNT_OF(entries));
    assert_memory_equal(cached, entries, sizeof(entries));
    const void *array = (const char *)cached - field_named("array", "entries")->offset;
    assert_true(read_field("array", array, "room") >= COUNT_OF(entries));
}

/* Where an entry of a slab begins: docs/inspection-format.md. */
static uintptr_t entry_of(const void *slab, uint64_t index)
{
    uint64_t group = index >> of_list("slabs.group_shift");
    uint64_t in_group = index & ((UINT64_C(1) << of_list("slabs.group_shift")) - 1);
    return read_field("slab", slab, "start") + group * of_list("slabs.group_size") +
           in_group * of_list("slabs.stride");
}

TEST(a_slab_tells_which_of_its_entries_are_out)
{
    static void *entries[1000];
    take(&list, entries, COUNT_OF(entries));
    uint64_t out = 0;
    const char *const chains[] = {"slabs.partial", "slabs.full", "slabs.empty"};
    for (size_t i = 0; i < COUNT_OF(chains); i++) {
        const void *slab = follow("list", its_record, chains[i]);
        for (; slab != NULL; slab = follow("slab", slab, "next")) {
            const uint64_t *bits =
                (const void *)((const char *)slab + field_named("slab", "free_bits")->offset);
            assert_ptr_equal(follow("slab", slab, "pool"),
                             (const char *)its_record + field_named("list", "slabs")->offset);
            uint64_t fresh = read_field("slab", slab, "fresh");
            for (uint64_t j = 0; j < fresh; j++) {
                out += (bits[j / 64] >> (j % 64) & 1) == 0;
            }
            if ((uintptr_t)entries[0] - read_field("slab", slab, "base") <
                read_field("slab", slab, "size")) {
                uint64_t j = 0;
                while (j < fresh && entry_of(slab, j) != (uintptr_t)entries[0]) {
                    j++;
                }
                assert_true(j < fresh); /* the entry is one of the slab's */
            }
        }
    }
    assert_int_equal(out, of_list("slabs.used"));
    assert_int_equal(out, statistics_of(&list).live_entries + statistics_of(&list).current_depth);
    give(&list, entries, COUNT_OF(entries));
}

TEST(the_tuners_last_change_is_told)
{
    make_traffic();
    uint64_t from = of_list("tuned_from");
    uint64_t to = of_list("tuned_to");
    assert_int_equal(to, of_list("depth"));
    assert_true(from >= 4 && from != to);
    assert_true(of_list("tuned_at") > 0 && of_list("tuned_at") <= of_list("scanned_at"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_version_is_the_librarys),
        LIST_TEST(the_registry_leads_to_every_list),
        LIST_TEST(a_list_tells_how_it_was_made),
        LIST_TEST(a_list_tells_who_initialised_it),
        LIST_TEST(a_lists_lock_is_free_and_its_count_moves_on),
        LIST_TEST(what_a_list_counts_is_what_a_query_says),
        LIST_TEST(accounts_and_magazines_add_up_to_what_a_query_says),
        LIST_TEST(a_magazine_is_found_by_its_thread),
        LIST_TEST(the_entries_in_a_magazine_are_the_ones_that_were_freed),
        LIST_TEST(a_slab_tells_which_of_its_entries_are_out),
        LIST_TEST(the_tuners_last_change_is_told),
    };
    return cmocka_run_group_tests(tests, find_inspection, NULL);
}
