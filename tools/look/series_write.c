/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Writing a recording. A sample is collected in memory and written in one piece, so that whoever
 * kills the recorder finds whole samples, and at most one line that ends too early; a later
 * recording begins on a line of its own. */
#include "series.h"

#include "../inspect/text_out.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct series_writer {
    int file;
    const char *path; /* for messages */
    char *text;       /* of the sample that is being collected */
    size_t length;
    FILE *sample;
};

/* A text of CSV: in quotes where it needs them. */
static void put_text(FILE *to, const char *text)
{
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        fprintf(to, "%s,", text);
        return;
    }
    fputc('"', to);
    for (; *text != '\0'; text++) {
        fprintf(to, *text == '"' ? "\"\"" : "%c", *text);
    }
    fputs("\",", to);
}

static void put_headings(FILE *to)
{
    fputs("time,pid,command,list,tag,address,moved", to);
    for (size_t i = 0; i < counter_count; i++) {
        if (counter_is_figure(&counters[i])) {
            fprintf(to, ",%s", counters[i].name);
        }
    }
    fputc('\n', to);
}

static void begin_sample(struct series_writer *writer)
{
    writer->sample = open_memstream(&writer->text, &writer->length);
    if (writer->sample == NULL) {
        tool_fail("out of memory");
    }
}

static void write_all(struct series_writer *writer, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(writer->file, text, length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            tool_fail("cannot write %s: %s", writer->path, strerror(errno));
        }
        text += written;
        length -= (size_t)written;
    }
}

void series_write(struct series_writer *writer)
{
    if (fclose(writer->sample) != 0) {
        tool_fail("out of memory");
    }
    write_all(writer, writer->text, writer->length);
    free(writer->text);
    begin_sample(writer);
}

/* Checks that a file with something in it is a recording with our columns; ends its last line. */
static void continue_file(struct series_writer *writer, off_t size)
{
    char *wanted = writer->text;
    size_t length = writer->length;
    char *there = tool_allocate(length, 1);
    char last;

    if (pread(writer->file, there, length, 0) != (ssize_t)length ||
        memcmp(there, wanted, length) != 0) {
        tool_fail("%s is there and is no recording of this version; it is left as it is",
                  writer->path);
    }
    free(there);
    if (pread(writer->file, &last, 1, size - 1) == 1 && last != '\n') {
        write_all(writer, "\n", 1);
    }
}

struct series_writer *series_open(const char *path)
{
    struct series_writer *writer = tool_allocate(1, sizeof(*writer));
    off_t size = 0;

    writer->path = path != NULL ? path : "standard output";
    writer->file = STDOUT_FILENO;
    if (path != NULL) {
        writer->file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (writer->file < 0) {
            tool_fail("cannot write %s: %s", path, strerror(errno));
        }
        size = lseek(writer->file, 0, SEEK_END);
    }
    begin_sample(writer);
    fputs(SERIES_MARK, writer->sample);
    put_headings(writer->sample);
    fflush(writer->sample);
    if (size > 0) {
        continue_file(writer, size);
        fclose(writer->sample);
        free(writer->text);
        begin_sample(writer);
    }
    return writer;
}

void series_add(struct series_writer *writer, double time, const struct inspect_target *target,
                const struct inspect_snapshot *snapshot)
{
    char tag[TEXT_FIGURE];

    for (size_t i = 0; i < snapshot->list_count; i++) {
        const struct inspect_list *list = &snapshot->lists[i];
        fprintf(writer->sample, "%.3f,%ld,", time, (long)inspect_pid(target));
        put_text(writer->sample, inspect_command(target));
        put_text(writer->sample, list->statistics.name);
        put_text(writer->sample, text_tag(tag, list->statistics.tag));
        fprintf(writer->sample, "0x%" PRIx64 ",%d", list->handle, list->moved);
        for (size_t c = 0; c < counter_count; c++) {
            if (counter_is_figure(&counters[c])) {
                fprintf(writer->sample, ",%" PRIu64, counter_value(&counters[c], list));
            }
        }
        fputc('\n', writer->sample);
    }
}

void series_close(struct series_writer *writer)
{
    fclose(writer->sample);
    free(writer->text);
    if (writer->file != STDOUT_FILENO && close(writer->file) != 0) {
        tool_fail("cannot write %s: %s", writer->path, strerror(errno));
    }
    free(writer);
}
