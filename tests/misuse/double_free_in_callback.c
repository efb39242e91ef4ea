/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A free callback returns its entry to the slabs twice.
 * Dies: bugcheck 0x13: the entry was freed twice (list "wrapped", tag "srLL", LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

static void free_twice(void *entry, lookaside_list *its_list, void *context)
{
    (void)context;
    lookaside_backing_free(its_list, entry);
    watch(its_list, entry);
    lookaside_backing_free(its_list, entry);
}

int main(void)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.name = "wrapped";
    options.free = free_twice;
    lookaside_init(&list, 64, LOOKASIDE_PAGED, &options);
    (void)!lookaside_alloc(&list);
    lookaside_free(&list, lookaside_alloc(&list));
    lookaside_flush(&list);
    return 0;
}
