/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Something like a server, to look at: one thread accepts requests and others answer them, sessions
 * come and go, buffers are needed in waves, and routes leak.
 *
 *     server SECONDS     ends then; with a core if it gets SIGABRT before */
#include <lookaside/lookaside.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#define WORKERS 3
#define RING 256       /* requests that wait */
#define SESSIONS 20000 /* at most */
#define WAVE 6000      /* buffers at the top of a wave */

static lookaside_list requests = LOOKASIDE_LIST_INIT;
static lookaside_list sessions = LOOKASIDE_LIST_INIT;
static lookaside_list buffers = LOOKASIDE_LIST_INIT;
static lookaside_list timers = LOOKASIDE_LIST_INIT;
static lookaside_list routes = LOOKASIDE_LIST_INIT;

static _Atomic(void *) ring[RING];
static atomic_bool over;

static void nap(long microseconds)
{
    struct timespec time = {0, microseconds * 1000};

    nanosleep(&time, NULL);
}

static void make_list(lookaside_list *list, const char *name, uint32_t tag, size_t size)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;

    options.name = name;
    options.tag = tag;
    if (lookaside_init(list, size, LOOKASIDE_PAGED, &options) != LOOKASIDE_OK) {
        exit(1);
    }
}

/* Puts requests where there is room. */
static void *accept_requests(void *unused)
{
    void *request = lookaside_alloc(&requests);

    while (!atomic_load(&over)) {
        for (size_t i = 0; i < RING; i++) {
            void *none = NULL;
            if (atomic_compare_exchange_strong(&ring[i], &none, request)) {
                request = lookaside_alloc(&requests);
            }
        }
        nap(100);
    }
    lookaside_free(&requests, request);
    return unused;
}

/* Takes requests out of the ring; each needs a timer and touches a session. */
static void *answer_requests(void *seed)
{
    static _Atomic(void *) table[SESSIONS];
    uint64_t random = (uint64_t)(uintptr_t)seed;

    while (!atomic_load(&over)) {
        for (size_t i = 0; i < RING; i++) {
            void *request = atomic_exchange(&ring[i], NULL);
            void *timer = lookaside_alloc(&timers);
            random = random * 6364136223846793005u + 1442695040888963407u;
            void *session = random >> 63 != 0 ? lookaside_alloc(&sessions) : NULL;
            lookaside_free(&sessions, atomic_exchange(&table[(random >> 33) % SESSIONS], session));
            lookaside_free(&timers, timer);
            lookaside_free(&requests, request);
        }
        nap(60);
    }
    return NULL;
}

/* Buffers in waves of two seconds; a route is forgotten now and then. */
static void *make_waves(void *unused)
{
    static void *held[WAVE];
    size_t count = 0;

    for (unsigned tick = 0; !atomic_load(&over); tick++) {
        bool rising = tick % 400 < 200;
        for (int i = 0; i < 60; i++) {
            if (rising && count < WAVE) {
                held[count++] = lookaside_alloc(&buffers);
            } else if (!rising && count > 0) {
                lookaside_free(&buffers, held[--count]);
            }
        }
        void *route = lookaside_alloc(&routes);
        if (tick % 4 != 0) {
            lookaside_free(&routes, route);
        }
        nap(5000);
    }
    return unused;
}

int main(int argc, char **argv)
{
    void *(*const work[WORKERS + 2])(void *) = {accept_requests, make_waves, answer_requests,
                                                answer_requests, answer_requests};
    static const char *const names[WORKERS + 2] = {"acceptor", "waves", "worker-1", "worker-2",
                                                   "worker-3"};
    pthread_t threads[WORKERS + 2];

    /* Yama would let nobody but a parent look. */
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    make_list(&requests, "requests", LOOKASIDE_TAG('R', 'q', 's', 't'), 280);
    make_list(&sessions, "sessions", LOOKASIDE_TAG('S', 'e', 's', 's'), 96);
    make_list(&buffers, "buffers", LOOKASIDE_TAG('B', 'u', 'f', 'f'), 2048);
    make_list(&timers, "timers", LOOKASIDE_TAG('T', 'i', 'm', 'r'), 64);
    make_list(&routes, "routes", LOOKASIDE_TAG('R', 'o', 'u', 't'), 40);
    for (size_t i = 0; i < WORKERS + 2; i++) {
        pthread_create(&threads[i], NULL, work[i], (void *)(uintptr_t)(i + 1));
        pthread_setname_np(threads[i], names[i]);
    }
    printf("ready\n");
    fflush(stdout);
    for (long left = argc > 1 ? strtol(argv[1], NULL, 10) * 10 : 100; left > 0; left--) {
        nap(100000);
    }
    atomic_store(&over, true);
    for (size_t i = 0; i < WORKERS + 2; i++) {
        pthread_join(threads[i], NULL);
    }
    return 0;
}
