/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Looking inside: statistics and their laws, the report, statuses, the version. */
#include "api.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;
static PLOOKASIDE_LIST_EX native = &list.native;

static void expect_laws(struct check_run *check)
{
    lookaside_statistics s = api_query(&list);
    EXPECT_EQ(s.current_depth, (s.total_frees - s.free_misses) -
                                   (s.total_allocates - s.allocate_misses) - s.flushed);
    EXPECT_EQ(s.live_entries, s.total_allocates - s.total_frees);
    EXPECT_EQ(s.mapped_bytes, s.live_bytes + s.magazine_bytes + s.depot_bytes + s.slab_free_bytes +
                                  s.metadata_bytes);
    EXPECT_EQ(s.depot_bytes, s.current_depth * s.size);
    EXPECT_EQ(s.live_bytes, s.live_entries * s.size);
}

API_CHECK(api_laws, "A.80 The laws of the statistics hold after every kind of call")
{
    void *out[5];
    lookaside_options options = api_options(TRUE);
    options.flags = LOOKASIDE_COUNT_OUTSTANDING;
    OPEN(&list, &options);
    for (ULONG round = 0; round < 8; round++) {
        EXPECT_EQ(lookaside_alloc_bulk(&list, out, 5), 5);
        expect_laws(check);
        api_fill(&list, round);
        expect_laws(check);
        EXPECT_EQ(lookaside_reserve(&list, round), LOOKASIDE_OK);
        expect_laws(check);
        api_backing.fail_after = 1;
        EXPECT_EQ(lookaside_reserve(&list, 100), LOOKASIDE_ALLOCATE_FAILED);
        api_fill(&list, 60);
        api_backing.fail_after = 0;
        expect_laws(check);
        EXPECT_EQ(lookaside_trim(&list, round / 2, NULL), LOOKASIDE_OK);
        expect_laws(check);
        lookaside_free_bulk(&list, out, 5);
        expect_laws(check);
        EXPECT_EQ(lookaside_flush(&list), LOOKASIDE_OK);
        expect_laws(check);
    }
    CLOSE(&list);
}

API_CHECK(api_live_never_negative,
          "A.81 live_entries is never below 0 when the kernel lost a count")
{
    OPEN(&list, NULL);
    api_fill(&list, 2);
    native->L.TotalAllocates -= 1; /* what two CPUs can do to a plain increment */
    EXPECT_EQ(api_query(&list).live_entries, 0);
    EXPECT_EQ(api_query(&list).live_bytes, 0);
    CLOSE(&list);
}

API_CHECK(api_outstanding_is_exact, "A.82 A list that counts knows live_entries whatever got lost")
{
    lookaside_options options = api_options(FALSE);
    options.flags = LOOKASIDE_COUNT_OUTSTANDING;
    OPEN(&list, &options);
    void *entry = lookaside_alloc(&list);
    native->L.TotalAllocates -= 1;
    EXPECT_EQ(api_query(&list).live_entries, 1);
    lookaside_free(&list, entry);
    EXPECT_EQ(api_query(&list).live_entries, 0);
    CLOSE(&list);
}

API_CHECK(api_counters_wrap, "A.83 live_entries survives the wrap of the 32-bit counters")
{
    OPEN(&list, NULL);
    native->L.TotalAllocates = 0xFFFFFFFE;
    native->L.TotalFrees = 0xFFFFFFFE;
    void *entries[4];
    EXPECT_EQ(lookaside_alloc_bulk(&list, entries, 4), 4);
    EXPECT_EQ(native->L.TotalAllocates, 2);
    EXPECT_EQ(api_query(&list).live_entries, 4);
    lookaside_free_bulk(&list, entries, 4);
    EXPECT_EQ(api_query(&list).live_entries, 0);
    CLOSE(&list);
}

API_CHECK(api_what_is_always_0, "A.84 What has no meaning in a driver is 0")
{
    OPEN(&list, NULL);
    api_fill(&list, 4);
    EXPECT_EQ(lookaside_reserve(&list, 8), LOOKASIDE_OK);
    lookaside_statistics s = api_query(&list);
    EXPECT_EQ(s.threads, 0);
    EXPECT_EQ(s.reserved_entries, 0);
    EXPECT_EQ(s.magazine_bytes, 0);
    EXPECT_EQ(s.slab_free_bytes, 0);
    EXPECT_EQ(s.metadata_bytes, 0);
    EXPECT_EQ(s.highest_entries, 0);
    EXPECT_EQ(s.misses_cold + s.misses_burst + s.misses_trimmed + s.misses_handed_over, 0);
    CLOSE(&list);
}

API_CHECK(api_query_of_other_sizes, "A.85 lookaside_query_sized writes as much as it is told")
{
    struct {
        lookaside_statistics statistics;
        UCHAR more[16];
    } wide;
    OPEN(&list, NULL);
    RtlFillMemory(&wide, sizeof wide, 0xEE);
    EXPECT_EQ(lookaside_query_sized(&list, &wide.statistics, sizeof wide), LOOKASIDE_OK);
    EXPECT_EQ(wide.statistics.size, API_SIZE);
    EXPECT_EQ(wide.more[0] | wide.more[15], 0);
    RtlFillMemory(&wide, sizeof wide, 0xEE);
    EXPECT_EQ(lookaside_query_sized(&list, &wide.statistics, LOOKASIDE_NAME_SIZE), LOOKASIDE_OK);
    EXPECT_EQ(wide.statistics.name[0], 0);
    EXPECT_EQ(wide.statistics.tag, 0xEEEEEEEE);
    EXPECT_EQ(lookaside_query(&list, NULL), LOOKASIDE_NULL_ARGUMENT);
    CLOSE(&list);
}

API_CHECK(api_name_is_copied_and_cut, "A.86 A name is copied, and cut to what is kept")
{
    CHAR name[LOOKASIDE_NAME_SIZE + 8];
    lookaside_options options = api_options(FALSE);
    RtlFillMemory(name, sizeof name, 'n');
    name[sizeof name - 1] = '\0';
    options.name = name;
    OPEN(&list, &options);
    name[0] = '?';
    lookaside_statistics s = api_query(&list);
    EXPECT_EQ(s.name[0], 'n');
    EXPECT_EQ(s.name[LOOKASIDE_NAME_SIZE - 2], 'n');
    EXPECT_EQ(s.name[LOOKASIDE_NAME_SIZE - 1], 0);
    CLOSE(&list);
}

struct page {
    CHAR text[1024];
    ULONG length;
};

static void write_page(void *context, const char *text, size_t length)
{
    struct page *page = context;
    for (size_t i = 0; i < length && page->length + 1 < sizeof page->text; i++) {
        page->text[page->length++] = text[i];
    }
    page->text[page->length] = '\0';
}

/* Where two texts differ first, or -1. */
static LONG first_difference(const CHAR *text, const CHAR *wanted)
{
    LONG i = 0;
    while (text[i] == wanted[i] && text[i] != '\0') {
        i++;
    }
    return text[i] == wanted[i] ? -1 : i;
}

static const CHAR expected_report[] =
    "\nLookaside \"page\" @ 0x................  Tag(hex): 0x31697041 \"Api1\"\n"
    "    Type           =       0200  NonPagedPoolNx\n"
    "    Current Depth  =          4  Max Depth  =          4\n"
    "    Size           =         64  Max Alloc  =        256\n"
    "    AllocateMisses =          6  FreeMisses =          2\n"
    "    TotalAllocates =          8  TotalFrees =          8\n"
    "    Hit Rate       =         25% Hit Rate   =         75%\n";

API_CHECK(api_report, "A.87 lookaside_report writes what WinDbg's !lookaside writes")
{
    static struct page page;
    lookaside_options options = api_options(FALSE);
    options.name = "page";
    OPEN(&list, &options);
    api_fill(&list, 6);
    api_fill(&list, 2);
    page.length = 0;
    EXPECT_EQ(lookaside_report(&list, write_page, &page), LOOKASIDE_OK);
    ULONG_PTR address = 0;
    for (ULONG i = 22; i < 38; i++) {
        const CHAR digit = page.text[i];
        address = address * 16 + (ULONG_PTR)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
        page.text[i] = '.';
    }
    EXPECT_EQ(address, (ULONG_PTR)&list);
    EXPECT_EQ(first_difference(page.text, expected_report), -1);
    EXPECT_EQ(lookaside_report(&list, NULL, &page), LOOKASIDE_NULL_ARGUMENT);
    CLOSE(&list);
}

API_CHECK(api_statuses, "A.88 Statuses have the NTSTATUS of the kernel's routine")
{
    EXPECT_STATUS(lookaside_ntstatus(LOOKASIDE_OK), STATUS_SUCCESS);
    EXPECT_STATUS(lookaside_ntstatus(LOOKASIDE_BAD_POOL_TYPE), STATUS_INVALID_PARAMETER_4);
    EXPECT_STATUS(lookaside_ntstatus(LOOKASIDE_FLAGS_EXCLUSIVE), STATUS_INVALID_PARAMETER_5);
    EXPECT_STATUS(lookaside_ntstatus(LOOKASIDE_BAD_MAXIMUM_DEPTH), STATUS_INVALID_PARAMETER_8);
    EXPECT_STATUS(lookaside_ntstatus(LOOKASIDE_NO_MEMORY), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_STATUS(lookaside_ntstatus(LOOKASIDE_NOT_SUPPORTED), STATUS_NOT_SUPPORTED);
    EXPECT_STATUS(lookaside_ntstatus(LOOKASIDE_MISALIGNED_LIST), STATUS_DATATYPE_MISALIGNMENT);
    EXPECT_STATUS(lookaside_ntstatus((lookaside_status)1000), STATUS_UNSUCCESSFUL);
    EXPECT_EQ(first_difference(lookaside_status_name(LOOKASIDE_IN_USE), "LOOKASIDE_IN_USE"), -1);
    EXPECT(lookaside_status_message(LOOKASIDE_WRONG_IRQL)[0] == 'A');
    EXPECT(lookaside_bugcheck_message(LOOKASIDE_BUGCHECK_DOUBLE_FREE)[0] == 't');
}

API_CHECK(api_version, "A.89 lookaside_version is the header's")
{
    const CHAR *version = lookaside_version();
    EXPECT_EQ(version[0] - '0', LOOKASIDE_VERSION_MAJOR);
    EXPECT_EQ(version[1], '.');
    EXPECT_EQ(version[2] - '0', LOOKASIDE_VERSION_MINOR);
}

CHECK_TABLE(api_look_checks) = {
    ENTRY(api_laws),
    ENTRY(api_live_never_negative),
    ENTRY(api_outstanding_is_exact),
    ENTRY(api_counters_wrap),
    ENTRY(api_what_is_always_0),
    ENTRY(api_query_of_other_sizes),
    ENTRY(api_name_is_copied_and_cut),
    ENTRY(api_report),
    ENTRY(api_statuses),
    ENTRY(api_version),
    CHECK_TABLE_END,
};
