/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A handler returns from the end of a list that cannot be abandoned: it is asked once.
 * Dies: bugcheck 0x1007: the list's life ended while entries of it are out
 *       (list "", tag "srLL", LIST; entries out: 1) */
#include <lookaside/lookaside.hpp>

#include "misuse.h"

int main()
{
    lookaside::options wanted;
    wanted.allocate = [](unsigned, size_t size, uint32_t, lookaside_list *, void *) {
        return malloc(size);
    };
    wanted.free = [](void *entry, lookaside_list *, void *) { free(entry); };
    lookaside_set_bugcheck_handler(
        [](lookaside_bugcheck_code, lookaside_list *, void *, const char *, void *) {}, nullptr);
    lookaside::list list(64, wanted);
    watch(list.handle(), list.alloc());
}
