/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Destroys a list while an entry is out: a status, nothing is lost.
 * Prints: LOOKASIDE_IN_USE */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "busy", LOOKASIDE_CACHE_THREAD);
    (void)!lookaside_alloc(&list);
    print_status(lookaside_destroy(&list));
    return 0;
}
