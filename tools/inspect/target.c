/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Opening and closing what is looked at. */
#include "target.h"

#include "basics.h"
#include "printable.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct inspect_target *open_source(struct source *source, struct inspect_error *error)
{
    if (source == NULL) {
        return NULL;
    }
    struct inspect_target *target = must_allocate(1, sizeof(*target));
    target->source = source;
    target->memory = memory_new(source);
    target->tid_offset = TID_NOWHERE;
    printable_make(source->command);
    if (!copies_find(target, error)) {
        inspect_close(target);
        return NULL;
    }
    return target;
}

struct inspect_target *inspect_open_process(pid_t pid, struct inspect_error *error)
{
    return open_source(process_open(pid, error), error);
}

struct inspect_target *inspect_open_core(const char *path, struct inspect_error *error)
{
    return open_source(core_open(path, error), error);
}

struct inspect_target *inspect_open_memory(const struct inspect_memory *memory,
                                           const struct inspect_module *modules, size_t count,
                                           struct inspect_error *error)
{
    return open_source(given_open(memory, modules, count), error);
}

struct inspect_target *inspect_open(const char *process_or_core, struct inspect_error *error)
{
    char *end;

    errno = 0;
    long pid = strtol(process_or_core, &end, 10);
    bool is_number = end != process_or_core && *end == '\0' && errno == 0 && pid == (pid_t)pid;
    if (is_number && access(process_or_core, F_OK) != 0) {
        return inspect_open_process((pid_t)pid, error);
    }
    return inspect_open_core(process_or_core, error);
}

void inspect_close(struct inspect_target *target)
{
    if (target == NULL) {
        return;
    }
    symbols_forget(target);
    copies_free(&target->copies);
    free(target->modules.items);
    memory_free(target->memory);
    target->source->close(target->source);
    free(target);
}

enum inspect_kind inspect_kind_of(const struct inspect_target *target)
{
    return target->source->kind;
}

pid_t inspect_pid(const struct inspect_target *target)
{
    return target->source->pid;
}

const char *inspect_command(const struct inspect_target *target)
{
    return target->source->command;
}

const char *inspect_core_signal(const struct inspect_target *target)
{
    return target->source->signal;
}

/* Whether every copy still says that it is where it was. */
static bool copies_are_there(struct inspect_target *target)
{
    struct format_inspection now;

    for (size_t i = 0; i < target->copies.count; i++) {
        const struct copy *copy = &target->copies.items[i];
        if (!memory_read(target->memory, copy->address, &now, sizeof(now)) ||
            now.self != copy->address || now.records != copy->inspection.records ||
            memcmp(now.magic, FORMAT_MAGIC, sizeof(now.magic)) != 0) {
            return false;
        }
    }
    return true;
}

bool target_refresh(struct inspect_target *target, struct inspect_error *error)
{
    struct source *source = target->source;
    bool changed = false;

    memory_begin(target->memory);
    if (source->refresh != NULL && !source->refresh(source, &changed, error)) {
        return false;
    }
    if (source->refresh == NULL || (!changed && copies_are_there(target))) {
        return true;
    }
    symbols_forget(target);
    target->tid_offset = TID_NOWHERE;
    return copies_find(target, error);
}

bool target_read_record(struct inspect_target *target, const struct copy *copy,
                        enum record_kind kind, uint64_t address, struct record *record,
                        uint8_t *bytes)
{
    const struct shape *shape = &copy->schema.shapes[kind];

    *record = (struct record){shape, address, bytes};
    return memory_read(target->memory, address, bytes, shape->size);
}
