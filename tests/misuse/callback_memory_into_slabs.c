/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Has an allocate callback that uses malloc, and no free callback.
 * Dies: bugcheck 0x10: the pointer that was freed is not an entry of any list
 *       (list "half", tag "srLL", LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

static void *allocate(unsigned type, size_t size, uint32_t tag, lookaside_list *of, void *context)
{
    (void)type, (void)tag, (void)of, (void)context;
    return malloc(size);
}

int main(void)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.name = "half";
    options.allocate = allocate;
    lookaside_init(&list, 64, LOOKASIDE_PAGED, &options);
    void *entry = lookaside_alloc(&list);
    watch(&list, entry);
    lookaside_free(&list, entry);
    lookaside_flush(&list);
    return 0;
}
