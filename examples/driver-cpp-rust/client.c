/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Plays with the sessions driver: first the four contexts whose figures are known beforehand, then
 * sessions in several threads, which leave contexts for the driver to remove.
 *
 * usage: client [THREADS ROUNDS]     ROUNDS sessions in each thread; default: none
 *
 * The driver must be freshly loaded. Exits with 0 when every figure was right. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/device.h"
#include "protocol.h"

#define MOST_THREADS 64
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static uint64_t create(void *device)
{
    uint64_t number = 0;
    device_control(device, SESSIONS_CREATE, NULL, 0, &number, sizeof number);
    return number;
}

static int remove_number(void *device, uint64_t number)
{
    return device_control(device, SESSIONS_REMOVE, &number, sizeof number, NULL, 0) != UINT32_MAX;
}

static int get_list(void *device, struct sessions_list *list)
{
    memset(list, 0, sizeof *list);
    return device_control(device, SESSIONS_LIST, NULL, 0, list, sizeof *list) == sizeof *list;
}

/* ---- Four contexts ---- */

static int expect(const char *name, uint64_t found, uint64_t wanted)
{
    if (found != wanted) {
        fprintf(stderr, "%s is %" PRIu64 " and should be %" PRIu64 "\n", name, found, wanted);
    }
    return found == wanted;
}

static int has_line(const char *report, const char *line)
{
    if (strstr(report, line) == NULL) {
        fprintf(stderr, "the report lacks: %s\n", line);
        return 0;
    }
    return 1;
}

/* After four allocations that found the list empty, and four frees that found room in it. */
static int check_list(const struct sessions_list *list)
{
    int right = expect("Tag", list->tag, 0x61616262);
    right &= expect("Size", list->size, 8);
    right &= expect("AllocateMisses", list->allocate_misses, 4);
    right &= expect("FreeMisses", list->free_misses, 0);
    right &= expect("TotalAllocates", list->total_allocates, 4);
    right &= expect("TotalFrees", list->total_frees, 4);
    right &= expect("contexts that are out", list->live, 0);
    right &= has_line(list->report, "Tag(hex): 0x61616262 \"bbaa\"\n");
    right &= has_line(list->report, "Size           =          8 ");
    right &= has_line(list->report, "AllocateMisses =          4  FreeMisses =          0\n");
    right &= has_line(list->report, "TotalAllocates =          4  TotalFrees =          4\n");
    return right;
}

static int four_contexts(void *device)
{
    static const uint64_t order[] = {1, 3, 4, 2};
    struct sessions_list list;
    int right = 1;
    for (uint64_t i = 1; i <= COUNT_OF(order); i++) {
        right &= expect("the number of a new context", create(device), i);
    }
    right &= expect("the number of one too many", create(device), 0);
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        right &= expect("removing a context", (uint64_t)remove_number(device, order[i]), 1);
    }
    right &= expect("removing it again", (uint64_t)remove_number(device, order[0]), 0);
    if (!get_list(device, &list)) {
        fprintf(stderr, "the driver does not describe its list\n");
        return 0;
    }
    printf("four contexts were created, and removed in the order 1 3 4 2:\n%s\n", list.report);
    return right & check_list(&list);
}

/* ---- Many sessions ---- */

/* Each session leaves two contexts to its end. The result is how many rounds failed. */
static void *play(void *rounds)
{
    uintptr_t failed = 0;
    for (uintptr_t round = 0; round < (uintptr_t)rounds; round++) {
        void *device = device_open();
        if (device == NULL) {
            failed++;
            continue;
        }
        const uint64_t first = create(device);
        const uint64_t second = create(device);
        const uint64_t third = create(device);
        failed += first == 0 || second == 0 || third == 0 || !remove_number(device, second);
        device_close(device);
    }
    return (void *)failed;
}

static int many_sessions(void *device, unsigned threads, unsigned rounds)
{
    pthread_t running[MOST_THREADS];
    struct sessions_list list;
    int right = 1;
    for (unsigned i = 0; i < threads; i++) {
        if (pthread_create(&running[i], NULL, play, (void *)(uintptr_t)rounds) != 0) {
            fprintf(stderr, "thread %u cannot be started\n", i + 1);
            exit(1);
        }
    }
    for (unsigned i = 0; i < threads; i++) {
        void *failed;
        pthread_join(running[i], &failed);
        right &= expect("rounds that failed", (uint64_t)(uintptr_t)failed, 0);
    }
    right &= get_list(device, &list);
    /* The other counters are the kernel's, which now and then loses one between processors. */
    right &= expect("contexts that are out", list.live, 0);
    right &= expect("open sessions", list.sessions, 1);
    printf("%u sessions in %u threads left %u contexts, which the driver removed\n",
           threads * rounds, threads, 2 * threads * rounds);
    return right;
}

int main(int argc, char **argv)
{
    const unsigned threads = argc > 2 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    const unsigned rounds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    if (threads > MOST_THREADS) {
        fprintf(stderr, "usage: client [THREADS ROUNDS], at most %d threads\n", MOST_THREADS);
        return 2;
    }
    if (!driver_begin("LookasideSessions")) {
        return 1;
    }
    void *device = device_open();
    if (device == NULL) {
        return 1;
    }
    int right = four_contexts(device);
    if (threads > 0) {
        right &= many_sessions(device, threads, rounds);
    }
    device_close(device);
    driver_end();
    return right ? 0 : 1;
}
