/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Which value each operation returns, old or new, and at which width. Caught: an ExchangeAdd that
 * returned the sum. */
#include "twin_test.h"

TEST(increment_decrement_and_add_return_the_new_value)
{
    LONG n = MAXLONG;
    assert_int_equal(InterlockedIncrement(&n), (LONG)MINLONG);
    assert_int_equal(InterlockedDecrement(&n), MAXLONG);
    n = 5;
    assert_int_equal(InterlockedAdd(&n, 3), 8);
    LONG64 wide = 0xFFFFFFFF;
    assert_int_equal(InterlockedIncrement64(&wide), 0x100000000);
    assert_int_equal(InterlockedDecrement64(&wide), 0xFFFFFFFF);
    SHORT narrow = -1;
    assert_int_equal(InterlockedIncrement16(&narrow), 0);
}

TEST(the_others_return_the_old_value)
{
    LONG n = 0xC;
    assert_int_equal(InterlockedExchangeAdd(&n, 2), 0xC);
    assert_int_equal(InterlockedOr(&n, 1), 0xE);
    assert_int_equal(InterlockedAnd(&n, 0x7), 0xF);
    assert_int_equal(InterlockedXor(&n, 0x5), 0x7);
    assert_int_equal(InterlockedExchange(&n, 9), 0x2);
    assert_int_equal(InterlockedCompareExchange(&n, 1, 8), 9);
    assert_int_equal(n, 9);
    assert_int_equal(InterlockedCompareExchange(&n, 1, 9), 9);
    assert_int_equal(n, 1);
}

TEST(pointers)
{
    int a = 0;
    int b = 0;
    PVOID p = &a;
    assert_ptr_equal(InterlockedExchangePointer(&p, &b), &a);
    assert_ptr_equal(InterlockedCompareExchangePointer(&p, NULL, &a), &b);
    assert_ptr_equal(InterlockedCompareExchangePointer(&p, NULL, &b), &b);
    assert_ptr_equal(p, NULL);
}

TEST(bits)
{
    LONG n = 0;
    assert_int_equal(InterlockedBitTestAndSet(&n, 31), 0);
    assert_int_equal(n, (LONG)MINLONG);
    assert_int_equal(InterlockedBitTestAndSet(&n, 31), 1);
    assert_int_equal(InterlockedBitTestAndReset(&n, 31), 1);
    assert_int_equal(InterlockedBitTestAndReset(&n, 31), 0);
    LONG64 wide = 0;
    assert_int_equal(InterlockedBitTestAndSet64(&wide, 40), 0);
    assert_int_equal(wide, (LONG64)1 << 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(increment_decrement_and_add_return_the_new_value),
        cmocka_unit_test(the_others_return_the_old_value),
        cmocka_unit_test(pointers),
        cmocka_unit_test(bits),
    };
    return RUN_TESTS(tests);
}
