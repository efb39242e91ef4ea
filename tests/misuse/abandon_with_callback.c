/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Abandons a list whose entries come from a callback: a status.
 * Prints: LOOKASIDE_NOT_SUPPORTED */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

static void drop(void *entry, lookaside_list *its_list, void *context)
{
    (void)entry, (void)its_list, (void)context;
}

int main(void)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.free = drop;
    lookaside_init(&list, 64, LOOKASIDE_PAGED, &options);
    print_status(lookaside_abandon(&list));
    return 0;
}
