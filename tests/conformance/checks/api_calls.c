/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The inline calls as real functions, as other languages see them: this file alone is compiled
 * without the inline ones. */
#define LOOKASIDE_NO_INLINE
#include "api.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

API_CHECK(api_calls_are_the_inline_ones,
          "A.45 lookaside_alloc and lookaside_free exist as functions")
{
    lookaside_options options = api_options(TRUE);
    options.flags = LOOKASIDE_COUNT_OUTSTANDING;
    OPEN(&list, &options);
    void *entry = lookaside_alloc(&list);
    EXPECT(entry != NULL);
    EXPECT_EQ(api_query(&list).live_entries, 1);
    lookaside_free(&list, entry);
    EXPECT_POINTER(lookaside_alloc(&list), entry);
    lookaside_free(&list, entry);
    lookaside_free(&list, NULL);
    EXPECT_EQ(api_query(&list).total_frees, 2);
    EXPECT_EQ(api_told.bugchecks, 0);
    CLOSE(&list);
}

API_CHECK(api_calls_check_the_list, "A.46 The functions make the same checks")
{
    void *block = &list;
    RtlZeroMemory(&list, sizeof list);
    EXPECT_POINTER(lookaside_alloc(&list), NULL);
    EXPECT_EQ(api_told.code, LOOKASIDE_BUGCHECK_NOT_INITIALIZED);
    lookaside_free(&list, block);
    EXPECT_EQ(api_told.bugchecks, 2);
    EXPECT_POINTER(api_told.entry, block);
}

CHECK_TABLE(api_calls_checks) = {
    ENTRY(api_calls_are_the_inline_ones),
    ENTRY(api_calls_check_the_list),
    CHECK_TABLE_END,
};
