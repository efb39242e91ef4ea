/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The one table of differences. docs/windows-contract.md shows it; a test compares the two. */
#include "differences.h"

#include <stddef.h>
#include <string.h>

#define NO_IRQL "Wine has no IRQL: it is 0 whatever was raised"
#define NO_SET "Wine 8 has no Ex lists, and the bodies of nt/list_ex.c keep no set of all lists"
#define NO_SCAN "Wine never adjusts a depth"
#define PLAIN_HEAP "Wine's pool is the process heap, which knows no page alignment"
#define NO_RAISE "Wine's pool ignores the bits of the pool type and fails with NULL"
#define NO_EX_RAISE "Wine 8 has ExRaiseStatus as a stub only, which ends the driver"

#define SIXTEEN                                                                                    \
    "the twin declares 16: pool memory has no more, and a compiler may build on what is declared"

static const struct difference differences[] = {
    {"the twin", "layout_alignment_of_legacy_lists", FAILS, SIXTEEN},
    {"Wine", "ex_routines_run_at_the_callers_irql", FAILS, NO_IRQL},
    {"Wine", "pool_irql_is_kept", FAILS, NO_IRQL},
    {"Wine", "pool_spin_lock_raises_irql", FAILS, NO_IRQL},
    {"Wine", "ex_init_appends_to_the_set", FAILS, NO_SET},
    {"Wine", "ex_delete_closes_the_gap", FAILS, NO_SET},
    {"Wine", "ex_delete_unlinks_before_it_frees", FAILS, NO_SET},
    {"Wine", "npaged_and_paged_are_in_the_sets_of_ex_lists", FAILS, NO_SET},
    {"Wine", "pool_pages_are_aligned", FAILS, PLAIN_HEAP},
    {"Wine", "pool_raises_when_asked", FAILS, NO_RAISE},
    {"Wine", "pool_quota_raises", FAILS, NO_RAISE},
    {"Wine", "depth_falls_when_idle", FAILS, NO_SCAN},
    {"Wine", "depth_of_74_allocations", FAILS, NO_SCAN},
    {"Wine", "depth_of_75_allocations", FAILS, NO_SCAN},
    {"Wine", "depth_stops_falling_at_4", FAILS, NO_SCAN},
    {"Wine", "depth_stays_at_4", FAILS, NO_SCAN},
    {"Wine", "depth_shrinks_slowly_when_nothing_misses", FAILS, NO_SCAN},
    {"Wine", "depth_grows_from_half_a_percent", FAILS, NO_SCAN},
    {"Wine", "depth_grows_by_the_room_left", FAILS, NO_SCAN},
    {"Wine", "depth_grows_by_at_most_30", FAILS, NO_SCAN},
    {"Wine", "depth_of_nonpaged_lists", FAILS, NO_SCAN},
    {"Wine", "depth_stops_at_the_maximum", FAILS, NO_SCAN},
    {"Wine", "depth_is_fixed_by_ffff", FAILS, NO_SCAN},
    {"Wine", "depth_counts_across_the_wrap", FAILS, NO_SCAN},
    {"Wine", "depth_scan_remembers_the_counters", FAILS, NO_SCAN},
    {"Wine", "depth_scan_frees_nothing", FAILS, NO_SCAN},
    {"Wine", "depth_of_legacy_lists", FAILS, NO_SCAN},
    {"Wine", "depth_climbs_to_256_in_ten_scans", FAILS, NO_SCAN},
    {"Wine", "depth_falls_to_4_in_26_scans", FAILS, NO_SCAN},
    {"Wine", "api_raises_a_status", CANNOT_RUN, NO_EX_RAISE},
    {"Wine", "api_nothing_is_raised_above_apc_level", CANNOT_RUN, NO_EX_RAISE},
};

const struct difference *find_difference(const char *world, const char *check)
{
    for (size_t i = 0; i < sizeof differences / sizeof differences[0]; i++) {
        if (strcmp(differences[i].world, world) == 0 && strcmp(differences[i].check, check) == 0) {
            return &differences[i];
        }
    }
    return NULL;
}
