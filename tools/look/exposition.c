/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The figures in Prometheus's text format: for each metric HELP, TYPE, and a line for each list.
 *
 * Each scrape reads anew; nothing is kept between two. A list that did not hold still is left out
 * of that scrape, and counted: figures that do not fit each other could make a counter fall, which
 * Prometheus would take for a restart. A list is known by its process and address, so two lists may
 * have the same name. */
#include "exposition.h"

#include "../inspect/text_out.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* One list of one process, with the labels that all of its lines have. */
struct source {
    char *labels;
    struct inspect_list list;
};

struct scrape {
    struct source *sources;
    size_t count;
    size_t capacity;
    size_t processes;
    size_t moved;
    size_t failed; /* processes that could not be read */
    size_t hidden;
    double seconds;
};

/* A label's value: quotes, backslashes and newlines are escaped. */
static void put_label(FILE *to, const char *name, const char *value)
{
    fprintf(to, "%s=\"", name);
    for (; *value != '\0'; value++) {
        if (*value == '\n') {
            fputs("\\n", to);
        } else {
            fprintf(to, *value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
        }
    }
    fputc('"', to);
}

static FILE *open_text(char **text, size_t *length)
{
    FILE *to = open_memstream(text, length);

    if (to == NULL) {
        tool_fail("out of memory");
    }
    return to;
}

static void close_text(FILE *to)
{
    if (fclose(to) != 0) {
        tool_fail("out of memory");
    }
}

static char *labels_of(const struct inspect_target *target, const struct inspect_list *list)
{
    char tag[TEXT_FIGURE];
    char *text;
    size_t length;
    FILE *to = open_text(&text, &length);

    fprintf(to, "pid=\"%ld\",", (long)inspect_pid(target));
    put_label(to, "command", inspect_command(target));
    fputc(',', to);
    put_label(to, "list", list->statistics.name);
    fputc(',', to);
    put_label(to, "tag", text_tag(tag, list->statistics.tag));
    fprintf(to, ",address=\"0x%" PRIx64 "\"", list->handle);
    close_text(to);
    return text;
}

static void found(void *context, struct inspect_target *target)
{
    struct scrape *scrape = context;
    struct inspect_error error;
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &error);

    if (snapshot == NULL) {
        scrape->failed++;
        return;
    }
    for (size_t i = 0; i < snapshot->list_count; i++) {
        if (snapshot->lists[i].moved) {
            scrape->moved++;
            continue;
        }
        scrape->sources =
            tool_grow(scrape->sources, scrape->count, &scrape->capacity, sizeof(*scrape->sources));
        struct source *source = &scrape->sources[scrape->count++];
        source->labels = labels_of(target, &snapshot->lists[i]);
        source->list = snapshot->lists[i];
        source->list.magazines = NULL;
        source->list.unknown = NULL;
    }
    scrape->processes++;
    inspect_free_snapshot(snapshot);
}

static void read_all(struct scrape *scrape, const pid_t *pids, size_t count)
{
    uint64_t start = tool_clock();

    if (count == 0) {
        scrape->hidden = inspect_each_process(found, scrape);
    }
    for (size_t i = 0; i < count; i++) {
        struct inspect_error error;
        struct inspect_target *target = inspect_open_process(pids[i], &error);
        if (target == NULL) {
            scrape->failed++;
            continue;
        }
        found(scrape, target);
        inspect_close(target);
    }
    scrape->seconds = (double)(tool_clock() - start) / 1e9;
}

static void put_heading(FILE *to, const char *name, const char *type, const char *help)
{
    fprintf(to, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_metric(FILE *to, const struct metric *metric, const struct scrape *scrape)
{
    put_heading(to, metric->name, metric->type, metric->help);
    for (size_t i = 0; i < counter_count; i++) {
        const struct counter *counter = &counters[i];
        for (size_t s = 0; counter->metric == metric && s < scrape->count; s++) {
            const struct source *source = &scrape->sources[s];
            fprintf(to, "%s{%s", metric->name, source->labels);
            if (counter->label_name != NULL) {
                fprintf(to, ",%s=\"%s\"", counter->label_name, counter->label_value);
            }
            fprintf(to, "} %" PRIu64 "\n", counter_value(counter, &source->list));
        }
    }
}

static void put_scrape(FILE *to, const struct scrape *scrape)
{
    const struct {
        const char *name;
        const char *help;
        double value;
    } lines[] = {
        {"lookaside_processes", "Processes with lists that were read.", (double)scrape->processes},
        {"lookaside_processes_hidden", "Processes that may not be looked at.",
         (double)scrape->hidden},
        {"lookaside_processes_failed", "Processes that could not be read this time.",
         (double)scrape->failed},
        {"lookaside_lists_moved", "Lists left out because they changed while they were read.",
         (double)scrape->moved},
        {"lookaside_scrape_duration_seconds", "Time it took to read all lists.", scrape->seconds},
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        put_heading(to, lines[i].name, "gauge", lines[i].help);
        fprintf(to, "%s %.9g\n", lines[i].name, lines[i].value);
    }
}

void exposition_of(const pid_t *pids, size_t count, char **text, size_t *length)
{
    struct scrape scrape = {0};
    FILE *to = open_text(text, length);

    read_all(&scrape, pids, count);
    for (size_t i = 0; i < metric_count; i++) {
        put_metric(to, &metrics[i], &scrape);
    }
    put_scrape(to, &scrape);
    close_text(to);
    for (size_t i = 0; i < scrape.count; i++) {
        free(scrape.sources[i].labels);
    }
    free(scrape.sources);
}
