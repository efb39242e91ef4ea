/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A saved recording is one file:
 *
 *     +------------------+------------------+--------+-- ... --+
 *     | struct save_head | JSON, padded     | process's files  |
 *     +------------------+------------------+--------+-- ... --+
 *
 * The JSON tells of the run, the sizes of the processes' files, and the names of all locations, so
 * that a report needs none of the programs. All parts begin at multiples of 4096 bytes. */
#include "recording_set.h"

#include "../tool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SAVE_MAGIC UINT64_C(0x3145564153534b4c) /* "LKSSAVE1" */
#define SAVE_VERSION 1u
#define PART 4096u

struct save_head {
    uint64_t magic;
    uint64_t version;
    uint64_t json_size;
    uint64_t file_size;
};

static size_t padded(size_t size)
{
    return (size + PART - 1) & ~(size_t)(PART - 1);
}

/* Maps a file for reading; *size is its size. NULL when that fails, with errno. */
static const unsigned char *map_file(const char *path, size_t *size)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    void *bytes = MAP_FAILED;

    if (file < 0) {
        return NULL;
    }
    if (fstat(file, &status) == 0) {
        *size = (size_t)status.st_size;
        errno = EINVAL;
        bytes = *size > 0 ? mmap(NULL, *size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    }
    close(file);
    return bytes == MAP_FAILED ? NULL : bytes;
}

static void add_image(struct recording *recording, const char *path, const unsigned char *bytes,
                      size_t size)
{
    recording->images = tool_grow(recording->images, recording->image_count,
                                  &recording->image_capacity, sizeof(*recording->images));
    const char *wrong = image_read(&recording->images[recording->image_count], bytes, size);
    if (wrong != NULL) {
        tool_fail("%s is damaged: %s", path, wrong);
    }
    recording->image_count++;
}

/* ---- The recorder's folder --------------------------------------------------------------------- */

static int is_process_file(const struct dirent *entry)
{
    return entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
}

static void read_budget(struct recording *recording, const char *folder)
{
    char *path = tool_format("%s/%s", folder, RECORDING_BUDGET_FILE);
    size_t size;
    const struct recording_budget *budget = (const void *)map_file(path, &size);

    if (budget == NULL || size < sizeof(*budget)) {
        tool_fail("cannot read %s: %s", path, strerror(errno));
    }
    recording->limit = budget->limit;
    recording->lost_processes = budget->lost_processes;
    free(path);
}

void recording_from_folder(struct recording *recording, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_process_file, alphasort);

    if (count < 0) {
        tool_fail("cannot read %s: %s", folder, strerror(errno));
    }
    recording->symbols = symbols_new();
    read_budget(recording, folder);
    for (int i = 0; i < count; i++) {
        char *path = tool_format("%s/%s", folder, entries[i]->d_name);
        size_t size = 0;
        const unsigned char *bytes = map_file(path, &size);
        /* A process that was killed while it began has no header yet, and nothing to tell. */
        if (bytes != NULL && size >= RECORDING_HEADER_SIZE &&
            ((const struct process_header *)(const void *)bytes)->magic != 0) {
            add_image(recording, path, bytes, size);
        }
        free(path);
        free(entries[i]);
    }
    free(entries);
}

/* ---- Saved files ------------------------------------------------------------------------------- */

/* All places that a later report could ask for. */
static void name_everything(const struct recording *recording)
{
    for (size_t i = 0; i < recording->image_count; i++) {
        const struct image *image = &recording->images[i];
        for (size_t site = 0; site < RECORDING_SITES; site++) {
            for (size_t frame = 0; frame < RECORDING_FRAMES; frame++) {
                uint64_t address = image->sites[site].frames[frame];
                if (address != 0) {
                    symbols_name(recording->symbols,
                                 symbols_find(recording->symbols, image, address));
                }
            }
        }
    }
}

static char *describe(const struct recording *recording)
{
    const struct run_facts *facts = &recording->facts;
    json_t *command = json_array();
    json_t *sizes = json_array();

    for (char **word = facts->command; *word != NULL; word++) {
        json_array_append_new(command, json_stringn_nocheck(*word, strlen(*word)));
    }
    for (size_t i = 0; i < recording->image_count; i++) {
        json_array_append_new(sizes, json_integer((json_int_t)recording->images[i].size));
    }
    json_t *whole = json_pack(
        "{so si si sf sf sf sI sI so so}", "command", command, "status", facts->status, "signal",
        facts->signal, "elapsed_seconds", facts->elapsed_seconds, "cpu_seconds", facts->cpu_seconds,
        "baseline_seconds", facts->baseline_seconds, "limit", (json_int_t)recording->limit,
        "lost_processes", (json_int_t)recording->lost_processes, "sizes", sizes, "locations",
        symbols_to_json(recording->symbols));
    char *text = json_dumps(whole, JSON_COMPACT);
    if (text == NULL) {
        tool_fail("the recording cannot be described as JSON");
    }
    json_decref(whole);
    return text;
}

static bool write_padded(FILE *file, const void *bytes, size_t size)
{
    static const char zeros[PART];

    return fwrite(bytes, 1, size, file) == size &&
           fwrite(zeros, 1, padded(size) - size, file) == padded(size) - size;
}

void recording_save(const struct recording *recording, const char *path)
{
    name_everything(recording);
    char *json = describe(recording);
    struct save_head head = {SAVE_MAGIC, SAVE_VERSION, strlen(json), 0};

    head.file_size = PART + padded(head.json_size);
    for (size_t i = 0; i < recording->image_count; i++) {
        head.file_size += padded(recording->images[i].size);
    }
    FILE *file = fopen(path, "wb");
    bool good = file != NULL && write_padded(file, &head, sizeof(head)) &&
                write_padded(file, json, head.json_size);
    for (size_t i = 0; good && i < recording->image_count; i++) {
        good = write_padded(file, recording->images[i].bytes, recording->images[i].size);
    }
    if (file == NULL || fclose(file) != 0 || !good) {
        tool_fail("cannot write %s: %s", path, strerror(errno));
    }
    free(json);
}

static bool read_facts(struct recording *recording, const json_t *json, json_t **sizes,
                       json_t **locations)
{
    struct run_facts *facts = &recording->facts;
    json_t *command;
    json_int_t limit;
    json_int_t lost;

    if (json_unpack((json_t *)(uintptr_t)json, "{so si si sF sF sF sI sI so so}", "command",
                    &command, "status", &facts->status, "signal", &facts->signal, "elapsed_seconds",
                    &facts->elapsed_seconds, "cpu_seconds", &facts->cpu_seconds, "baseline_seconds",
                    &facts->baseline_seconds, "limit", &limit, "lost_processes", &lost, "sizes",
                    sizes, "locations", locations) != 0) {
        return false;
    }
    recording->limit = (uint64_t)limit;
    recording->lost_processes = (uint64_t)lost;
    facts->command = tool_allocate(json_array_size(command) + 1, sizeof(char *));
    for (size_t i = 0; i < json_array_size(command); i++) {
        const char *word = json_string_value(json_array_get(command, i));
        facts->command[i] = tool_format("%s", word != NULL ? word : "?");
    }
    return true;
}

void recording_from_file(struct recording *recording, const char *path)
{
    size_t size = 0;
    const unsigned char *bytes = map_file(path, &size);

    if (bytes == NULL) {
        tool_fail("cannot read %s: %s", path,
                  size == 0 && errno == EINVAL ? "it is empty" : strerror(errno));
    }
    const struct save_head *head = (const void *)bytes;
    if (size < PART || head->magic != SAVE_MAGIC) {
        tool_fail("%s is not a recording; `lookaside advise --save FILE` makes one", path);
    }
    if (head->version != SAVE_VERSION) {
        tool_fail("%s was saved by another version of lookaside (format %llu, not %u)", path,
                  (unsigned long long)head->version, SAVE_VERSION);
    }
    if (head->file_size != size || head->json_size > size - PART) {
        tool_fail("%s is damaged: it has %zu bytes and should have %llu", path, size,
                  (unsigned long long)head->file_size);
    }
    json_t *sizes;
    json_t *locations;
    json_t *json = json_loadb((const char *)bytes + PART, head->json_size, 0, NULL);
    recording->symbols = symbols_new();
    if (json == NULL || !read_facts(recording, json, &sizes, &locations) ||
        !symbols_from_json(recording->symbols, locations)) {
        tool_fail("%s is damaged: its description cannot be read", path);
    }
    size_t offset = PART + padded((size_t)head->json_size);
    for (size_t i = 0; i < json_array_size(sizes); i++) {
        json_int_t part = json_integer_value(json_array_get(sizes, i));
        if (part <= 0 || offset > size || (size_t)part > size - offset) {
            tool_fail("%s is damaged: a process's part is cut off", path);
        }
        add_image(recording, path, bytes + offset, (size_t)part);
        offset += padded((size_t)part);
    }
    json_decref(json);
}
