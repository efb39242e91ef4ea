/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside ps`: who has lists, and what they hold together. */
#include "../inspect/text_out.h"
#include "look_json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

static const char description[] =
    "List the running processes that have lookaside lists, with what their lists hold together."
    "\vProcesses that may not be looked at are counted: as root, or with the capability "
    "CAP_SYS_PTRACE, all are seen. Exit status: 5 when no process has lists.";

static const struct argp_option options[] = {
    {"json", 'j', NULL, 0, "as JSON", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

/* What the lists of one process hold together. */
struct row {
    pid_t pid;
    char *command;
    char version[16]; /* of its first copy of the library */
    uint64_t lists;
    uint64_t free; /* entries in slabs */
    lookaside_statistics sum;
    bool moved;
};

struct rows {
    struct row *items;
    size_t count;
    size_t capacity;
    size_t unreadable; /* processes with lists that could not be read to the end */
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key == 'j') {
        *(bool *)state->input = true;
        return 0;
    }
    if (key == ARGP_KEY_ARG) {
        argp_error(state, "`ps` lists all processes; `lookaside show %s` shows one", argument);
    }
    return ARGP_ERR_UNKNOWN;
}

static void add_sums(struct row *row, const struct row *other)
{
    row->lists += other->lists;
    row->free += other->free;
    row->moved = row->moved || other->moved;
    row->sum.live_entries += other->sum.live_entries;
    row->sum.current_depth += other->sum.current_depth;
    row->sum.mapped_bytes += other->sum.mapped_bytes;
    row->sum.live_bytes += other->sum.live_bytes;
    row->sum.total_allocates += other->sum.total_allocates;
    row->sum.allocate_misses += other->sum.allocate_misses;
}

static void sum_up(const struct inspect_snapshot *snapshot, struct row *row)
{
    for (size_t i = 0; i < snapshot->list_count; i++) {
        const struct inspect_list *list = &snapshot->lists[i];
        struct row one = {.lists = 1, .free = list->slab_free, .moved = list->moved};
        one.sum = list->statistics;
        add_sums(row, &one);
    }
    if (snapshot->copy_count > 0) {
        snprintf(row->version, sizeof(row->version), "%s", snapshot->copies[0].version);
    }
}

static void found(void *context, struct inspect_target *target)
{
    struct rows *rows = context;
    struct inspect_error error;
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &error);

    if (snapshot == NULL) {
        rows->unreadable += error.result != INSPECT_NOT_FOUND; /* it has ended meanwhile */
        return;
    }
    rows->items = tool_grow(rows->items, rows->count, &rows->capacity, sizeof(*rows->items));
    struct row *row = &rows->items[rows->count++];
    row->pid = inspect_pid(target);
    row->command = tool_format("%s", inspect_command(target));
    sum_up(snapshot, row);
    inspect_free_snapshot(snapshot);
}

static void add_row(struct text_table *table, const struct row *row)
{
    const lookaside_statistics *sum = &row->sum;
    char figure[TEXT_FIGURE];

    text_table_add(table, "%" PRIu64, row->lists);
    text_table_add(table, "%" PRIu64, sum->live_entries);
    text_table_add(table, "%" PRIu64, sum->current_depth);
    text_table_add(table, "%" PRIu64, row->free);
    text_table_add(table, "%s",
                   text_hit_rate(figure, sum->total_allocates, sum->allocate_misses, 2));
    text_table_add(table, "%s", text_bytes(figure, sum->live_bytes));
    text_table_add(table, "%s", text_bytes(figure, sum->mapped_bytes));
}

static void print_table(const struct rows *rows)
{
    static const struct text_column columns[] = {
        {"PID", false},    {"COMMAND", true}, {"VERSION", true}, {"LISTS", false},
        {"LIVE", false},   {"CACHED", false}, {"FREE", false},   {"HIT", false},
        {"IN USE", false}, {"MAPPED", false}};
    struct text_table *table = text_table_new(columns, sizeof(columns) / sizeof(columns[0]));
    struct inspect_text to = look_text(stdout);
    struct row all = {0};

    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->items[i];
        text_table_add(table, "%ld", (long)row->pid);
        text_table_add(table, "%s%s", row->command, row->moved ? " ~" : "");
        text_table_add(table, "%s", row->version);
        add_row(table, row);
        add_sums(&all, row);
    }
    if (rows->count > 1) {
        text_table_add(table, "%s", "");
        text_table_add(table, "%zu processes", rows->count);
        text_table_add(table, "%s", "");
        add_row(table, &all);
    }
    text_table_write(table, &to);
    text_table_free(table);
}

static void print_rest(const struct rows *rows, size_t hidden)
{
    bool moved = false;

    for (size_t i = 0; i < rows->count; i++) {
        moved = moved || rows->items[i].moved;
    }
    if (moved) {
        puts("~ changed while it was read: its figures may not fit each other.");
    }
    if (rows->unreadable > 0) {
        printf("%zu process%s with lists could not be read; `lookaside show PID` says why.\n",
               rows->unreadable, rows->unreadable == 1 ? "" : "es");
    }
    if (hidden > 0) {
        printf("%zu process%s hidden: no permission%s.\n", hidden, hidden == 1 ? " is" : "es are",
               geteuid() == 0 ? "" : ", root sees more");
    }
}

static void print_json(const struct rows *rows, size_t hidden)
{
    json_t *document = look_json_document("lookaside-ps/1");
    json_t *processes = json_array();

    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->items[i];
        json_t *object = json_object();
        look_json_set(object, "pid", json_integer(row->pid));
        look_json_set(object, "command", look_json_text(row->command));
        look_json_set(object, "version", look_json_text(row->version));
        look_json_set(object, "lists", look_json_number(row->lists));
        look_json_set(object, "live_entries", look_json_number(row->sum.live_entries));
        look_json_set(object, "current_depth", look_json_number(row->sum.current_depth));
        look_json_set(object, "slab_free", look_json_number(row->free));
        look_json_set(object, "total_allocates", look_json_number(row->sum.total_allocates));
        look_json_set(object, "allocate_misses", look_json_number(row->sum.allocate_misses));
        look_json_set(object, "live_bytes", look_json_number(row->sum.live_bytes));
        look_json_set(object, "mapped_bytes", look_json_number(row->sum.mapped_bytes));
        look_json_set(object, "moved", json_boolean(row->moved));
        json_array_append_new(processes, object);
    }
    look_json_set(document, "hidden", look_json_number(hidden));
    look_json_set(document, "unreadable", look_json_number(rows->unreadable));
    look_json_set(document, "processes", processes);
    look_json_print(document);
}

int ps_command(int argc, char **argv)
{
    static const struct argp argp = {options, parse, NULL, description, NULL, NULL, NULL};
    struct rows rows = {0};
    bool json = false;

    arguments_parse(&argp, argc, argv, 0, &json);
    size_t hidden = inspect_each_process(found, &rows);
    if (json) {
        print_json(&rows, hidden);
    } else {
        if (rows.count > 0) {
            print_table(&rows);
        } else {
            fputs("lookaside: no process that could be looked at has lists\n", stderr);
        }
        print_rest(&rows, hidden);
        look_finish(stdout);
    }
    for (size_t i = 0; i < rows.count; i++) {
        free(rows.items[i].command);
    }
    free(rows.items);
    return rows.count > 0 ? INSPECT_OK : INSPECT_NO_LISTS;
}
