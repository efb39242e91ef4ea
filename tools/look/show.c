/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside show`: the lists of a process or a core; a table of all, or some in full. */
#include "look_json.h"

#include <stdlib.h>

static const char description[] =
    "Show the lookaside lists of a running process or of a core dump: how many entries of each are "
    "live, cached and free. With LIST, show these in full: first what WinDbg's !lookaside would, "
    "then the owner, why misses happened, what the tuner did, where the memory is, and each "
    "thread's magazine."
    "\vPROCESS is a process ID, CORE a file. LIST is a name, a tag, or the address of a "
    "lookaside_list. The program may be stripped. It is not stopped, and nothing of it is changed."
    "\n\n"
    "Exit status: 2 what was found makes no sense, 3 no such process, file or list, 4 no "
    "permission, 5 no lists, 6 the core is cut, 7 of a newer library, 8 not a core, 125 wrong "
    "usage.";

static const struct argp_option options[] = {
    {"sort", 's', "FIGURE", 0,
     "sort by name, tag, live, cached, free, mapped or any figure of `lookaside explain`", 0},
    {"limit", 'n', "N", 0, "show at most N lists", 0},
    {"full", 'f', NULL, 0, "every list in full", 0},
    {"json", 'j', NULL, 0, "as JSON, every list in full", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

struct settings {
    const char *target;
    const char **lists; /* words, list_count of them */
    size_t list_count;
    size_t list_capacity;
    const char *sort;
    size_t limit; /* 0: none */
    bool full;
    bool json;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case 's':
        look_check_sort_key(state, argument);
        settings->sort = argument;
        return 0;
    case 'n':
        settings->limit = arguments_number(state, argument, 1, 1000000);
        return 0;
    case 'f':
        settings->full = true;
        return 0;
    case 'j':
        settings->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (settings->target == NULL) {
            settings->target = argument;
            return 0;
        }
        settings->lists = tool_grow(settings->lists, settings->list_count, &settings->list_capacity,
                                    sizeof(*settings->lists));
        settings->lists[settings->list_count++] = argument;
        return 0;
    case ARGP_KEY_END:
        if (settings->target == NULL) {
            argp_error(state, "which process or core? `lookaside ps` tells who has lists");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Each word must mean a list before anything is printed. */
static void check_words(const struct settings *settings, const struct inspect_snapshot *snapshot)
{
    for (size_t word = 0; word < settings->list_count; word++) {
        size_t i = 0;
        while (i < snapshot->list_count &&
               !inspect_list_is(&snapshot->lists[i], settings->lists[word])) {
            i++;
        }
        if (i == snapshot->list_count) {
            look_no_such_list(snapshot, settings->lists[word]);
        }
    }
}

static bool wanted(const struct settings *settings, const struct inspect_list *list)
{
    for (size_t word = 0; word < settings->list_count; word++) {
        if (inspect_list_is(list, settings->lists[word])) {
            return true;
        }
    }
    return settings->list_count == 0;
}

/* Calls what it is given for each list that was asked for. */
static void each_wanted(const struct settings *settings, const struct inspect_snapshot *snapshot,
                        void (*show)(void *context, const struct inspect_list *list), void *context)
{
    size_t shown = 0;

    for (size_t i = 0; i < snapshot->list_count; i++) {
        bool room = settings->limit == 0 || shown < settings->limit;
        if (room && wanted(settings, &snapshot->lists[i])) {
            show(context, &snapshot->lists[i]);
            shown++;
        }
    }
}

struct showing {
    struct inspect_target *target;
    const struct inspect_snapshot *snapshot;
    struct inspect_text text;
    json_t *lists;
};

static void show_full(void *context, const struct inspect_list *list)
{
    struct showing *showing = context;

    inspect_text_list(&showing->text, showing->target, showing->snapshot, list);
}

static void show_json(void *context, const struct inspect_list *list)
{
    struct showing *showing = context;

    json_array_append_new(showing->lists, look_json_list(showing->target, list));
}

static void print_json(const struct settings *settings, struct showing *showing)
{
    json_t *document = look_json_document("lookaside-show/1");

    showing->lists = json_array();
    each_wanted(settings, showing->snapshot, show_json, showing);
    look_json_set(document, "target", look_json_target(showing->target));
    look_json_set(document, "copies", look_json_copies(showing->snapshot));
    look_json_set(document, "moved", json_boolean(showing->snapshot->moved));
    look_json_set(document, "lists", showing->lists);
    look_json_print(document);
}

int show_command(int argc, char **argv)
{
    static const struct argp argp = {options, parse, "PROCESS|CORE [LIST...]", description, NULL,
                                     NULL,    NULL};
    struct settings settings = {0};

    arguments_parse(&argp, argc, argv, 0, &settings);
    struct inspect_target *target = look_open(settings.target);
    struct inspect_snapshot *snapshot = look_snapshot(target);
    check_words(&settings, snapshot);
    if (settings.sort != NULL) {
        look_sort(snapshot, settings.sort);
    }
    struct showing showing = {target, snapshot, look_text(stdout), NULL};
    if (settings.json) {
        print_json(&settings, &showing);
    } else if (settings.full || settings.list_count > 0) {
        each_wanted(&settings, snapshot, show_full, &showing);
    } else {
        inspect_text_lists(&showing.text, target, snapshot, settings.limit);
    }
    look_finish(stdout);
    inspect_free_snapshot(snapshot);
    inspect_close(target);
    free(settings.lists);
    return 0;
}
