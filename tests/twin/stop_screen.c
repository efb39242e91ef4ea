/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a bugcheck prints when nobody catches it: code, parameters, a sentence, the calls.
 * Caught: names of visible functions only. */
#include <ntddk.h>

DECLSPEC_NOINLINE static void driver_frees_twice(void)
{
    PVOID block = ExAllocatePoolWithTag(PagedPool, 40, 'Test');

    ExFreePoolWithTag(block, 'Test');
    ExFreePoolWithTag(block, 'Test');
}

int main(void)
{
    driver_frees_twice();
    return 0;
}
