/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The report for a person, at most 100 columns wide: what happened, the table, the code, the rules. */
#include "report.h"

#include "../tool.h"
#include "list_name.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 100
#define INDENT 15 /* of a continued line: under the text, not the word */

struct paint {
    const char *bold, *good, *dim, *plain;
};

static struct paint paint_for(FILE *to)
{
    static const struct paint colours = {"\033[1m", "\033[32m", "\033[2m", "\033[0m"};
    static const struct paint none = {"", "", "", ""};

    return tool_wants_colour(to) ? colours : none;
}

/* "1234567" as "1 234 567". */
static const char *grouped(char *buffer, size_t size, uint64_t value)
{
    char digits[32];
    size_t length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, value);
    size_t to = 0;

    for (size_t i = 0; i < length && to + 2 < size; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            buffer[to++] = ' ';
        }
        buffer[to++] = digits[i];
    }
    buffer[to] = '\0';
    return buffer;
}

static const char *short_time(char *buffer, size_t size, double ns)
{
    static const struct {
        double ns;
        const char *unit;
    } units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
    size_t i = 0;

    while (i < 3 && ns < units[i].ns * 0.9995) {
        i++;
    }
    double value = ns / units[i].ns;
    snprintf(buffer, size, "%.*f %s", value < 9.95 && i < 3 ? 1 : 0, value, units[i].unit);
    return buffer;
}

static double percent(double part, double whole)
{
    return whole > 0 ? 100 * part / whole : 0;
}

/* ---- What happened ----------------------------------------------------------------------------- */

static void tell_run(const struct report *report, FILE *to)
{
    const struct run_facts *facts = &report->recording->facts;
    const struct totals *totals = &report->analysis->totals;
    size_t width = INDENT;

    fprintf(to, "  program      ");
    for (char **word = facts->command; *word != NULL; word++) {
        width += strlen(*word) + 1;
        if (width > COLUMNS - 4) {
            fprintf(to, "...");
            break;
        }
        fprintf(to, "%s ", *word);
    }
    if (facts->signal != 0) {
        fprintf(to, "\n               died by signal %d (%s)", facts->signal,
                strsignal(facts->signal));
    } else {
        fprintf(to, "\n               exit status %d", facts->status);
    }
    fprintf(to, " after %.2f s, %.2f s of CPU time; %" PRIu64 " process%s, %" PRIu64 " thread%s\n",
            facts->elapsed_seconds, facts->cpu_seconds, totals->processes,
            totals->processes == 1 ? "" : "es", totals->threads, totals->threads == 1 ? "" : "s");
}

static void tell_recorded(const struct report *report, FILE *to)
{
    const struct totals *totals = &report->analysis->totals;
    char a[32];
    char b[32];
    uint64_t all = totals->allocations + totals->only_counted;

    if (totals->only_counted == 0) {
        fprintf(to, "  recorded     all %s allocations and %s frees\n",
                grouped(a, sizeof(a), totals->allocations), grouped(b, sizeof(b), totals->frees));
    } else {
        fprintf(to,
                "  recorded     the first %s of %s allocations (%.1f %%): the limit of %" PRIu64
                " MiB\n               was reached. Everything below is about these\n",
                grouped(a, sizeof(a), totals->allocations), grouped(b, sizeof(b), all),
                percent((double)totals->allocations, (double)all), report->recording->limit >> 20);
    }
    if (totals->resizes > 0) {
        fprintf(to, "               %s of the allocations came from realloc\n",
                grouped(a, sizeof(a), totals->resizes));
    }
    if (totals->unknown_frees > 0) {
        fprintf(to, "               %s frees of blocks from before the recording were left out\n",
                grouped(a, sizeof(a), totals->unknown_frees));
    }
    if (totals->lost_threads > 0 || report->recording->lost_processes > 0) {
        fprintf(to,
                "               NOT recorded: %" PRIu64 " threads and %" PRIu64
                " processes beyond the recorder's limits\n",
                totals->lost_threads, report->recording->lost_processes);
    }
}

/* CPU seconds of the program without the recorder, as far as is known. */
static double own_seconds(const struct report *report)
{
    const struct run_facts *facts = &report->recording->facts;
    double cost = report->analysis->totals.recorder_ns / 1e9;

    if (facts->baseline_seconds > 0) {
        return facts->baseline_seconds;
    }
    return facts->cpu_seconds > cost ? facts->cpu_seconds - cost : facts->cpu_seconds;
}

static void tell_slow_down(const struct report *report, FILE *to)
{
    const struct run_facts *facts = &report->recording->facts;
    const struct totals *totals = &report->analysis->totals;
    double calls = (double)(totals->allocations + totals->frees + totals->unknown_frees);
    double own = own_seconds(report);
    double times = own > 0 ? facts->cpu_seconds / own : 1;

    if (facts->baseline_seconds > 0) {
        fprintf(to,
                "  slow-down    %.2f times: %.2f s of CPU time with the recorder, %.2f s without\n",
                times, facts->cpu_seconds, facts->baseline_seconds);
        return;
    }
    if (totals->only_counted > 0) {
        fprintf(
            to,
            "  slow-down    about %.0f ns a call while recording, %.2f s of CPU time in all; less "
            "after the\n               limit (estimated from a sample; --baseline measures it)\n",
            totals->recorder_ns / calls, totals->recorder_ns / 1e9);
        return;
    }
    fprintf(to,
            "  slow-down    about %.2f times: %.0f ns a call, %.2f s of CPU time in all\n"
            "               (estimated from a sample; --baseline measures it)\n",
            times, totals->recorder_ns / calls, totals->recorder_ns / 1e9);
}

static void tell_gain(const struct report *report, FILE *to)
{
    const struct measurement *together = &report->advices->together;
    double saved = (together->malloc_ns - together->list_ns) * (double)together->allocations;
    double own = own_seconds(report);
    char time[TOOL_SHORT];

    short_time(time, sizeof(time), saved);
    if (report->analysis->totals.only_counted > 0) {
        fprintf(to, "  gain         %s in the recorded part\n", time);
    } else {
        fprintf(to, "  gain         %s of the program's %.2f s of CPU time (%.1f %%)\n", time, own,
                percent(saved / 1e9, own));
    }
}

static void tell_replayed(const struct report *report, FILE *to)
{
    const struct advices *advices = report->advices;
    const struct measurement *together = &advices->together;
    char a[32];

    if (advices->trouble != NULL) {
        fprintf(to, "  replay       FAILED: %s\n", advices->trouble);
    }
    if (together->allocations > 0) {
        fprintf(
            to,
            "  replayed     %s of the allocations (%.0f %%), through %zu list%s at "
            "once: an allocation\n               and its free take malloc %.1f ns, lists "
            "%.1f ns; %.1f %% of allocations are hits\n",
            grouped(a, sizeof(a), together->allocations),
            percent((double)together->allocations, (double)report->analysis->totals.allocations),
            advices->lists, advices->lists == 1 ? "" : "s", together->malloc_ns, together->list_ns,
            100 * together->hit_rate);
        tell_gain(report, to);
    }
}

/* ---- The table --------------------------------------------------------------------------------- */

static void print_row(const struct advice *advice, size_t number, const struct paint *paint,
                      FILE *to)
{
    const struct row *row = advice->row;
    char count[TOOL_SHORT];
    char peak[TOOL_SHORT];
    char life[TOOL_SHORT] = "-";
    char life_allocations[TOOL_SHORT] = "-";
    char hits[TOOL_SHORT] = "-";
    char with_malloc[TOOL_SHORT] = "-";
    char with_list[TOOL_SHORT] = "-";
    char time[TOOL_SHORT] = "-";
    char bytes[TOOL_SHORT];

    tool_short_count(count, sizeof(count), (double)row->count);
    tool_short_count(peak, sizeof(peak), (double)row->peak);
    if (row->freed > 0) {
        short_time(life, sizeof(life), (double)histogram_median(&row->life_ns));
        tool_short_count(life_allocations, sizeof(life_allocations),
                         (double)histogram_median(&row->life_allocations));
    }
    tool_short_count(bytes, sizeof(bytes), (double)advice->saved_bytes);
    if (advice->measured.allocations > 0) {
        snprintf(hits, sizeof(hits), "%.1f%%", 100 * advice->measured.hit_rate);
        snprintf(with_malloc, sizeof(with_malloc), "%.1f", advice->measured.malloc_ns);
        snprintf(with_list, sizeof(with_list), "%.1f", advice->measured.list_ns);
        if (advice->saved_ns > 0) {
            short_time(time, sizeof(time), advice->saved_ns);
        }
    }
    char *where = location_text(row->location);
    const char *colour = advice->verdict == VERDICT_LIST ? paint->good : paint->plain;
    fprintf(to, "%4zu  %6u %7s %7s %8s %7s %7s %7s %6s %8s %7s  %s%s%s\n", number, row->size, count,
            peak, life, life_allocations, hits, with_malloc, with_list, time, bytes, colour,
            verdict_word(advice->verdict), paint->plain);
    fprintf(to, "      %.*s\n", COLUMNS - 6, where);
    free(where);
}

static void print_table(const struct report *report, const struct paint *paint, FILE *to)
{
    size_t shown =
        report->advices->count < report->limits->top ? report->advices->count : report->limits->top;

    fprintf(to,
            "\n%s              allo-    peak    median  life, in       ns a pair with        "
            "saved\n   #    size cations    live      life  allocs    hits  malloc   list     "
            "time   bytes  verdict%s\n",
            paint->bold, paint->plain);
    for (size_t i = 0; i < shown; i++) {
        print_row(&report->advices->items[i], i + 1, paint, to);
    }
    if (shown < report->advices->count) {
        fprintf(to, "%s      %zu more rows: --top N shows more%s\n", paint->dim,
                report->advices->count - shown, paint->plain);
    }
}

/* The verdicts that the shown rows have. */
static void print_legend(const struct report *report, const struct paint *paint, FILE *to)
{
    bool used[VERDICT_COUNT] = {false};

    for (size_t i = 0; i < report->advices->count && i < report->limits->top; i++) {
        used[report->advices->items[i].verdict] = true;
    }
    fputc('\n', to);
    for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++) {
        if (used[verdict]) {
            fprintf(to, "%s  %-12s %s%s\n", paint->dim, verdict_word(verdict),
                    verdict_sentence(verdict), paint->plain);
        }
    }
}

static void print_code(const struct report *report, const struct paint *paint, FILE *to)
{
    const struct advices *advices = report->advices;

    if (advices->lists == 0) {
        fprintf(to, "\nNo call site deserves a list.\n");
        return;
    }
    fprintf(to,
            "\n%sThe code to write%s; then lookaside_alloc and lookaside_free in place of malloc "
            "and free:\n",
            paint->bold, paint->plain);
    for (size_t i = 0; i < advices->lists && i < report->limits->top; i++) {
        const struct advice *advice = &advices->items[i];
        char *where = location_text(advice->row->location);
        fprintf(to, "\n  /* %zu: %.*s%s */\n  %s\n  %s\n", i + 1, COLUMNS - 16, where,
                advice->row->zeroed > 0 ? "; zeroed: memset the entry" : "", advice->declaration,
                advice->initialisation);
        free(where);
    }
}

void report_as_text(const struct report *report, FILE *to)
{
    struct paint paint = paint_for(to);

    fprintf(to, "%slookaside advise%s\n\n", paint.bold, paint.plain);
    tell_run(report, to);
    if (report->analysis->totals.allocations == 0) {
        fprintf(to, "\nNo allocation was recorded. The program allocates nothing, or it is linked "
                    "statically, or it is\nset-uid, or it brings its own malloc.\n");
        return;
    }
    tell_recorded(report, to);
    tell_slow_down(report, to);
    tell_replayed(report, to);
    print_table(report, &paint, to);
    print_legend(report, &paint, to);
    print_code(report, &paint, to);
}
