/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A double free on a list whose tag cannot be printed: dots stand for it.
 * Dies: bugcheck 0x13: the entry was freed twice (list "", tag ".a.z", LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.tag = LOOKASIDE_TAG(1, 'a', 0xff, 'z');
    options.cache = LOOKASIDE_CACHE_NONE;
    lookaside_init(&list, 64, LOOKASIDE_PAGED, &options);
    (void)!lookaside_alloc(&list);
    void *entry = lookaside_alloc(&list);
    lookaside_free(&list, entry);
    watch(&list, entry);
    lookaside_free(&list, entry);
    return 0;
}
