/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: C++ exceptions may leave an allocate callback and the raise handler; they pass through
 * the library and leave the list usable, unlocked and with its laws intact. Caught: the list's
 * lock held around the allocate callback. */
#include "counting_backing.h"

#include <lookaside/lookaside.h>

#include <cstdio>
#include <cstdlib>
#include <new>

namespace {

struct refused {};

bool throwing = false;

void *throwing_allocate(unsigned, size_t size, uint32_t, lookaside_list *, void *)
{
    if (throwing) {
        throw refused{};
    }
    return std::malloc(size);
}

void plain_free(void *entry, lookaside_list *, void *)
{
    std::free(entry);
}

void throw_bad_alloc(lookaside_status, lookaside_list *, void *)
{
    throw std::bad_alloc{};
}

/* Whether the call throws an exception of the type. */
template <typename Exception, typename Call> bool throws(Call call)
{
    try {
        call();
    } catch (const Exception &) {
        return true;
    }
    return false;
}

void init(lookaside_list *list, const lookaside_options &options)
{
    CHECK(lookaside_init(list, 48, LOOKASIDE_PAGED, &options) == LOOKASIDE_OK, "init failed");
}

void expect_usable(lookaside_list *list, const char *where)
{
    throwing = false;
    check_laws(list, where);
    void *entry = lookaside_alloc(list);
    CHECK(entry != nullptr, "%s: the list is not usable", where);
    lookaside_free(list, entry);
    destroy_checked(list);
}

void an_allocate_callback_may_throw()
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.allocate = throwing_allocate;
    options.free = plain_free;
    init(&list, options);
    throwing = true;
    for (int i = 0; i < 100; i++) {
        CHECK(throws<refused>([&] { (void)lookaside_alloc(&list); }), "nothing was thrown");
    }
    expect_usable(&list, "allocate threw");
}

void a_raise_handler_may_throw()
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    backing no_entries = {};
    lookaside_options options = backing_options(&no_entries);
    options.flags = LOOKASIDE_RAISE_ON_FAIL;
    init(&list, options);
    lookaside_set_raise_handler(throw_bad_alloc, nullptr);
    for (int i = 0; i < 100; i++) {
        CHECK(throws<std::bad_alloc>([&] { (void)lookaside_alloc(&list); }), "nothing was thrown");
    }
    lookaside_set_raise_handler(nullptr, nullptr);
    no_entries.budget = BACKING_UNLIMITED;
    CHECK(check_laws(&list, "raise handler threw").allocate_failures == 100, "allocate_failures");
    expect_usable(&list, "raise handler threw");
}

} // namespace

int main()
{
    an_allocate_callback_may_throw();
    a_raise_handler_may_throw();
    std::puts("exceptions pass through allocate callback and raise handler");
    return 0;
}
