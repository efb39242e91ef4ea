/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the checksum driver can be asked, by device control. */
#ifndef CHECKSUM_PROTOCOL_H
#define CHECKSUM_PROTOCOL_H

#include <stdint.h>

#define CHECKSUM_MOST_BYTES 4096u

/* CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + number, METHOD_BUFFERED, FILE_ANY_ACCESS) */
#define CHECKSUM_REQUEST(number) (0x222000u + ((number) << 2))
#define CHECKSUM_OF CHECKSUM_REQUEST(0)   /* 1 to CHECKSUM_MOST_BYTES bytes in, uint32_t out */
#define CHECKSUM_LIST CHECKSUM_REQUEST(1) /* nothing in, checksum_list out */

/* The Adler-32 checksum of the bytes so far; begins with ADLER_BEGIN. */
#define ADLER_BEGIN 1u
static inline uint32_t adler_add(uint32_t sum, const unsigned char *bytes, uint32_t size)
{
    uint32_t low = sum & 0xFFFF;
    uint32_t high = sum >> 16;
    for (uint32_t i = 0; i < size; i++) {
        low = (low + bytes[i]) % 65521;
        high = (high + low) % 65521;
    }
    return high << 16 | low;
}

/* The driver's list of request contexts. */
struct checksum_list {
    uint64_t served;       /* requests since the driver was loaded */
    uint64_t most_at_once; /* contexts that were out at the same time */
    uint64_t live;         /* contexts that are out now */
    uint64_t cached;
    uint64_t allocates;
    uint64_t allocate_misses;
    char report[1024]; /* in the layout of WinDbg's !lookaside */
};

#endif
