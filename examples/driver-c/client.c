/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Sends the checksum driver, the one in C or the one in Rust, requests from several threads, checks
 * each answer, and prints what the driver says of its list.
 *
 * usage: client [THREADS [REQUESTS]]     REQUESTS of each thread
 *
 * Exits with 0 when every sum was right, every request was counted, and no context is out. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "../common/device.h"
#include "protocol.h"

#define MOST_THREADS 64

struct client {
    pthread_t thread;
    unsigned seed;
    unsigned requests;
    unsigned failed; /* not answered, or wrongly */
};

/* The same numbers in every world. */
static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16 & 0x7FFF;
}

static int send_one(void *device, unsigned *seed)
{
    unsigned char bytes[CHECKSUM_MOST_BYTES];
    uint32_t sum = 0;
    const uint32_t size = 1 + next_random(seed) % CHECKSUM_MOST_BYTES;
    for (uint32_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)next_random(seed);
    }
    return device_control(device, CHECKSUM_OF, bytes, size, &sum, sizeof sum) == sizeof sum &&
           sum == adler_add(ADLER_BEGIN, bytes, size);
}

static void *send_all(void *argument)
{
    struct client *client = argument;
    void *device = device_open();
    for (unsigned i = 0; i < client->requests; i++) {
        if (device == NULL || !send_one(device, &client->seed)) {
            client->failed++;
        }
    }
    if (device != NULL) {
        device_close(device);
    }
    return NULL;
}

/* All threads at once; how many requests failed. */
static unsigned send_from(struct client *clients, unsigned threads, unsigned requests)
{
    unsigned failed = 0;
    unsigned started = 0;
    for (; started < threads; started++) {
        struct client *client = &clients[started];
        client->seed = started + 1;
        client->requests = requests;
        client->failed = 0;
        if (pthread_create(&client->thread, NULL, send_all, client) != 0) {
            fprintf(stderr, "thread %u cannot be started\n", started + 1);
            failed += requests;
            break;
        }
    }
    for (unsigned i = 0; i < started; i++) {
        pthread_join(clients[i].thread, NULL);
        failed += clients[i].failed;
    }
    return failed;
}

/* What the driver says; 1 when it is what must be after this many requests. */
static int look_at_list(uint64_t requests)
{
    struct checksum_list list;
    void *device = device_open();
    if (device == NULL) {
        return 0;
    }
    const uint32_t bytes = device_control(device, CHECKSUM_LIST, NULL, 0, &list, sizeof list);
    device_close(device);
    if (bytes != sizeof list) {
        fprintf(stderr, "the driver does not describe its list\n");
        return 0;
    }
    printf("%s\n%llu requests served, at most %llu at once; "
           "%llu contexts came from the pool, %llu are cached, %llu are out\n",
           list.report, (unsigned long long)list.served, (unsigned long long)list.most_at_once,
           (unsigned long long)list.allocate_misses, (unsigned long long)list.cached,
           (unsigned long long)list.live);
    return list.served == requests && list.live == 0;
}

int main(int argc, char **argv)
{
    static struct client clients[MOST_THREADS];
    const unsigned threads = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 4;
    const unsigned requests = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1000;
    if (threads < 1 || threads > MOST_THREADS || requests < 1) {
        fprintf(stderr, "usage: client [THREADS [REQUESTS]], 1 to %d threads\n", MOST_THREADS);
        return 2;
    }
    if (!driver_begin("LookasideChecksum")) {
        return 1;
    }
    const unsigned failed = send_from(clients, threads, requests);
    printf("%u threads sent %u requests each: %u failed\n", threads, requests, failed);
    const int as_it_should_be = look_at_list((uint64_t)threads * requests);
    driver_end();
    return failed == 0 && as_it_should_be ? 0 : 1;
}
