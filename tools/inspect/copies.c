/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A process may have the library several times: shared, and statically in some plug-in. Each copy
 * knows its own lists, and describes its own records; so each has a schema.
 *
 * A copy is believed when what it leads to carries the magic and tells its own address: bytes that
 * only look like it, in a file that is mapped as data or in a buffer, do not.
 *
 * A copy that a core lacks the memory of, or that is of another format, is kept with the reason.
 *
 * A core may lack the ELF headers (/proc/PID/coredump_filter): then the data of the modules is
 * searched for the magic. */
#include "target.h"

#include "basics.h"
#include "printable.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SEARCHED (UINT64_C(64) << 20) /* bytes of one mapping */
#define SEARCH_ALIGNMENT 8u
#define CHUNK 4096u
#define MOST_COPIES 256u /* beyond, somebody has written them for us */

/* ---- one copy ---- */

static bool is_known(const struct copies *copies, uint64_t address)
{
    for (size_t i = 0; i < copies->count; i++) {
        if (copies->items[i].address == address) {
            return true;
        }
    }
    return false;
}

static void read_copy(struct inspect_target *target, struct copy *copy, uint32_t format)
{
    if (format > FORMAT_KNOWN || copy->inspection.format > FORMAT_KNOWN) {
        fail_with(&copy->refusal, INSPECT_UNKNOWN_FORMAT,
                  "the library %s in %s describes its lists in format %" PRIu32
                  ", this tool reads up to format %d: it needs a newer tool",
                  copy->inspection.version, target->source->name,
                  format > copy->inspection.format ? format : copy->inspection.format,
                  FORMAT_KNOWN);
        return;
    }
    copy->readable = copy->inspection.size >= sizeof(copy->inspection) &&
                     schema_read(&copy->schema, target->memory, &copy->inspection, &copy->refusal);
}

static struct copy *new_copy(struct inspect_target *target, uint64_t address, const char *path)
{
    struct copies *copies = &target->copies;

    copies->items =
        must_grow(copies->items, copies->count, &copies->capacity, sizeof(*copies->items));
    struct copy *copy = &copies->items[copies->count++];
    memset(copy, 0, sizeof(*copy));
    copy->address = address;
    snprintf(copy->module, sizeof(copy->module), "%s", path);
    printable_make(copy->module);
    fail_with(&copy->refusal, INSPECT_UNREADABLE, "the library in %s describes itself wrongly",
              target->source->name);
    return copy;
}

static void add_copy(struct inspect_target *target, uint64_t address, const char *path,
                     uint32_t format)
{
    struct format_inspection inspection;
    struct inspect_error error;

    if (target->copies.count == MOST_COPIES || is_known(&target->copies, address)) {
        return;
    }
    if (!memory_read(target->memory, address, &inspection, sizeof(inspection))) {
        memory_explain(target->memory, &error);
        if (error.result == INSPECT_TRUNCATED) {
            new_copy(target, address, path)->refusal = error;
        }
        return;
    }
    if (memcmp(inspection.magic, FORMAT_MAGIC, sizeof(inspection.magic)) != 0 ||
        inspection.self != address) {
        return;
    }
    struct copy *copy = new_copy(target, address, path);
    copy->inspection = inspection;
    copy->inspection.version[sizeof(inspection.version) - 1] = '\0';
    printable_make(copy->inspection.version);
    read_copy(target, copy, format);
}

/* ---- all of them ---- */

/* Whether a mapping belongs to a module whose header could not be read. */
static bool lacks_header(const struct inspect_target *target, const struct mapping *mapping)
{
    if (mapping->path[0] == '\0') {
        return target->copies.count == 0;
    }
    for (size_t i = 0; i < target->modules.count; i++) {
        const struct module *module = &target->modules.items[i];
        if (module->has_header && strcmp(module->path, mapping->path) == 0) {
            return false;
        }
    }
    return true;
}

static void search(struct inspect_target *target, const struct mapping *mapping)
{
    uint8_t chunk[CHUNK]; /* the next one begins a little before the end of this one */
    uint64_t size = mapping->end - mapping->start;
    uint64_t end = mapping->start + (size < MOST_SEARCHED ? size : MOST_SEARCHED);

    for (uint64_t at = mapping->start; at < end; at += CHUNK - SEARCH_ALIGNMENT) {
        size_t some = end - at < CHUNK ? (size_t)(end - at) : CHUNK;
        if (!memory_read(target->memory, at, chunk, some)) {
            return;
        }
        for (size_t i = 0; i + sizeof(FORMAT_MAGIC) <= some; i += SEARCH_ALIGNMENT) {
            if (memcmp(chunk + i, FORMAT_MAGIC, sizeof(FORMAT_MAGIC)) == 0) {
                add_copy(target, at + i, mapping->path, 0);
            }
        }
    }
}

bool copies_find(struct inspect_target *target, struct inspect_error *error)
{
    struct source *source = target->source;
    const struct mappings *mappings = &source->mappings;

    copies_free(&target->copies);
    memory_begin(target->memory);
    modules_find(&target->modules, target->memory, mappings);
    for (size_t i = 0; i < target->modules.count; i++) {
        const struct module *module = &target->modules.items[i];
        if (module->inspection != 0) {
            add_copy(target, module->inspection, module->path, module->format);
        }
    }
    for (size_t i = 0; source->kind == INSPECT_CORE && i < mappings->count; i++) {
        if (mappings->items[i].writable && lacks_header(target, &mappings->items[i])) {
            search(target, &mappings->items[i]);
        }
    }
    for (size_t i = 0; i < target->copies.count; i++) {
        if (target->copies.items[i].readable) {
            return true;
        }
    }
    if (target->copies.count > 0) {
        *error = target->copies.items[target->copies.count - 1].refusal;
    } else if (source->is_incomplete == NULL || !source->is_incomplete(source, error)) {
        fail_with(error, INSPECT_NO_LISTS, "%s does not use lookaside", source->name);
    }
    return false;
}

void copies_free(struct copies *copies)
{
    for (size_t i = 0; i < copies->count; i++) {
        schema_free(&copies->items[i].schema);
    }
    free(copies->items);
    *copies = (struct copies){0};
}
