/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: reserved entries of slabs are there when the system has no memory. Needs a limit that a
 * process can set itself, which Linux has. */
#include "cmocka_test.h"

#include <sys/resource.h>
#include <sys/wait.h>

/* In a child that can map no more memory. */
static void use_the_reserve_without_memory(void *argument)
{
    (void)argument;
    enum { COUNT = 20000 };
    static void *entries[COUNT];
    static lookaside_list list = LOOKASIDE_LIST_INIT;
    CHECK(lookaside_init(&list, 64, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK, "init");
    CHECK(lookaside_reserve(&list, COUNT) == LOOKASIDE_OK, "reserve");
    CHECK(statistics_of(&list).reserved_entries == COUNT, "reserved_entries");
    struct rlimit none = {0, 0};
    CHECK(setrlimit(RLIMIT_AS, &none) == 0, "setrlimit");
    for (size_t i = 0; i < COUNT; i++) {
        entries[i] = lookaside_alloc(&list);
        CHECK(entries[i] != NULL, "reserved allocation %zu failed", i);
        mark_entry(entries[i], 64, i);
    }
    size_t more = 0;
    while (more < 100000000 && lookaside_alloc(&list) != NULL) {
        more++;
    }
    CHECK(more < 100000000, "the backing never ran out");
    CHECK(check_laws(&list, "out of memory").last_failure == LOOKASIDE_NO_MEMORY, "last_failure");
    for (size_t i = 0; i < COUNT; i++) {
        check_entry(entries[i], 64, i);
        lookaside_free(&list, entries[i]);
    }
    CHECK(lookaside_abandon(&list) == LOOKASIDE_OK, "abandon");
}

TEST(reserved_slab_entries_are_there_when_the_system_has_no_memory)
{
    if (UNDER_SANITIZER) {
        skip_because("a sanitizer cannot live under RLIMIT_AS");
    }
    assert_int_equal(run_in_child(use_the_reserve_without_memory, NULL, 60), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reserved_slab_entries_are_there_when_the_system_has_no_memory),
    };
    return RUN_TESTS(tests);
}
