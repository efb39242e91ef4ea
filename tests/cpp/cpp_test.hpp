/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the tests of the C++ face share: doctest, which works with and without exceptions, and ears
 * for a bugcheck. */
#ifndef LOOKASIDE_TESTS_CPP_TEST_HPP
#define LOOKASIDE_TESTS_CPP_TEST_HPP

#include <lookaside/lookaside.hpp>

#include "counting_backing.h"
#include "support.h"
#undef CHECK /* for C; doctest has its own */

#if !defined(__cpp_exceptions)
#define DOCTEST_CONFIG_NO_EXCEPTIONS_BUT_WITH_ALL_ASSERTS
#endif
#include <doctest/doctest.h>

#include <string>

/* While it lives, it hears bugchecks, which then return to the faulty call. */
class bugcheck_ear {
public:
    bugcheck_ear() { lookaside_set_bugcheck_handler(hear, this); }
    bugcheck_ear(const bugcheck_ear &) = delete;
    bugcheck_ear &operator=(const bugcheck_ear &) = delete;
    ~bugcheck_ear() { lookaside_set_bugcheck_handler(nullptr, nullptr); }

    int heard = 0;
    lookaside_bugcheck_code code = {}; /* of the last one, as the sentence */
    std::string sentence;

private:
    static void hear(lookaside_bugcheck_code code, lookaside_list *, void *, const char *sentence,
                     void *context)
    {
        auto *ear = static_cast<bugcheck_ear *>(context);
        ear->heard++;
        ear->code = code;
        ear->sentence = sentence;
    }
};

/* Whether an address is a multiple of the alignment. */
inline bool is_aligned(const void *address, std::size_t alignment)
{
    return reinterpret_cast<std::uintptr_t>(address) % alignment == 0;
}

#endif
