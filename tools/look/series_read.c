/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Reading a recording. Columns are found by the names in its second line; what is not a whole line
 * of so many columns is dropped and counted. */
#include "series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MOST_COLUMNS 256
#define LATEST 1e12 /* seconds since 1970 */

/* Where a column's text goes: one of the row's own members, or a figure of the table. */
enum column_kind { UNKNOWN, TIME, PID, COMMAND, LIST, TAG, ADDRESS, MOVED, FIGURE };

struct column {
    enum column_kind kind;
    const struct counter *counter;
};

struct columns {
    struct column items[MOST_COLUMNS];
    size_t count;
};

/* Takes the next field off a line, in place; NULL at its end. */
static char *next_field(char **line)
{
    char *field = *line;
    char *at = field;
    char *to = field;

    if (field == NULL) {
        return NULL;
    }
    if (*at == '"') {
        for (at++; *at != '\0' && (*at != '"' || *++at == '"'); at++) {
            *to++ = *at;
        }
    } else {
        while (*at != ',' && *at != '\0') {
            *to++ = *at++;
        }
    }
    *line = *at == ',' ? at + 1 : NULL;
    *to = '\0';
    return field;
}

static struct column column_of(const char *heading)
{
    static const struct {
        const char *name;
        enum column_kind kind;
    } own[] = {{"time", TIME}, {"pid", PID},         {"command", COMMAND}, {"list", LIST},
               {"tag", TAG},   {"address", ADDRESS}, {"moved", MOVED}};

    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (strcmp(heading, own[i].name) == 0) {
            return (struct column){own[i].kind, NULL};
        }
    }
    for (size_t i = 0; i < counter_count; i++) {
        if (counter_is_figure(&counters[i]) && strcmp(heading, counters[i].name) == 0) {
            return (struct column){FIGURE, &counters[i]};
        }
    }
    return (struct column){UNKNOWN, NULL};
}

static void set_figure(struct inspect_list *list, const struct counter *counter, uint64_t value)
{
    char *place = (char *)list + counter->offset;
    uint32_t narrow = (uint32_t)value;

    if (counter->size == sizeof(narrow)) {
        memcpy(place, &narrow, sizeof(narrow));
    } else {
        memcpy(place, &value, sizeof(value));
    }
}

/* Returns whether the text was what the column needs. */
static bool set(struct series_row *row, const struct column *column, const char *text)
{
    char *end = NULL;

    switch (column->kind) {
    case TIME:
        row->time = strtod(text, &end);
        if (!(row->time >= 0 && row->time < LATEST)) { /* NaN is neither */
            return false;
        }
        break;
    case PID:
        row->pid = strtol(text, &end, 10);
        break;
    case COMMAND:
        snprintf(row->command, sizeof(row->command), "%s", text);
        return true;
    case LIST:
        snprintf(row->list, sizeof(row->list), "%s", text);
        return true;
    case TAG:
        snprintf(row->tag, sizeof(row->tag), "%s", text);
        return true;
    case ADDRESS:
        row->address = strtoull(text, &end, 16);
        break;
    case FIGURE:
        set_figure(&row->figures, column->counter, strtoull(text, &end, 10));
        break;
    default:
        return true;
    }
    return end != text && *end == '\0';
}

static bool parse_row(const struct columns *columns, char *line, struct series_row *row)
{
    size_t count = 0;

    for (char *field; (field = next_field(&line)) != NULL; count++) {
        if (count == columns->count || !set(row, &columns->items[count], field)) {
            return false;
        }
    }
    return count == columns->count;
}

static void read_headings(struct columns *columns, char *line)
{
    columns->count = 0;
    for (char *field; (field = next_field(&line)) != NULL && columns->count < MOST_COLUMNS;) {
        columns->items[columns->count++] = column_of(field);
    }
}

static void read_rows(struct series *series, FILE *from, const struct columns *columns)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    while ((length = getline(&line, &size, from)) > 0) {
        bool whole = line[length - 1] == '\n';
        if (whole) {
            line[length - 1] = '\0';
        }
        series->rows =
            tool_grow(series->rows, series->count, &series->capacity, sizeof(*series->rows));
        struct series_row *row = &series->rows[series->count];
        memset(row, 0, sizeof(*row));
        if (whole && parse_row(columns, line, row)) {
            series->count++;
        } else {
            series->dropped++;
        }
    }
    free(line);
}

void series_read(struct series *series, const char *path)
{
    FILE *from = fopen(path, "re");
    struct columns columns;
    char *line = NULL;
    size_t size = 0;

    if (from == NULL) {
        tool_fail("cannot read %s: %s", path, strerror(errno));
    }
    if (getline(&line, &size, from) < 0 || strcmp(line, SERIES_MARK) != 0) {
        bool newer = line != NULL && strncmp(line, SERIES_MARK, sizeof(SERIES_MARK) - 3) == 0;
        tool_fail(newer ? "%s is a recording of a newer lookaside"
                        : "%s is no recording of `lookaside record`",
                  path);
    }
    ssize_t length = getline(&line, &size, from);
    if (length > 0) {
        line[strcspn(line, "\n")] = '\0';
        read_headings(&columns, line);
        read_rows(series, from, &columns);
    }
    free(line);
    fclose(from);
    if (series->count == 0) {
        tool_fail("%s has no sample in it yet", path);
    }
}

void series_free(struct series *series)
{
    free(series->rows);
}
