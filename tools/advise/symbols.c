/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Names come from elfutils' libdw: the symbol table of the module, and its debug information if it
 * has any, in the file or where Debian's -dbgsym packages put it. A module is opened at address 0,
 * once for all processes, and asked by offset; so a location is the same in every process that has
 * the module mapped. Where there is no symbol, the location is module and offset. */
#include "symbols.h"

#include "../tool.h"

#include <elfutils/libdwfl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* From the C++ run-time; there is no C header for it. */
char *__cxa_demangle(const char *mangled, char *buffer, size_t *length, int *status);

struct opened {
    char *path;
    Dwfl *dwfl; /* NULL when the file cannot be read */
    Dwfl_Module *module;
};

struct symbols {
    void *locations; /* tree of struct location, by module and offset */
    size_t location_count;
    struct opened *opened;
    size_t opened_count, opened_capacity;
};

static char *debuginfo_path;

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .debuginfo_path = &debuginfo_path,
};

struct symbols *symbols_new(void)
{
    return tool_allocate(1, sizeof(struct symbols));
}

static int compare(const void *left, const void *right)
{
    const struct location *a = left;
    const struct location *b = right;

    if (a->offset != b->offset) {
        return a->offset < b->offset ? -1 : 1;
    }
    return strcmp(a->module, b->module);
}

static struct opened *open_module(struct symbols *symbols, const char *path)
{
    for (size_t i = 0; i < symbols->opened_count; i++) {
        if (strcmp(symbols->opened[i].path, path) == 0) {
            return &symbols->opened[i];
        }
    }
    symbols->opened = tool_grow(symbols->opened, symbols->opened_count, &symbols->opened_capacity,
                                sizeof(*symbols->opened));
    struct opened *opened = &symbols->opened[symbols->opened_count++];
    *opened = (struct opened){.path = tool_format("%s", path)};
    Dwfl *dwfl = access(path, R_OK) == 0 ? dwfl_begin(&callbacks) : NULL;
    if (dwfl == NULL) {
        return opened;
    }
    dwfl_report_begin(dwfl);
    opened->module = dwfl_report_elf(dwfl, path, path, -1, 0, true);
    dwfl_report_end(dwfl, NULL, NULL);
    opened->dwfl = dwfl;
    return opened;
}

/* Cuts the parameters, the last pair of parentheses, and what follows them. */
static void cut_parameters(char *name)
{
    char *end = strrchr(name, ')');
    size_t depth = 0;

    for (char *letter = end; letter != NULL && letter > name; letter--) {
        depth += *letter == ')';
        depth -= *letter == '(';
        if (depth == 0) {
            *letter = '\0';
            return;
        }
    }
}

/* A C++ name as in the source, but without its parameters. */
static char *demangle(const char *name)
{
    /* It takes types, too: to it, "w" is wchar_t. */
    char *readable = strncmp(name, "_Z", 2) == 0 ? __cxa_demangle(name, NULL, NULL, NULL) : NULL;

    if (readable == NULL) {
        return tool_format("%s", name);
    }
    cut_parameters(readable);
    return readable;
}

void symbols_name(struct symbols *symbols, struct location *location)
{
    GElf_Off inside;
    GElf_Sym symbol;

    if (location->named || location->module[0] == '\0') {
        return;
    }
    location->named = true;
    struct opened *opened = open_module(symbols, location->module);
    if (opened->module == NULL) {
        return;
    }
    const char *name =
        dwfl_module_addrinfo(opened->module, location->offset, &inside, &symbol, NULL, NULL, NULL);
    if (name != NULL && inside < symbol.st_size) {
        location->function = demangle(name);
    }
    Dwfl_Line *line = dwfl_module_getsrc(opened->module, location->offset);
    const char *file =
        line == NULL ? NULL : dwfl_lineinfo(line, NULL, &location->line, NULL, NULL, NULL);
    if (file != NULL) {
        location->file = tool_format("%s", file);
    }
}

/* The location with this module and offset, from the tree or new. */
static struct location *enter(struct symbols *symbols, const char *module, uint64_t offset)
{
    struct location key = {.module = (char *)(uintptr_t)module, .offset = offset};
    struct location **found = tfind(&key, &symbols->locations, compare);

    if (found != NULL) {
        return *found;
    }
    struct location *location = tool_allocate(1, sizeof(*location));
    location->id = symbols->location_count++;
    location->module = tool_format("%s", module);
    location->offset = offset;
    if (tsearch(location, &symbols->locations, compare) == NULL) {
        tool_fail("out of memory");
    }
    return location;
}

struct location *symbols_find(struct symbols *symbols, const struct image *image, uint64_t address)
{
    const struct module_map *module = image_module(image, address - 1);

    if (module == NULL) {
        return enter(symbols, "", address);
    }
    return enter(symbols, module->path, address - 1 - module->bias);
}

size_t symbols_count(const struct symbols *symbols)
{
    return symbols->location_count;
}

/* ---- JSON -------------------------------------------------------------------------------------- */

static json_t *collected;

static void collect(const void *node, VISIT visit, int depth)
{
    (void)depth;
    if (visit != postorder && visit != leaf) {
        return;
    }
    const struct location *location = *(struct location *const *)node;
    if (!location->named) {
        return;
    }
    json_t *entry = json_pack("[s, I, s?, s?, i]", location->module, (json_int_t)location->offset,
                              location->function, location->file, location->line);
    if (entry != NULL) { /* NULL: a name that is no UTF-8 */
        json_array_append_new(collected, entry);
    }
}

json_t *symbols_to_json(const struct symbols *symbols)
{
    collected = json_array();
    twalk(symbols->locations, collect);
    return collected;
}

static char *copy_of(const json_t *text)
{
    return json_is_string(text) ? tool_format("%s", json_string_value(text)) : NULL;
}

bool symbols_from_json(struct symbols *symbols, const json_t *json)
{
    size_t i;
    json_t *entry;

    json_array_foreach(json, i, entry)
    {
        const char *module = json_string_value(json_array_get(entry, 0));
        const json_t *offset = json_array_get(entry, 1);
        if (module == NULL || !json_is_integer(offset)) {
            return false;
        }
        struct location *location = enter(symbols, module, (uint64_t)json_integer_value(offset));
        location->named = true;
        location->function = copy_of(json_array_get(entry, 2));
        location->file = copy_of(json_array_get(entry, 3));
        location->line = (int)json_integer_value(json_array_get(entry, 4));
    }
    return json_is_array(json);
}
