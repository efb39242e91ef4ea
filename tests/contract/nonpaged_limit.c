/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: the first use of a nonpaged entry does not fault; when the system refuses to lock memory
 * the allocation fails, says why, and the list goes on. Needs counted page faults and a limit that
 * a process can set itself, which Linux has. Caught: pages that were not locked. */
#include "cmocka_test.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 1000, ENTRIES = 500 }; /* half a megabyte: within everybody's limit */

static long minor_faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

static long faults_of_first_use(lookaside_pool_type pool_type)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, SIZE, pool_type, NULL);
    void *entries[ENTRIES];
    take(&list, entries, ENTRIES);
    long before = minor_faults();
    for (size_t i = 0; i < ENTRIES; i++) {
        memset(entries[i], 1, SIZE);
    }
    long faults = minor_faults() - before;
    give(&list, entries, ENTRIES);
    destroy_checked(&list);
    return faults;
}

TEST(first_use_of_nonpaged_entries_does_not_fault_but_of_paged_ones_does)
{
    skip_where_locking_does_nothing();
    long pages = (long)SIZE * ENTRIES / (long)system_page_size();
    faults_of_first_use(LOOKASIDE_NONPAGED); /* the test's own stack and code */
    assert_true(faults_of_first_use(LOOKASIDE_NONPAGED) <= 2);
    assert_true(faults_of_first_use(LOOKASIDE_PAGED) >= pages / 2);
}

static void *page_of(void *address)
{
    return (char *)address - (uintptr_t)address % system_page_size();
}

/* In a child without the right to lock more than its limit allows. */
static void meet_the_limit(void *argument)
{
    (void)argument;
    if (geteuid() == 0) {
        CHECK(setuid(65534) == 0, "cannot become an ordinary user");
    }
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_MEMLOCK, &limit) == 0, "getrlimit");
    struct rlimit none = {0, limit.rlim_max};
    CHECK(setrlimit(RLIMIT_MEMLOCK, &none) == 0, "setrlimit");

    lookaside_list list = LOOKASIDE_LIST_INIT;
    CHECK(lookaside_init(&list, SIZE, LOOKASIDE_NONPAGED, NULL) == LOOKASIDE_OK, "init");
    uint64_t mapped = check_laws(&list, "new").mapped_bytes;
    for (uint64_t i = 1; i <= 10; i++) {
        CHECK(lookaside_alloc(&list) == NULL, "memory was locked beyond the limit");
        lookaside_statistics s = check_laws(&list, "refused");
        CHECK(s.last_failure == LOOKASIDE_LOCKED_MEMORY_LIMIT, "last_failure is %s",
              lookaside_status_name(s.last_failure));
        CHECK(s.allocate_failures == i, "allocate_failures");
        CHECK(s.mapped_bytes - s.metadata_bytes == 0, "a refused slab stayed mapped");
        CHECK(s.mapped_bytes <= mapped + 8192, "each refusal leaves something behind");
    }
    CHECK(lookaside_reserve(&list, 1) == LOOKASIDE_LOCKED_MEMORY_LIMIT, "reserve");

    CHECK(setrlimit(RLIMIT_MEMLOCK, &limit) == 0, "setrlimit");
    void *entry = lookaside_alloc(&list);
    CHECK(entry != NULL, "the list did not recover");
    CHECK(resident_pages(page_of(entry), 1) == 1, "the entry is not resident");
    lookaside_free(&list, entry);
    destroy_checked(&list);
}

TEST(beyond_the_locked_memory_limit_the_allocation_fails_and_the_list_goes_on)
{
    skip_where_locking_does_nothing();
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
    if (limit.rlim_max < (1 << 20)) {
        skip_because("RLIMIT_MEMLOCK's hard limit is below 1 MB");
    }
    assert_int_equal(run_in_child(meet_the_limit, NULL, 60), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_use_of_nonpaged_entries_does_not_fault_but_of_paged_ones_does),
        cmocka_unit_test(beyond_the_locked_memory_limit_the_allocation_fails_and_the_list_goes_on),
    };
    return RUN_TESTS(tests);
}
