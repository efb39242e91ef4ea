/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Lets an allocation raise and has no raise handler.
 * Dies: bugcheck 0x1006: an allocation failed and the list was made to raise
 *       (list "raising", tag "srLL", LIST) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

static void *fail(unsigned type, size_t size, uint32_t tag, lookaside_list *of, void *context)
{
    (void)type, (void)size, (void)tag, (void)of, (void)context;
    return NULL;
}

int main(void)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.name = "raising";
    options.flags = LOOKASIDE_RAISE_ON_FAIL;
    options.allocate = fail;
    lookaside_init(&list, 64, LOOKASIDE_PAGED, &options);
    watch(&list, NULL);
    return lookaside_alloc(&list) != NULL;
    return 0;
}
