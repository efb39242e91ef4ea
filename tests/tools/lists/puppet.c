/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A program with lists that does what it is told, line by line, and answers each line with "ok": so
 * that a test knows exactly what the lists hold when it looks at them from outside.
 *
 *     init NAME TAG SIZE [none]      make a list; none: it caches nothing
 *     alloc NAME COUNT               take entries, and keep them
 *     free NAME COUNT                free those taken last
 *     pump NAME COUNT                allocate and free an entry so many times
 *     thread NAME COUNT [WORD]       a thread called WORD takes entries, frees them, and waits
 *     flush NAME                     lookaside_flush
 *     fail NAME                      an allocation that cannot be had
 *     twice NAME                     frees an entry twice: a broken contract
 *     entry NAME, list NAME          answers the address of the entry taken last, of the list
 *     report NAME                    answers lookaside_report, and a line with a dot
 *     die                            abort()
 *
 * It ends when its input does. */
#include <lookaside/lookaside.h>

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MOST_LISTS 128
#define MOST_ENTRIES 100000

struct owned {
    char name[LOOKASIDE_NAME_SIZE];
    lookaside_list list;
    void **entries;
    size_t count;
    bool failing; /* its allocate callback has nothing */
};

struct order {
    struct owned *owned;
    size_t count;
};

static struct owned lists[MOST_LISTS];
static size_t list_count;
static pthread_barrier_t done;

static struct owned *find(const char *name)
{
    for (size_t i = 0; i < list_count; i++) {
        if (strcmp(lists[i].name, name) == 0) {
            return &lists[i];
        }
    }
    fprintf(stderr, "there is no list %s\n", name);
    exit(2);
}

static void *allocate(unsigned type, size_t size, uint32_t tag, lookaside_list *list, void *context)
{
    struct owned *owned = context;

    (void)type, (void)size, (void)tag;
    return owned->failing ? NULL : lookaside_backing_allocate(list);
}

__attribute__((noinline)) static void make_list(const char *name, const char *tag, size_t size,
                                                const char *kind)
{
    struct owned *owned = &lists[list_count++];
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;

    snprintf(owned->name, sizeof(owned->name), "%s", name);
    owned->entries = calloc(MOST_ENTRIES, sizeof(void *));
    memcpy(&options.tag, tag, sizeof(options.tag));
    options.name = owned->name;
    options.context = owned;
    options.cache = strcmp(kind, "none") == 0 ? LOOKASIDE_CACHE_NONE : LOOKASIDE_CACHE_THREAD;
    options.allocate = strcmp(kind, "callback") == 0 ? allocate : NULL;
    if (lookaside_init(&owned->list, size, LOOKASIDE_PAGED, &options) != LOOKASIDE_OK) {
        exit(3);
    }
}

static void take(struct owned *owned, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        owned->entries[owned->count++] = lookaside_alloc(&owned->list);
    }
}

static void give(struct owned *owned, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lookaside_free(&owned->list, owned->entries[--owned->count]);
    }
}

static void *work(void *argument)
{
    struct order *order = argument;
    void **mine = calloc(order->count, sizeof(void *));

    for (size_t i = 0; i < order->count; i++) {
        mine[i] = lookaside_alloc(&order->owned->list);
    }
    for (size_t i = 0; i < order->count; i++) {
        lookaside_free(&order->owned->list, mine[i]);
    }
    free(mine);
    pthread_barrier_wait(&done);
    for (;;) {
        pause();
    }
    return NULL;
}

static void start_thread(struct owned *owned, size_t count, const char *name)
{
    struct order *order = calloc(1, sizeof(*order));
    pthread_t thread;

    *order = (struct order){owned, count};
    pthread_barrier_init(&done, NULL, 2);
    pthread_create(&thread, NULL, work, order);
    if (name[0] != '\0') {
        pthread_setname_np(thread, name);
    }
    pthread_barrier_wait(&done);
    pthread_barrier_destroy(&done);
}

static void write_text(void *context, const char *text, size_t length)
{
    fwrite(text, 1, length, context);
}

static void obey(const char *word, const char *name, const char *rest)
{
    size_t count = strtoul(rest, NULL, 10);

    if (strcmp(word, "init") == 0) {
        char tag[8] = "";
        char kind[16] = "";
        size_t size = 0;
        sscanf(rest, "%7s %zu %15s", tag, &size, kind);
        make_list(name, tag, size, kind);
    } else if (strcmp(word, "alloc") == 0) {
        take(find(name), count);
    } else if (strcmp(word, "free") == 0) {
        give(find(name), count);
    } else if (strcmp(word, "pump") == 0) {
        for (size_t i = 0; i < count; i++) {
            take(find(name), 1);
            give(find(name), 1);
        }
    } else if (strcmp(word, "thread") == 0) {
        char thread_name[16] = "";
        sscanf(rest, "%*s %15s", thread_name);
        start_thread(find(name), count, thread_name);
    } else if (strcmp(word, "flush") == 0) {
        lookaside_flush(&find(name)->list);
    } else if (strcmp(word, "fail") == 0) {
        find(name)->failing = true;
        if (lookaside_alloc(&find(name)->list) != NULL) {
            exit(4);
        }
    } else if (strcmp(word, "twice") == 0) {
        take(find(name), 1);
        give(find(name), 1);
        find(name)->count++;
        give(find(name), 1);
    } else if (strcmp(word, "entry") == 0) {
        printf("%p\n", find(name)->entries[find(name)->count - 1]);
    } else if (strcmp(word, "list") == 0) {
        printf("%p\n", (void *)&find(name)->list);
    } else if (strcmp(word, "report") == 0) {
        lookaside_report(&find(name)->list, write_text, stdout);
        printf(".\n");
    } else if (strcmp(word, "die") == 0) {
        abort();
    } else {
        fprintf(stderr, "what is %s?\n", word);
        exit(2);
    }
}

int main(void)
{
    char line[256];

    /* Yama would let nobody but a parent look. */
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    while (fgets(line, sizeof(line), stdin) != NULL) {
        char word[16] = "";
        char name[LOOKASIDE_NAME_SIZE] = "";
        int used = 0;
        sscanf(line, "%15s %63s %n", word, name, &used);
        obey(word, name, used > 0 ? line + used : "");
        printf("ok\n");
        fflush(stdout);
    }
    return 0;
}
