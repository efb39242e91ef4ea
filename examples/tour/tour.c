/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A tour of the API: sessions come and go on several threads, then the list is asked what happened. */
#include <lookaside/lookaside.h>

#include <pthread.h>
#include <stdio.h>

enum { THREADS = 2, SESSIONS = 100, ROUNDS = 10000 };

struct session {
    unsigned id;
    char peer[44];
};

/* session_init(), session_alloc(), session_free(), session_destroy() on a list of their own. */
LOOKASIDE_TYPED_LIST(session, struct session);

static void *serve(void *unused)
{
    struct session *open[SESSIONS];

    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < SESSIONS; i++) {
            open[i] = session_alloc();
            if (open[i] == NULL) {
                return "no memory for a session";
            }
            open[i]->id = i;
        }
        for (unsigned i = 0; i < SESSIONS; i++) {
            session_free(open[i]);
        }
    }
    (void)unused;
    return NULL;
}

static void print(void *stream, const char *text, size_t length)
{
    (void)fwrite(text, 1, length, stream);
}

static int complain(const char *what)
{
    (void)fprintf(stderr, "tour: %s\n", what);
    return 1;
}

int main(void)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.tag = LOOKASIDE_TAG('S', 'e', 's', 's');
    options.name = "sessions";

    lookaside_status status = session_init(LOOKASIDE_PAGED, &options);
    if (status != LOOKASIDE_OK) {
        return complain(lookaside_status_message(status));
    }

    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, serve, NULL) != 0) {
            return complain("no thread");
        }
    }
    for (int i = 0; i < THREADS; i++) {
        void *trouble = NULL;
        (void)pthread_join(threads[i], &trouble);
        if (trouble != NULL) {
            return complain(trouble);
        }
    }

    /* The report is WinDbg's; the statistics are exact. */
    (void)lookaside_report(&session_list, print, stdout);
    lookaside_statistics s;
    (void)lookaside_query(&session_list, &s);
    (void)printf("\n%llu sessions were served and %llu are open; %llu bytes are mapped.\n",
                 (unsigned long long)s.total_allocates, (unsigned long long)s.live_entries,
                 (unsigned long long)s.mapped_bytes);

    /* Memory goes back when asked, and all of it with the list. */
    size_t released = 0;
    (void)lookaside_trim(&session_list, 0, &released);
    (void)printf("%zu bytes went back to the system.\n", released);
    status = session_destroy();
    return status == LOOKASIDE_OK ? 0 : complain(lookaside_status_message(status));
}
