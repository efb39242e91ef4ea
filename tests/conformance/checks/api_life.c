/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside_init, lookaside_destroy, lookaside_abandon: what they refuse; what a list is made of. */
#include "api.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;
static lookaside_list two[] = {LOOKASIDE_LIST_INIT, LOOKASIDE_LIST_INIT};
static struct {
    ULONG number;
    lookaside_list list;
} inside = {1, LOOKASIDE_LIST_INIT};
static PLOOKASIDE_LIST_EX native = &list.native;

API_CHECK(api_zero_memory_is_not_initialised,
          "A.1 All-zero memory is a list that is not initialised")
{
    lookaside_statistics statistics;
    RtlZeroMemory(&list, sizeof list);
    EXPECT_EQ(lookaside_destroy(&list), LOOKASIDE_NOT_INITIALIZED);
    EXPECT_EQ(lookaside_abandon(&list), LOOKASIDE_NOT_INITIALIZED);
    EXPECT_EQ(lookaside_flush(&list), LOOKASIDE_NOT_INITIALIZED);
    EXPECT_EQ(lookaside_trim(&list, 0, NULL), LOOKASIDE_NOT_INITIALIZED);
    EXPECT_EQ(lookaside_reserve(&list, 1), LOOKASIDE_NOT_INITIALIZED);
    EXPECT_EQ(lookaside_query(&list, &statistics), LOOKASIDE_NOT_INITIALIZED);
    EXPECT_EQ(api_told.bugchecks, 0);
}

API_CHECK(api_initialised_statically, "A.64 LOOKASIDE_LIST_INIT is such a list, also in an array")
{
    EXPECT_EQ(lookaside_destroy(&two[1]), LOOKASIDE_NOT_INITIALIZED);
    EXPECT_EQ(lookaside_destroy(&inside.list), LOOKASIDE_NOT_INITIALIZED);
    OPEN(&two[1], NULL);
    OPEN(&inside.list, NULL);
    CLOSE(&two[1]);
    CLOSE(&inside.list);
}

API_CHECK(api_null_is_an_argument_error,
          "A.2 A NULL list is NULL_ARGUMENT where a status is returned")
{
    lookaside_statistics statistics;
    EXPECT_EQ(lookaside_init(NULL, 8, LOOKASIDE_PAGED, NULL), LOOKASIDE_NULL_ARGUMENT);
    EXPECT_EQ(lookaside_destroy(NULL), LOOKASIDE_NULL_ARGUMENT);
    EXPECT_EQ(lookaside_abandon(NULL), LOOKASIDE_NULL_ARGUMENT);
    EXPECT_EQ(lookaside_flush(NULL), LOOKASIDE_NULL_ARGUMENT);
    EXPECT_EQ(lookaside_trim(NULL, 0, NULL), LOOKASIDE_NULL_ARGUMENT);
    EXPECT_EQ(lookaside_reserve(NULL, 0), LOOKASIDE_NULL_ARGUMENT);
    EXPECT_EQ(lookaside_query(NULL, &statistics), LOOKASIDE_NULL_ARGUMENT);
}

/* What is wrong with one list, in the order of the checks: of two mistakes the earlier is told. */
static const struct mistake {
    size_t size;
    uint32_t maximum_depth;
    uint32_t flags;
    unsigned pool_type;
    size_t alignment;
    unsigned cache;
    lookaside_status status;
} mistakes[] = {
    {0, 3, 3, 3, 3, 1, LOOKASIDE_SIZE_ZERO},
    {LOOKASIDE_MAXIMUM_SIZE + 1, 3, 3, 3, 3, 1, LOOKASIDE_SIZE_TOO_LARGE},
    {8, 3, 3, 3, 3, 1, LOOKASIDE_BAD_MAXIMUM_DEPTH},
    {8, 1024, 3, 3, 3, 1, LOOKASIDE_BAD_MAXIMUM_DEPTH},
    {8, 4, 3, 3, 3, 1, LOOKASIDE_FLAGS_EXCLUSIVE},
    {8, 4, 7, 3, 3, 1, LOOKASIDE_FLAGS_EXCLUSIVE},
    {8, 4, 4, 3, 3, 1, LOOKASIDE_FLAGS_UNKNOWN},
    {8, 4, 1, 3, 3, 1, LOOKASIDE_BAD_POOL_TYPE},
    {8, 4, 1, 2, 3, 1, LOOKASIDE_BAD_POOL_TYPE},
    {8, 4, 1, 0x11, 3, 1, LOOKASIDE_BAD_POOL_TYPE},
    {8, 4, 1, 1, 3, 1, LOOKASIDE_BAD_ALIGNMENT},
    {8, 4, 1, 1, (size_t)2 * PAGE_SIZE, 1, LOOKASIDE_BAD_ALIGNMENT},
    {8, 4, 1, 1, 32, 1, LOOKASIDE_BAD_CACHE_POLICY},
    {8, 4, 1, 1, 32, 0, LOOKASIDE_NOT_SUPPORTED},
};

static lookaside_status initialise_with(const struct mistake *mistake)
{
    lookaside_options options = api_options(FALSE);
    options.maximum_depth = mistake->maximum_depth;
    options.flags = mistake->flags;
    options.alignment = mistake->alignment;
    options.cache = (lookaside_cache)mistake->cache;
    return lookaside_init(&list, mistake->size, (lookaside_pool_type)mistake->pool_type, &options);
}

API_CHECK(api_init_tells_the_first_mistake,
          "A.3 lookaside_init tells the first mistake, in its order")
{
    for (ULONG i = 0; i < RTL_NUMBER_OF(mistakes); i++) {
        EXPECT_EQ(initialise_with(&mistakes[i]), mistakes[i].status);
    }
}

API_CHECK(api_init_refuses_unknown_options, "A.4 Options begin with a size that the library knows")
{
    lookaside_options options = api_options(FALSE);
    options.options_size = sizeof options - 1;
    EXPECT_EQ(lookaside_init(&list, 0, LOOKASIDE_PAGED, &options), LOOKASIDE_BAD_OPTIONS);
    options.options_size = 0;
    EXPECT_EQ(lookaside_init(&list, 8, LOOKASIDE_PAGED, &options), LOOKASIDE_BAD_OPTIONS);
}

API_CHECK(api_refused_init_writes_nothing, "A.5 A refused lookaside_init changes nothing")
{
    const UCHAR *bytes = (const UCHAR *)&list;
    ULONG changed = 0;
    RtlFillMemory(&list, sizeof list, 0xA5);
    for (ULONG i = 0; i < RTL_NUMBER_OF(mistakes); i++) {
        (void)initialise_with(&mistakes[i]);
    }
    for (ULONG i = 0; i < sizeof list; i++) {
        changed += bytes[i] != 0xA5;
    }
    EXPECT_EQ(changed, 0);
    RtlZeroMemory(&list, sizeof list);
}

API_CHECK(api_list_must_be_aligned, "A.6 A list's own memory is aligned to 16 bytes")
{
    static UCHAR room[sizeof(lookaside_list) + 32];
    const ULONG_PTR aligned = ((ULONG_PTR)room + 15) & ~(ULONG_PTR)15;
    EXPECT_EQ(lookaside_init((lookaside_list *)(aligned + 8), 8, LOOKASIDE_PAGED, NULL),
              LOOKASIDE_MISALIGNED_LIST);
    EXPECT_EQ(lookaside_init((lookaside_list *)aligned, 8, LOOKASIDE_PAGED, NULL), LOOKASIDE_OK);
    CLOSE((lookaside_list *)aligned);
}

API_CHECK(api_wide_alignment_needs_a_callback,
          "A.7 More than 16 bytes of alignment need a callback")
{
    lookaside_options options = api_options(TRUE);
    options.alignment = 4096;
    OPEN(&list, &options);
    EXPECT_EQ(api_query(&list).alignment, 4096);
    CLOSE(&list);
}

API_CHECK(api_init_twice, "A.8 A list is not initialised twice")
{
    OPEN(&list, NULL);
    void *entry = lookaside_alloc(&list);
    EXPECT_EQ(lookaside_init(&list, 8, LOOKASIDE_PAGED, NULL), LOOKASIDE_ALREADY_INITIALIZED);
    EXPECT_EQ(api_query(&list).size, API_SIZE);
    EXPECT_EQ(api_query(&list).live_entries, 1);
    lookaside_free(&list, entry);
    CLOSE(&list);
}

API_CHECK(api_destroy_twice, "A.9 A list is not destroyed twice")
{
    OPEN(&list, NULL);
    CLOSE(&list);
    EXPECT_EQ(lookaside_destroy(&list), LOOKASIDE_NOT_INITIALIZED);
    EXPECT_EQ(lookaside_abandon(&list), LOOKASIDE_NOT_INITIALIZED);
    EXPECT_EQ(api_told.bugchecks, 0);
}

API_CHECK(api_init_again_after_destroy, "A.10 A destroyed list can be initialised again")
{
    for (ULONG i = 0; i < 3; i++) {
        OPEN(&list, NULL);
        api_fill(&list, 2);
        EXPECT_EQ(api_query(&list).total_allocates, 2);
        CLOSE(&list);
    }
}

API_CHECK(api_init_at_dispatch_level,
          "A.11 After a driver's first list, init works at DISPATCH_LEVEL")
{
    KIRQL old;
    OPEN(&list, NULL);
    CLOSE(&list);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    lookaside_status opened = lookaside_init(&list, 8, LOOKASIDE_NONPAGED_NX, NULL);
    lookaside_status closed = lookaside_destroy(&list);
    KeLowerIrql(old);
    EXPECT_EQ(opened, LOOKASIDE_OK);
    EXPECT_EQ(closed, LOOKASIDE_OK);
}

API_CHECK(api_destroy_in_use, "A.12 A list that counts is not destroyed while entries are out")
{
    lookaside_options options = api_options(TRUE);
    options.flags = LOOKASIDE_COUNT_OUTSTANDING;
    OPEN(&list, &options);
    api_fill(&list, 3);
    void *entry = lookaside_alloc(&list);
    EXPECT_EQ(lookaside_destroy(&list), LOOKASIDE_IN_USE);
    EXPECT_EQ(api_query(&list).current_depth, 2);
    EXPECT_EQ(api_backing.frees, 0);
    lookaside_free(&list, entry);
    CLOSE(&list);
    EXPECT_EQ(api_backing.blocks, 0);
}

API_CHECK(api_destroy_without_counting, "A.13 A list that does not count is destroyed all the same")
{
    OPEN(&list, NULL);
    void *entry = lookaside_alloc(&list);
    CLOSE(&list);
    ExFreePool(entry);
}

API_CHECK(api_destroy_gives_all_back,
          "A.14 lookaside_destroy gives every cached entry to the backing")
{
    lookaside_options options = api_options(TRUE);
    OPEN(&list, &options);
    api_fill(&list, 4);
    EXPECT_EQ(api_backing.frees, 0);
    CLOSE(&list);
    EXPECT_EQ(api_backing.frees, 4);
    EXPECT_EQ(api_backing.destructs, 4);
    EXPECT_EQ(api_backing.blocks, 0);
}

API_CHECK(api_abandon_is_not_supported,
          "A.15 lookaside_abandon is NOT_SUPPORTED and changes nothing")
{
    OPEN(&list, NULL);
    api_fill(&list, 2);
    EXPECT_EQ(lookaside_abandon(&list), LOOKASIDE_NOT_SUPPORTED);
    EXPECT_EQ(api_query(&list).current_depth, 2);
    CLOSE(&list);
}

API_CHECK(api_list_is_a_native_list,
          "A.16 A list begins with the kernel's own, which tools can read")
{
    lookaside_options options = api_options(FALSE);
    EXPECT_EQ(FIELD_OFFSET(lookaside_list, native), 0);
    OPEN(&list, &options);
    EXPECT_EQ(native->L.Depth, 4);
    EXPECT_EQ(native->L.MaximumDepth, 256);
    EXPECT_EQ(native->L.Type, LOOKASIDE_NONPAGED_NX);
    EXPECT_EQ(native->L.Tag, API_TAG);
    EXPECT_EQ(native->L.Size, API_SIZE);
    CLOSE(&list);
}

API_CHECK(api_native_calls_work, "A.17 The kernel's own allocate and free work on a list")
{
    OPEN(&list, NULL);
    void *first = lookaside_alloc(&list);
    lookaside_free(&list, first);
    EXPECT_POINTER(ExAllocateFromLookasideListEx(native), first);
    ExFreeToLookasideListEx(native, first);
    EXPECT_POINTER(lookaside_alloc(&list), first);
    lookaside_free(&list, first);
    EXPECT_EQ(api_query(&list).total_allocates, 3);
    CLOSE(&list);
}

API_CHECK(api_defaults, "A.18 Options have defaults: tag srLL, depth 256, alignment 16, no name")
{
    OPEN(&list, NULL);
    lookaside_statistics s = api_query(&list);
    EXPECT_EQ(s.tag, LOOKASIDE_DEFAULT_TAG);
    EXPECT_EQ(s.maximum_depth, 256);
    EXPECT_EQ(s.alignment, 16);
    EXPECT_EQ(s.cache, LOOKASIDE_CACHE_THREAD);
    EXPECT_EQ(s.name[0], 0);
    EXPECT_EQ(s.last_failure, LOOKASIDE_OK);
    CLOSE(&list);
}

API_CHECK(api_small_sizes_become_8, "A.19 A size below 8 becomes 8, any other is kept")
{
    static const size_t sizes[][2] = {{1, 8}, {7, 8}, {8, 8}, {9, 9}, {100, 100}, {5000, 5000}};
    for (ULONG i = 0; i < RTL_NUMBER_OF(sizes); i++) {
        EXPECT_EQ(lookaside_init(&list, sizes[i][0], LOOKASIDE_PAGED, NULL), LOOKASIDE_OK);
        EXPECT_EQ(native->L.Size, sizes[i][1]);
        EXPECT_EQ(api_query(&list).size, sizes[i][1]);
        CLOSE(&list);
    }
}

API_CHECK(api_maximum_depth_is_the_kernels,
          "A.20 The maximum depth, 4 to 1023, is the native list's")
{
    static const uint32_t depths[] = {4, 5, 255, 256, 257, 1023};
    for (ULONG i = 0; i < RTL_NUMBER_OF(depths); i++) {
        lookaside_options options = api_options(FALSE);
        options.maximum_depth = depths[i];
        OPEN(&list, &options);
        EXPECT_EQ(native->L.MaximumDepth, depths[i]);
        EXPECT_EQ(native->L.Depth, 4);
        EXPECT_EQ(api_query(&list).maximum_depth, depths[i]);
        CLOSE(&list);
    }
}

API_CHECK(api_flags_become_bits_of_the_type,
          "A.21 Flags add their bits to the type; counting adds none")
{
    static const struct {
        uint32_t flags;
        unsigned type;
    } cases[] = {
        {0, 1},
        {LOOKASIDE_RAISE_ON_FAIL, 0x11},
        {LOOKASIDE_FAIL_NO_RAISE, 0x9},
        {LOOKASIDE_COUNT_OUTSTANDING, 1},
        {LOOKASIDE_COUNT_OUTSTANDING | LOOKASIDE_RAISE_ON_FAIL, 0x11},
    };
    for (ULONG i = 0; i < RTL_NUMBER_OF(cases); i++) {
        lookaside_options options = api_options(FALSE);
        options.flags = cases[i].flags;
        EXPECT_EQ(lookaside_init(&list, 8, LOOKASIDE_PAGED, &options), LOOKASIDE_OK);
        EXPECT_EQ(native->L.Type, cases[i].type);
        EXPECT_EQ(api_query(&list).type, cases[i].type);
        CLOSE(&list);
    }
}

LOOKASIDE_TYPED_LIST(typed, LARGE_INTEGER);

API_CHECK(api_typed_list, "A.22 LOOKASIDE_TYPED_LIST makes a list of its own for one type")
{
    EXPECT_EQ(typed_init(LOOKASIDE_PAGED, NULL), LOOKASIDE_OK);
    LARGE_INTEGER *entry = typed_alloc();
    EXPECT(entry != NULL);
    EXPECT_EQ(api_query(&typed_list).size, sizeof(LARGE_INTEGER));
    typed_free(entry);
    EXPECT_EQ(typed_destroy(), LOOKASIDE_OK);
}

CHECK_TABLE(api_life_checks) = {
    ENTRY(api_zero_memory_is_not_initialised),
    ENTRY(api_initialised_statically),
    ENTRY(api_null_is_an_argument_error),
    ENTRY(api_init_tells_the_first_mistake),
    ENTRY(api_init_refuses_unknown_options),
    ENTRY(api_refused_init_writes_nothing),
    ENTRY(api_list_must_be_aligned),
    ENTRY(api_wide_alignment_needs_a_callback),
    ENTRY(api_init_twice),
    ENTRY(api_destroy_twice),
    ENTRY(api_init_again_after_destroy),
    ENTRY(api_init_at_dispatch_level),
    ENTRY(api_destroy_in_use),
    ENTRY(api_destroy_without_counting),
    ENTRY(api_destroy_gives_all_back),
    ENTRY(api_abandon_is_not_supported),
    ENTRY(api_list_is_a_native_list),
    ENTRY(api_native_calls_work),
    ENTRY(api_defaults),
    ENTRY(api_small_sizes_become_8),
    ENTRY(api_maximum_depth_is_the_kernels),
    ENTRY(api_flags_become_bits_of_the_type),
    ENTRY(api_typed_list),
    CHECK_TABLE_END,
};
