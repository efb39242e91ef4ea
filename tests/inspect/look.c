/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Says in lines what the reader finds, for test_programs.py.
 *
 *     look PID|CORE
 *     look-each                  the processes that inspect_each_process finds */
#include "inspect.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void hear(void *context, const struct inspect_list *list, bool fault, const char *sentence)
{
    (void)context, (void)list;
    printf("%s %s\n", fault ? "fault" : "moved", sentence);
}

static void say_lists(struct inspect_target *target, const struct inspect_snapshot *snapshot)
{
    char text[256];

    for (size_t i = 0; i < snapshot->copy_count; i++) {
        printf("copy %s|%s|%" PRIu64 "|%s\n", snapshot->copies[i].version,
               snapshot->copies[i].module, snapshot->copies[i].lists, snapshot->copies[i].unknown);
    }
    for (size_t i = 0; i < snapshot->list_count; i++) {
        const struct inspect_list *list = &snapshot->lists[i];
        inspect_describe_address(target, list->initialized_by, text, sizeof(text));
        printf("list %s|%" PRIu64 "|%" PRIu64 "|%" PRIu64 "|%s\n", list->statistics.name,
               list->statistics.live_entries, list->statistics.current_depth, list->slab_free,
               text);
        for (size_t n = 0; n < list->magazine_count; n++) {
            printf("magazine %d|%s|%" PRIu64 "\n", list->magazines[n].tid,
                   list->magazines[n].thread_name, list->magazines[n].entries);
        }
        for (size_t n = 0; n < list->unknown_count; n++) {
            printf("unknown %s|%s|%" PRIu64 "\n", list->unknown[n].name, list->unknown[n].unit,
                   list->unknown[n].value);
        }
    }
}

static void say_found(void *context, struct inspect_target *target)
{
    (void)context;
    printf("found %d|%s\n", inspect_pid(target), inspect_command(target));
}

int main(int argc, char **argv)
{
    struct inspect_verdict verdict;
    struct inspect_error error;

    if (argc < 2) {
        printf("hidden %zu\n", inspect_each_process(say_found, NULL));
        return 0;
    }
    struct inspect_target *target = inspect_open(argv[1], &error);
    struct inspect_snapshot *snapshot =
        target == NULL ? NULL : inspect_take_snapshot(target, &error);
    if (snapshot == NULL) {
        printf("error %s\n", error.sentence);
        inspect_close(target);
        return (int)error.result;
    }
    printf("target %s|%d|%s\n", inspect_command(target), inspect_pid(target),
           inspect_core_signal(target));
    say_lists(target, snapshot);
    inspect_free_snapshot(snapshot);
    enum inspect_result result = inspect_verify(target, hear, NULL, &verdict, &error);
    if (result != INSPECT_OK) {
        printf("error %s\n", error.sentence);
    }
    printf("faults %" PRIu64 "\n", verdict.faults);
    inspect_close(target);
    return (int)result;
}
