/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Destroys a list twice: a status, harmless.
 * Prints: LOOKASIDE_NOT_INITIALIZED */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "once", LOOKASIDE_CACHE_THREAD);
    lookaside_destroy(&list);
    print_status(lookaside_destroy(&list));
    return 0;
}
