/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a user's compiler makes of the two calls, for count_instructions.py. */

#include <lookaside/lookaside.h>

void *hit_alloc(lookaside_list *list);
void hit_free(lookaside_list *list, void *entry);

void *hit_alloc(lookaside_list *list)
{
    return lookaside_alloc(list);
}

void hit_free(lookaside_list *list, void *entry)
{
    lookaside_free(list, entry);
}

int main(void)
{
    static lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_init(&list, 64, LOOKASIDE_PAGED, NULL);
    hit_free(&list, hit_alloc(&list));
    return lookaside_destroy(&list) != LOOKASIDE_OK;
}
