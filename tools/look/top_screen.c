/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The screen of `lookaside top`:
 *
 *     a line about everything, one about memory, the table, and a line of keys. */
#include "top_screen.h"

#include "../inspect/printable.h"
#include "../inspect/text_out.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum pair { MARKED = 1 };

/* ---- Rows ------------------------------------------------------------------------------------ */

/* The greatest figures first, words from A to Z; what is equal stays in order. */
static int by_column(const void *left, const void *right, void *context)
{
    const struct watched *a = *(const struct watched *const *)left;
    const struct watched *b = *(const struct watched *const *)right;
    const struct top_view *view = context;
    const struct top_column *column = &top_columns[view->sort];
    int order;

    if (column->form == TOP_TEXT) {
        char first[TOP_CELL];
        top_format(column, a, first); /* both texts may be in the same buffer */
        order = strcasecmp(first, column->text(b));
    } else {
        double difference = column->value(b) - column->value(a);
        order = difference > 0 ? 1 : difference < 0 ? -1 : 0;
    }
    if (order == 0) {
        order = a->pid - b->pid;
        return order != 0 ? order : a->list.handle < b->list.handle ? -1 : 1;
    }
    return view->reversed ? -order : order;
}

static const struct watched **rows_of(struct top_view *view, size_t *count)
{
    const struct watched **rows = tool_allocate(view->watch->count, sizeof(*rows));

    *count = 0;
    for (size_t i = 0; i < view->watch->count; i++) {
        if (top_list_contains(&view->watch->lists[i], view->filter)) {
            rows[(*count)++] = &view->watch->lists[i];
        }
    }
    qsort_r(rows, *count, sizeof(*rows), by_column, view);
    return rows;
}

/* ---- Cells ----------------------------------------------------------------------------------- */

/* Cut or filled up to the width; words to the left. */
static void draw_cell(const char *cell, int width, bool left)
{
    int used = 0;
    int bytes = 0;

    while (cell[bytes] != '\0') {
        size_t columns;
        int length = (int)printable_character(cell + bytes, &columns);
        if (used + (int)columns > width) {
            break;
        }
        used += (int)columns;
        bytes += length;
    }
    printw("%*s", left ? 0 : width - used, "");
    addnstr(cell, bytes);
    printw("%*s ", left ? width - used : 0, "");
}

static void draw_headings(const struct top_view *view, const struct top_layout *layout, int line)
{
    move(line, 0);
    attron(A_REVERSE);
    for (size_t i = 0; i < top_column_count; i++) {
        if (layout->widths[i] > 0) {
            attron(i == view->sort ? A_BOLD | A_UNDERLINE : A_NORMAL);
            draw_cell(top_columns[i].heading, layout->widths[i], top_columns[i].form == TOP_TEXT);
            attroff(A_BOLD | A_UNDERLINE);
        }
    }
    for (int x = getcurx(stdscr); x < COLS && getcury(stdscr) == line; x++) {
        addch(' ');
    }
    attroff(A_REVERSE);
}

static void draw_row(const struct top_layout *layout, const struct watched *list, int line)
{
    char cell[TOP_CELL];
    bool grows = watched_grows(list);

    move(line, 0);
    for (size_t i = 0; i < top_column_count; i++) {
        if (layout->widths[i] > 0) {
            const struct top_column *column = &top_columns[i];
            top_format(column, list, cell);
            attron(grows && column->of_growth ? COLOR_PAIR(MARKED) | A_BOLD : A_NORMAL);
            draw_cell(cell, layout->widths[i], column->form == TOP_TEXT);
            attroff(COLOR_PAIR(MARKED) | A_BOLD);
        }
    }
    if (list->list.moved) {
        addch('~');
    }
    if (grows) {
        attron(COLOR_PAIR(MARKED) | A_BOLD);
        addch('+');
        attroff(COLOR_PAIR(MARKED) | A_BOLD);
    }
}

/* ---- The whole ------------------------------------------------------------------------------- */

/* One line of text, cut where the terminal ends. */
static void draw_line(int line, const char *format, ...) TOOL_PRINTF(2, 3);
static void draw_line(int line, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    /* clang-tidy 14 does not see va_start. */
    vsnprintf(text, sizeof(text), format, /* NOLINT(clang-analyzer-valist.Uninitialized) */
              arguments);
    va_end(arguments);
    mvaddnstr(line, 0, text, COLS);
}

struct sums {
    double allocates, frees, misses;
    uint64_t mapped, live, cached, free;
};

static struct sums sum_up(const struct watch *watch)
{
    struct sums sums = {0};

    for (size_t i = 0; i < watch->count; i++) {
        const lookaside_statistics *s = &watch->lists[i].list.statistics;
        sums.allocates += watch->lists[i].allocates;
        sums.frees += watch->lists[i].frees;
        sums.misses += watch->lists[i].misses;
        sums.mapped += s->mapped_bytes;
        sums.live += s->live_bytes;
        sums.cached += s->magazine_bytes + s->depot_bytes;
        sums.free += s->slab_free_bytes;
    }
    return sums;
}

static void draw_summary(const struct top_view *view)
{
    const struct watch *watch = view->watch;
    struct sums sums = sum_up(watch);
    char figure[4][TEXT_FIGURE];
    char hidden[TEXT_FIGURE] = "";
    char clock[16] = "";
    time_t now = time(NULL);
    struct tm local;

    if (localtime_r(&now, &local) != NULL) {
        strftime(clock, sizeof(clock), "%H:%M:%S", &local);
    }
    if (watch->hidden > 0) {
        snprintf(hidden, sizeof(hidden), " (%zu hidden)", watch->hidden);
    }
    draw_line(0,
              "lookaside top  %s  %zu process%s%s, %zu list%s   alloc %s/s  free %s/s  miss %s/s",
              clock, watch->processes, watch->processes == 1 ? "" : "es", hidden, watch->count,
              text_plural(watch->count), tool_short_count(figure[0], TEXT_FIGURE, sums.allocates),
              tool_short_count(figure[1], TEXT_FIGURE, sums.frees),
              tool_short_count(figure[2], TEXT_FIGURE, sums.misses));
    draw_line(1, "memory %s = %s live + %s cached + %s free in slabs + records",
              text_bytes(figure[0], sums.mapped), text_bytes(figure[1], sums.live),
              text_bytes(figure[2], sums.cached), text_bytes(figure[3], sums.free));
}

static void draw_foot(const struct top_view *view)
{
    move(LINES - 1, 0);
    if (view->typing) {
        printw("filter by name, tag or command: %s", view->filter);
        addch(' ' | A_REVERSE);
        return;
    }
    bool filtered = view->filter[0] != '\0';
    attron(A_DIM);
    draw_line(LINES - 1,
              "%s%s%s%sq quit  < > sort  r reverse  f filter  space pause  h help   every %g s",
              view->paused ? "PAUSED  " : "", filtered ? "filter: " : "", view->filter,
              filtered ? "  " : "", view->interval);
    attroff(A_DIM);
}

static void draw_help(void)
{
    static const char *const lines[] = {
        "q          quit",
        "< > , .    sort by the column to the left or right",
        "a m l c    sort by allocations, misses, live entries, cached entries",
        "r          turn the order round",
        "f /        show only lists with this in their name, tag or command",
        "space      hold the figures; again: go on",
        "up down    scroll, also page up, page down, home",
        "",
        "LIVE entries are out, CACHED ones free in magazines and the depot, FREE ones in",
        "slabs. CHANGE is of live entries since the sample before; HIT is of the",
        "allocations since then.",
        "",
        "+  live entries did not fall in the last 10 samples, and rose in at least 3",
        "~  changed while it was read: the figures may not fit each other",
        "",
        "any key goes back",
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]) && (int)i + 3 < LINES; i++) {
        mvaddstr((int)i + 3, 2, lines[i]);
    }
}

void top_screen_draw(struct top_view *view)
{
    size_t count;
    const struct watched **rows = rows_of(view, &count);
    struct top_layout layout = top_lay_out(COLS, view->watch->pid != 0);
    size_t room = LINES > 5 ? (size_t)LINES - 5 : 0;

    erase();
    draw_summary(view);
    if (view->helping) {
        draw_help();
    } else {
        size_t last = count > room ? count - room : 0;
        view->first = view->first > last ? last : view->first;
        draw_headings(view, &layout, 3);
        for (size_t i = 0; i < room && view->first + i < count; i++) {
            draw_row(&layout, rows[view->first + i], (int)i + 4);
        }
        if (count == 0) {
            mvaddstr(5, 2,
                     view->watch->count > 0 ? "no list passes the filter"
                                            : "no process that can be seen has lists");
        }
    }
    draw_foot(view);
    refresh();
    free(rows);
}

void top_screen_begin(void)
{
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
        setlocale(LC_CTYPE, "C.UTF-8"); /* names are UTF-8, here as in all that is printed */
    }
    const char *name = getenv("TERM");
    if (newterm(NULL, stdout, stdin) == NULL) {
        tool_fail("the terminal '%s' is not known; set TERM to one that is, as xterm",
                  name != NULL ? name : "");
    }
    atexit(top_screen_end);
    if (tigetstr("cup") == NULL) {
        top_screen_end();
        tool_fail("the terminal '%s' cannot move its cursor; `lookaside show` prints once",
                  name != NULL ? name : "");
    }
    cbreak();
    noecho();
    keypad(stdscr, TRUE);
    curs_set(0);
    set_escdelay(50);
    if (start_color() == OK && use_default_colors() == OK) {
        init_pair(MARKED, COLOR_RED, -1);
    }
}

void top_screen_end(void)
{
    if (!isendwin()) {
        endwin();
    }
}
