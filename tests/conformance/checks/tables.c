/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The files of checks, in the order in which they run. */
#include "check.h"

extern CHECK_TABLE_OF(layout_checks);
extern CHECK_TABLE_OF(layout_objects_checks);
extern CHECK_TABLE_OF(list_ex_init_checks);
extern CHECK_TABLE_OF(list_ex_use_checks);
extern CHECK_TABLE_OF(list_ex_end_checks);
extern CHECK_TABLE_OF(legacy_init_checks);
extern CHECK_TABLE_OF(legacy_use_checks);
extern CHECK_TABLE_OF(slist_checks);
extern CHECK_TABLE_OF(pool_checks);
extern CHECK_TABLE_OF(depth_checks);
extern CHECK_TABLE_OF(thread_checks);
extern CHECK_TABLE_OF(api_life_checks);
extern CHECK_TABLE_OF(api_entries_checks);
extern CHECK_TABLE_OF(api_calls_checks);
extern CHECK_TABLE_OF(api_callbacks_checks);
extern CHECK_TABLE_OF(api_cached_checks);
extern CHECK_TABLE_OF(api_look_checks);
extern CHECK_TABLE_OF(api_threads_checks);

const struct check *const *const check_tables[] = {
    layout_checks,
    layout_objects_checks,
    list_ex_init_checks,
    list_ex_use_checks,
    list_ex_end_checks,
    legacy_init_checks,
    legacy_use_checks,
    slist_checks,
    pool_checks,
    depth_checks,
    thread_checks,
    api_life_checks,
    api_entries_checks,
    api_calls_checks,
    api_callbacks_checks,
    api_cached_checks,
    api_look_checks,
    api_threads_checks,
    NULL,
};
