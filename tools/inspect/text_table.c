/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Tables whose columns are as wide as what stands in them. The last column is not padded if it has
 * words, so that no line ends in blanks. */
#include "text_out.h"

#include "printable.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct text_table {
    const struct text_column *columns;
    size_t column_count;
    char **cells; /* row after row */
    size_t cell_count;
    size_t room;
};

static void *or_end(void *memory)
{
    if (memory == NULL) {
        fputs("lookaside: out of memory\n", stderr);
        abort();
    }
    return memory;
}

struct text_table *text_table_new(const struct text_column *columns, size_t count)
{
    struct text_table *table = or_end(calloc(1, sizeof(*table)));

    table->columns = columns;
    table->column_count = count;
    return table;
}

void text_table_free(struct text_table *table)
{
    for (size_t i = 0; i < table->cell_count; i++) {
        free(table->cells[i]);
    }
    free(table->cells);
    free(table);
}

void text_table_add(struct text_table *table, const char *format, ...)
{
    va_list arguments;

    if (table->cell_count == table->room) {
        table->room = table->room == 0 ? 64 : table->room * 2;
        table->cells = or_end(reallocarray(table->cells, table->room, sizeof(char *)));
    }
    va_start(arguments, format);
    if (vasprintf(&table->cells[table->cell_count], format, arguments) < 0) {
        or_end(NULL);
    }
    va_end(arguments);
    table->cell_count++;
}

static size_t column_width(const struct text_table *table, size_t column)
{
    size_t width = printable_width(table->columns[column].heading);

    for (size_t i = column; i < table->cell_count; i += table->column_count) {
        size_t cell = printable_width(table->cells[i]);
        width = cell > width ? cell : width;
    }
    return width;
}

static void write_cell(const struct text_table *table, const struct inspect_text *to, size_t column,
                       size_t width, const char *text, const char *colour)
{
    bool left = table->columns[column].left;
    bool last = column + 1 == table->column_count;
    int blanks = (int)(width - printable_width(text));

    text_print(to, "%*s", left ? 0 : blanks, "");
    text_paint(to, colour, "%s", text);
    text_print(to, "%*s%s", left && !last ? blanks : 0, "", last ? "\n" : "  ");
}

void text_table_write(const struct text_table *table, const struct inspect_text *to)
{
    size_t *widths = or_end(calloc(table->column_count, sizeof(*widths)));

    for (size_t i = 0; i < table->column_count; i++) {
        widths[i] = column_width(table, i);
        write_cell(table, to, i, widths[i], table->columns[i].heading, TEXT_DIM);
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        size_t column = i % table->column_count;
        write_cell(table, to, column, widths[column], table->cells[i],
                   column == 0 ? TEXT_BOLD : "");
    }
    free(widths);
}
