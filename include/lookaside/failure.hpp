/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* How C++ learns of a failure: by an exception that carries the status, where there are exceptions.
 *
 * A program may have been compiled partly with and partly without them, and the linker keeps one
 * body of each inline function. So what behaves differently in the two is a template on how failure
 * is told, `detail::failure`, and has two names. */
#ifndef LOOKASIDE_FAILURE_HPP
#define LOOKASIDE_FAILURE_HPP

#include <lookaside/lookaside.h>

#include <new>

#if defined(__cpp_exceptions)
#include <exception>
#endif

namespace lookaside {

#if defined(__cpp_exceptions)

/* A list was refused; what() is the C library's sentence, which says what to do. */
class LOOKASIDE_VISIBLE error : public std::exception {
public:
    explicit error(lookaside_status status) noexcept : status_(status) {}

    lookaside_status status() const noexcept { return status_; }
    const char *what() const noexcept override { return lookaside_status_message(status_); }

private:
    lookaside_status status_;
};

/* There is no memory; the status and what() tell which. */
class LOOKASIDE_VISIBLE bad_alloc : public std::bad_alloc {
public:
    explicit bad_alloc(lookaside_status status) noexcept : status_(status) {}

    lookaside_status status() const noexcept { return status_; }
    const char *what() const noexcept override { return lookaside_status_message(status_); }

private:
    lookaside_status status_;
};

#endif

namespace detail {

/* Why the list's last allocation got nothing. */
inline lookaside_status last_failure(lookaside_list *list) noexcept
{
    lookaside_statistics statistics{};

    if (list == nullptr || lookaside_query(list, &statistics) != LOOKASIDE_OK) {
        return LOOKASIDE_NO_MEMORY;
    }
    return statistics.last_failure;
}

#if defined(__cpp_exceptions)

struct by_exception {
    static constexpr bool throws = true;

    [[noreturn]] static LOOKASIDE_COLD void refuse(lookaside_status status)
    {
        if (status == LOOKASIDE_NO_MEMORY) {
            throw bad_alloc(status);
        }
        throw error(status);
    }

    /* list may be NULL. */
    [[noreturn]] static LOOKASIDE_COLD void no_entry(lookaside_list *list)
    {
        throw bad_alloc(last_failure(list));
    }
};

using failure = by_exception;

#else

struct by_bugcheck {
    static constexpr bool throws = false;

    /* Containers cannot be told any other way. A handler that returns is not asked twice. */
    [[noreturn]] static LOOKASIDE_COLD void no_entry(lookaside_list *list)
    {
        for (;;) {
            lookaside_bugcheck(LOOKASIDE_BUGCHECK_ALLOCATION_RAISED, list, nullptr);
            lookaside_set_bugcheck_handler(nullptr, nullptr);
        }
    }
};

using failure = by_bugcheck;

#endif

} // namespace detail
} // namespace lookaside

#endif
