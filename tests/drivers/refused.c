/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a driver must refuse: anybody who may open its device can send it anything. The twin and the
 * sanitizers watch what the driver touches on the way.
 *
 * usage: refused DEVICE     of an example driver
 *
 * Exits with 0 when every request failed. Seen to fail when a driver did not look at the room for
 * its answer, or at the length of its input. */
#include <stdio.h>
#include <string.h>

#include "../../examples/common/device.h"
#include "../../examples/driver-c/protocol.h"
#include "../../examples/driver-cpp-rust/protocol.h"

#define METHODS 4u /* a code's lowest two bits; 0, buffered, is the drivers' own */

struct request {
    uint32_t code;
    uint32_t in;  /* bytes */
    uint32_t out; /* room for so many */
};

static const struct request of_checksum[] = {
    {CHECKSUM_OF, 0, sizeof(uint32_t)},
    {CHECKSUM_OF, CHECKSUM_MOST_BYTES + 1, sizeof(uint32_t)},
    {CHECKSUM_OF, 1, sizeof(uint32_t) - 1},
    {CHECKSUM_LIST, 0, sizeof(struct checksum_list) - 1},
    {CHECKSUM_REQUEST(2), 8, 8},
    {0, 8, 8},
};

static const struct request of_sessions[] = {
    {SESSIONS_CREATE, 0, sizeof(uint64_t) - 1},
    {SESSIONS_REMOVE, sizeof(uint64_t) - 1, 0},
    {SESSIONS_REMOVE, sizeof(uint64_t), 0}, /* of a context that is not there */
    {SESSIONS_LIST, 0, sizeof(struct sessions_list) - 1},
    {SESSIONS_REQUEST(3), 8, 8},
    {0, 8, 8},
};

static unsigned char input[CHECKSUM_MOST_BYTES + 1];
static unsigned char output[sizeof(struct checksum_list) + sizeof(struct sessions_list)];

static unsigned accepts(void *device, uint32_t code, uint32_t in, uint32_t out)
{
    if (device_control(device, code, input, in, output, out) == UINT32_MAX) {
        return 0;
    }
    printf("accepted: request 0x%X, %u bytes in, room for %u\n", (unsigned)code, (unsigned)in,
           (unsigned)out);
    return 1;
}

/* How many requests were accepted. */
static unsigned send_all(void *device, const struct request *requests, size_t count)
{
    unsigned accepted = 0;
    for (size_t i = 0; i < count; i++) {
        accepted += accepts(device, requests[i].code, requests[i].in, requests[i].out);
        /* What would be right, but for where the buffers are. */
        for (uint32_t method = 1; method < METHODS; method++) {
            accepted += accepts(device, requests[i].code | method, 8, sizeof output);
        }
    }
    return accepted;
}

int main(int argc, char **argv)
{
    if (argc != 2 || !driver_begin(argv[1])) {
        fprintf(stderr, "usage: refused DEVICE\n");
        return 2;
    }
    void *device = device_open();
    if (device == NULL) {
        return 2;
    }
    const unsigned accepted =
        strcmp(argv[1], "LookasideSessions") == 0
            ? send_all(device, of_sessions, sizeof of_sessions / sizeof of_sessions[0])
            : send_all(device, of_checksum, sizeof of_checksum / sizeof of_checksum[0]);
    device_close(device);
    driver_end();
    return accepted == 0 ? 0 : 1;
}
