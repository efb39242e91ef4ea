/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Makes the faulty build of the checksum driver in Rust (examples/driver-rust, feature "faulty")
 * show one of its faults.
 *
 * usage: faulty no|loses|panics
 *
 * no: neither; loses: a context stays out, which shows when the driver is unloaded; panics: while
 * it works on a request. Exits with 0 when the request was answered, and the answer was right. */
#include <stdio.h>
#include <string.h>

#include "../../examples/common/device.h"
#include "../../examples/driver-c/protocol.h"

static uint32_t size_of_request(const char *fault)
{
    return strcmp(fault, "loses") == 0 ? 1 : strcmp(fault, "panics") == 0 ? 2 : 3;
}

int main(int argc, char **argv)
{
    static const unsigned char bytes[3] = "Abc";
    const uint32_t size = argc == 2 ? size_of_request(argv[1]) : 0;
    uint32_t sum = 0;
    if (size == 0) {
        fprintf(stderr, "usage: faulty no|loses|panics\n");
        return 2;
    }
    if (!driver_begin("LookasideChecksum")) {
        return 2;
    }
    void *device = device_open();
    if (device == NULL) {
        return 2;
    }
    const uint32_t answered = device_control(device, CHECKSUM_OF, bytes, size, &sum, sizeof sum);
    device_close(device);
    driver_end();
    return answered == sizeof sum && sum == adler_add(ADLER_BEGIN, bytes, size) ? 0 : 1;
}
