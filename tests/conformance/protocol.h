/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the conformance driver is asked by device control, and what it answers. */
#ifndef CONFORMANCE_PROTOCOL_H
#define CONFORMANCE_PROTOCOL_H

#include <stdint.h>

/* CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800 + number, METHOD_BUFFERED, FILE_ANY_ACCESS), for those sides,
 * too, that have no such header. */
#define CONFORMANCE_REQUEST(number) (0x222000u + ((number) << 2))

#define CONFORMANCE_COUNT CONFORMANCE_REQUEST(0)    /* nothing in, uint32_t out */
#define CONFORMANCE_DESCRIBE CONFORMANCE_REQUEST(1) /* uint32_t in, conformance_description out */
#define CONFORMANCE_RUN CONFORMANCE_REQUEST(2)      /* uint32_t in, conformance_result out */

struct conformance_description {
    char name[96];
    char rule[160];
};

struct conformance_result {
    uint32_t expectations; /* that the check stated; none is a failure, too */
    uint32_t failures;     /* of these */
    char text[400];        /* about the first failure */
};

#endif
