/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: entries of nonpaged lists are resident, so that their use never faults. What happens
 * when the system refuses is in nonpaged_limit.c. Caught: pages that were not locked. */
#include "cmocka_test.h"

enum { SIZE = 1000, ENTRIES = 500 }; /* half a megabyte: within everybody's limit */

static bool resident(void *address, size_t size)
{
    uintptr_t page = system_page_size();
    uintptr_t first = (uintptr_t)address & ~(page - 1);
    uintptr_t end = ((uintptr_t)address + size + page - 1) & ~(page - 1);
    return resident_pages((void *)first, end - first) == (end - first) / page;
}

TEST(nonpaged_entries_are_resident_before_they_are_used)
{
    skip_where_locking_does_nothing();
    const lookaside_pool_type types[] = {LOOKASIDE_NONPAGED, LOOKASIDE_NONPAGED_NX};
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        lookaside_list list = LOOKASIDE_LIST_INIT;
        init_or_fail(&list, SIZE, types[i], NULL);
        void *entries[ENTRIES];
        take(&list, entries, ENTRIES);
        for (size_t j = 0; j < ENTRIES; j++) {
            assert_true(resident(entries[j], SIZE));
        }
        assert_locked(>=, (size_t)SIZE * ENTRIES);
        give(&list, entries, ENTRIES);
        destroy_checked(&list);
        assert_locked(==, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nonpaged_entries_are_resident_before_they_are_used),
    };
    return RUN_TESTS(tests);
}
