/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The report for a program: one JSON object, with all rows, whatever --top says. */
#include "report.h"

#include "../tool.h"
#include "list_name.h"

#include <string.h>

static void set(json_t *object, const char *name, json_t *value)
{
    if (value == NULL || json_object_set_new(object, name, value) != 0) {
        json_object_set_new(object, name, json_null()); /* a text that is no UTF-8 */
    }
}

static void set_count(json_t *object, const char *name, uint64_t value)
{
    set(object, name, json_integer((json_int_t)value));
}

static void set_text(json_t *object, const char *name, const char *text)
{
    set(object, name, text != NULL ? json_string(text) : json_null());
}

static json_t *run_object(const struct report *report)
{
    const struct run_facts *facts = &report->recording->facts;
    json_t *run = json_object();
    json_t *command = json_array();

    for (char **word = facts->command; *word != NULL; word++) {
        json_t *text = json_string(*word);
        json_array_append_new(command, text != NULL ? text : json_null());
    }
    set(run, "command", command);
    set(run, "exit_status", json_integer(facts->status));
    set(run, "signal", json_integer(facts->signal));
    set(run, "elapsed_seconds", json_real(facts->elapsed_seconds));
    set(run, "cpu_seconds", json_real(facts->cpu_seconds));
    set(run, "baseline_cpu_seconds",
        facts->baseline_seconds > 0 ? json_real(facts->baseline_seconds) : json_null());
    return run;
}

static json_t *totals_object(const struct report *report)
{
    const struct totals *totals = &report->analysis->totals;
    json_t *object = json_object();

    set_count(object, "allocations", totals->allocations + totals->only_counted);
    set_count(object, "recorded_allocations", totals->allocations);
    set_count(object, "recorded_frees", totals->frees);
    set_count(object, "recorded_bytes", totals->bytes);
    set_count(object, "from_realloc", totals->resizes);
    set_count(object, "never_freed", totals->never_freed);
    set_count(object, "frees_of_unknown_blocks", totals->unknown_frees);
    set_count(object, "frees_not_seen", totals->unseen_frees);
    set_count(object, "processes", totals->processes);
    set_count(object, "threads", totals->threads);
    set_count(object, "lost_processes", report->recording->lost_processes);
    set_count(object, "lost_threads", totals->lost_threads);
    set_count(object, "limit_bytes", report->recording->limit);
    set(object, "recorder_seconds", json_real(totals->recorder_ns / 1e9));
    return object;
}

static json_t *measurement_object(const struct measurement *measured)
{
    if (measured->allocations == 0) {
        return json_null();
    }
    json_t *object = json_object();
    set_count(object, "allocations", measured->allocations);
    set(object, "malloc_ns", json_real(measured->malloc_ns));
    set(object, "list_ns", json_real(measured->list_ns));
    set(object, "hit_rate", json_real(measured->hit_rate));
    return object;
}

static json_t *location_object(const struct location *location)
{
    json_t *object = json_object();

    set_text(object, "function", location->function);
    set_text(object, "file", location->file);
    set(object, "line", location->file != NULL ? json_integer(location->line) : json_null());
    set_text(object, "module", location->module);
    set_count(object, "offset", location->offset);
    return object;
}

static json_t *row_object(const struct advice *advice)
{
    const struct row *row = advice->row;
    json_t *object = json_object();

    set(object, "site", location_object(row->location));
    set_count(object, "size", row->size);
    set_count(object, "count", row->count);
    set_count(object, "freed", row->freed);
    set_count(object, "zeroed", row->zeroed);
    set_count(object, "aligned", row->aligned);
    set_count(object, "resized", row->resized);
    set_count(object, "handed_over", row->handed_over);
    set_count(object, "peak_live", row->peak);
    bool freed = row->freed > 0;
    set(object, "median_life_ns",
        freed ? json_integer((json_int_t)histogram_median(&row->life_ns)) : json_null());
    set(object, "median_life_allocations",
        freed ? json_integer((json_int_t)histogram_median(&row->life_allocations)) : json_null());
    set(object, "replay", measurement_object(&advice->measured));
    set(object, "saved_ns",
        advice->measured.allocations > 0 ? json_real(advice->saved_ns) : json_null());
    set(object, "saved_bytes", json_integer(advice->saved_bytes));
    set_text(object, "verdict", verdict_word(advice->verdict));
    set_text(object, "declaration", advice->declaration);
    set_text(object, "initialisation", advice->initialisation);
    return object;
}

void report_as_json(const struct report *report, FILE *to)
{
    json_t *whole = json_object();
    json_t *rows = json_array();

    for (size_t i = 0; i < report->advices->count; i++) {
        symbols_name(report->recording->symbols, report->advices->items[i].row->location);
        json_array_append_new(rows, row_object(&report->advices->items[i]));
    }
    set_text(whole, "schema", "lookaside-advise/1");
    set(whole, "run", run_object(report));
    set(whole, "totals", totals_object(report));
    set(whole, "together", measurement_object(&report->advices->together));
    set_text(whole, "replay_trouble", report->advices->trouble);
    set(whole, "rows", rows);
    if (json_dumpf(whole, to, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) != 0) {
        tool_fail("cannot write the report");
    }
    fputc('\n', to);
    json_decref(whole);
}
