/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Initialises a list twice: a status, and the list goes on.
 * Prints: LOOKASIDE_ALREADY_INITIALIZED */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "once", LOOKASIDE_CACHE_THREAD);
    print_status(lookaside_init(&list, 64, LOOKASIDE_PAGED, NULL));
    return 0;
}
