/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A driver's life, again and again, each time with another allocation failing: whatever fails may
 * fail, but nothing may be left behind, which would be a bugcheck.
 *
 * usage: sweep DEVICE     of an example driver: CHECKSUM_OF and SESSIONS_CREATE have one number
 *
 * Seen to fail when the driver in Rust did not destroy its list after a failed start. */
#include <stdio.h>

#include <ntddk.h>
#include <wdk/twin.h>

#include "../../examples/common/device.h"
#include "../../examples/driver-c/protocol.h"

static unsigned lives;    /* begun */
static unsigned complete; /* of these: without a failure */

static int send_request(void)
{
    static const unsigned char bytes[] = "Abc";
    uint64_t answer;
    void *device = device_open();
    if (device == NULL) {
        return 0;
    }
    const uint32_t size = device_control(device, CHECKSUM_OF, bytes, 3, &answer, sizeof answer);
    device_close(device);
    return size != UINT32_MAX;
}

static void live(void *name)
{
    lives++;
    if (driver_begin(name)) {
        complete += (unsigned)send_request();
        driver_end();
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: sweep DEVICE\n");
        return 2;
    }
    const ULONG faults = wdk_fault_sweep(live, argv[1]);
    printf("%u lives, %u faults, %u lives without a failure\n", lives, (unsigned)faults, complete);
    /* In the first life and the last nothing fails; each fault costs a life its success. */
    return faults > 0 && complete + faults == lives ? 0 : 1;
}
