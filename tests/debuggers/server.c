/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the debuggers look at: a program with lists in every state, which knows what they have to
 * find.
 *
 *     server FACTS [wait | abort | image FILE]
 *
 * FACTS gets what the library says about its lists, in the order of their initialisation: the
 * report of each, and lines like "live_entries 40". Then a line for each address worth asking for,
 * like "live 0x7f0a44c00440". After that, server_is_ready() is called, for breakpoints; and the
 * program ends, waits until its input does, aborts, or writes an image of its memory (Windows).
 *
 * Entries of "sessions" are live, in magazines of three threads, and in the depot, where a thread
 * that ended left them; those of "buffers" went back to their slab; "idle" was never used. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crowd.h"
#include "image.h"

#define THREADS 3
#define LIVE 40     /* sessions that stay out */
#define USED 20     /* sessions that a thread has at once, one more for each */
#define ROUNDS 50   /* how often it takes them and gives them back */
#define BUFFERS 200 /* of which all but one come back */

struct session {
    char peer[40];
};

/* A list as a member, for the debuggers' print. */
struct service {
    lookaside_list buffers;
};

static lookaside_list session_list = LOOKASIDE_LIST_INIT;
static struct service service;
static lookaside_list idle = LOOKASIDE_LIST_INIT;
static lookaside_list never_initialized = LOOKASIDE_LIST_INIT;

static void *in_magazine;
static void *in_depot;
static void *buffer_in_slab;
static void *buffer_kept;
static pthread_barrier_t has_worked;
static pthread_barrier_t end;

void server_is_ready(lookaside_list *list, void *live);

/* Takes entries and gives them back, again and again, so that some stay in the calling thread's
 * magazine. Returns one of those. */
static void *use_sessions(size_t count)
{
    void *entries[64];

    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < count; i++) {
            entries[i] = lookaside_alloc(&session_list);
            CHECK(entries[i] != NULL, "no entry");
        }
        for (size_t i = 0; i < count; i++) {
            lookaside_free(&session_list, entries[i]);
        }
    }
    void *entry = lookaside_alloc(&session_list);
    lookaside_free(&session_list, entry);
    return entry;
}

static void work_and_stay(struct worker *worker)
{
    in_magazine = use_sessions(*(const size_t *)worker->shared);
    (void)pthread_barrier_wait(&has_worked);
    (void)pthread_barrier_wait(&end);
}

static void work_and_end(struct worker *worker)
{
    (void)worker;
    in_depot = use_sessions(USED);
}

static void init(lookaside_list *list, size_t size, const char *name, uint32_t tag)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.name = name;
    options.tag = tag;
    lookaside_status status = lookaside_init(list, size, LOOKASIDE_PAGED, &options);
    CHECK(status == LOOKASIDE_OK, "%s", lookaside_status_message(status));
}

static void write_to(void *file, const char *text, size_t length)
{
    CHECK(fwrite(text, 1, length, file) == length, "the facts cannot be written");
}

static void tell(FILE *file, const char *what, const void *address)
{
    fprintf(file, "%s 0x%016" PRIxPTR "\n", what, (uintptr_t)address);
}

/* A list's report, and the figures that it lacks. */
static void describe(FILE *file, lookaside_list *list)
{
    lookaside_statistics s = statistics_of(list);
    const struct {
        const char *name;
        uint64_t value;
    } figures[] = {
        {"live_entries", s.live_entries},
        {"highest_entries", s.highest_entries},
        {"misses_cold", s.misses_cold},
        {"misses_burst", s.misses_burst},
        {"flushed", s.flushed},
        {"threads", s.threads},
        {"mapped_bytes", s.mapped_bytes},
        {"live_bytes", s.live_bytes},
        {"magazine_bytes", s.magazine_bytes},
        {"depot_bytes", s.depot_bytes},
        {"slab_free_bytes", s.slab_free_bytes},
        {"metadata_bytes", s.metadata_bytes},
    };

    lookaside_report(list, write_to, file);
    for (size_t i = 0; i < COUNT_OF(figures); i++) {
        fprintf(file, "%s %" PRIu64 "\n", figures[i].name, figures[i].value);
    }
}

/* Buffers go back to their slabs; one that stays out keeps its slab. Sets buffer_kept to that one,
 * and buffer_in_slab to the one before it. */
static void use_buffers(void)
{
    void *buffers[BUFFERS];

    for (size_t i = 0; i < BUFFERS; i++) {
        buffers[i] = lookaside_alloc(&service.buffers);
    }
    for (size_t i = 0; i + 1 < BUFFERS; i++) {
        lookaside_free(&service.buffers, buffers[i]);
    }
    CHECK(lookaside_flush(&service.buffers) == LOOKASIDE_OK, "flush");
    buffer_in_slab = buffers[BUFFERS - 2];
    buffer_kept = buffers[BUFFERS - 1];
}

static void write_facts(const char *name, const void *live)
{
    FILE *file = fopen(name, "wb");

    CHECK(file != NULL, "%s cannot be made", name);
    describe(file, &session_list);
    describe(file, &service.buffers);
    describe(file, &idle);
    tell(file, "live", live);
    tell(file, "magazine", in_magazine);
    tell(file, "depot", in_depot);
    tell(file, "slab", buffer_in_slab);
    tell(file, "kept", buffer_kept);
    tell(file, "list", &service.buffers);
    tell(file, "nowhere", &in_depot);
    CHECK(fclose(file) == 0, "%s cannot be written", name);
}

__attribute__((noinline)) void server_is_ready(lookaside_list *list, void *live)
{
    __asm__ volatile("" : : "r"(list), "r"(live) : "memory");
}

int main(int count, char **arguments)
{
    CHECK(count >= 2, "server FACTS [wait | abort | image FILE]");
    const char *next = count >= 3 ? arguments[2] : "";
    pthread_barrier_init(&has_worked, NULL, 2);
    pthread_barrier_init(&end, NULL, THREADS + 1);
    init(&session_list, sizeof(struct session), "sessions", LOOKASIDE_TAG('S', 'e', 's', 's'));
    init(&service.buffers, 20000, "buffers", LOOKASIDE_TAG('B', 'u', 'f', 'f'));
    init(&idle, 100, "", LOOKASIDE_TAG('i', 'd', 'l', 'e'));

    void *live = NULL;
    for (size_t i = 0; i < LIVE; i++) {
        live = lookaside_alloc(&session_list);
    }
    /* One after the other, so that every run counts the same. */
    struct worker *workers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        size_t used = USED + i;
        workers[i] = start_workers(1, work_and_stay, &used);
        (void)pthread_barrier_wait(&has_worked);
    }
    run_workers(1, work_and_end, NULL);
    use_buffers();
    write_facts(arguments[1], live);
    server_is_ready(&session_list, live);

    if (strcmp(next, "wait") == 0) {
        (void)getchar();
    } else if (strcmp(next, "abort") == 0) {
        abort();
    } else if (strcmp(next, "image") == 0) {
        write_image(arguments[3]);
    }
    (void)pthread_barrier_wait(&end);
    for (size_t i = 0; i < THREADS; i++) {
        join_workers(workers[i], 1);
    }
    CHECK(lookaside_destroy(&never_initialized) == LOOKASIDE_NOT_INITIALIZED, "never initialised");
    return 0;
}
