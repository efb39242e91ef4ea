/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A driver's mistakes with pool that AddressSanitizer and valgrind must report where they happen: a
 * read behind the block, and one after it was freed; which, the argument says. Caught: a tail that
 * the twin looks at itself, and a freed block that it keeps, where valgrind should have the memory. */
#include <ntddk.h>

DECLSPEC_NOINLINE static UCHAR driver_reads(const volatile UCHAR *byte)
{
    return *byte;
}

int main(int argc, char **argv)
{
    PUCHAR block = ExAllocatePool2(POOL_FLAG_PAGED, 37, 'Test');
    UCHAR byte = 0;

    if (block == NULL || argc != 2) {
        return 0;
    }
    if (strcmp(argv[1], "behind") == 0) {
        byte = driver_reads(block + 37);
    }
    ExFreePool(block);
    if (strcmp(argv[1], "freed") == 0) {
        byte = driver_reads(block);
    }
    return byte == 0x55;
}
