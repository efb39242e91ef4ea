/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A program with one list, in which little happens, and always the same. */
#include <lookaside/lookaside.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static lookaside_list list = LOOKASIDE_LIST_INIT;

static void told(lookaside_bugcheck_code code, lookaside_list *accused, void *entry,
                 const char *sentence, void *context)
{
    (void)code;
    (void)accused;
    (void)entry;
    (void)context;
    puts(sentence);
}

static void demand(int condition)
{
    if (!condition) {
        exit(1);
    }
}

static void *use_once(void *unused)
{
    lookaside_free(&list, lookaside_alloc(&list));
    return unused;
}

int main(void)
{
    static void *entries[200];
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    pthread_t thread;

    options.name = "traced";
    lookaside_set_bugcheck_handler(told, NULL);
    demand(lookaside_init(&list, 64, LOOKASIDE_PAGED, &options) == LOOKASIDE_OK);
    printf("list %p\n", (void *)&list);

    /* Six misses, one at a time; a magazine of four is filled again, two go to the backing. */
    demand(lookaside_alloc_bulk(&list, entries, 6) == 6);
    lookaside_free_bulk(&list, entries, 6);
    demand(lookaside_flush(&list) == LOOKASIDE_OK);

    /* The thread's magazine, with its entry, goes to the depot, and from there to this thread. */
    demand(pthread_create(&thread, NULL, use_once, NULL) == 0);
    demand(pthread_join(thread, NULL) == 0);
    entries[0] = lookaside_alloc(&list);
    lookaside_free(&list, entries[0]);

    lookaside_bugcheck(LOOKASIDE_BUGCHECK_WRONG_LIST, &list, entries);
    printf("entry %p\n", (void *)entries);

    demand(lookaside_alloc_bulk(&list, entries, 200) == 200); /* which raises the depth */
    lookaside_free_bulk(&list, entries, 200);
    demand(lookaside_destroy(&list) == LOOKASIDE_OK);
    return 0;
}
