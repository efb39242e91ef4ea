/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* JSON of what was found. Figures have the names of the one table; members are only ever added, and
 * what changes its meaning changes the number in "schema". */
#include "look_json.h"

#include "../inspect/text_out.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define LARGEST_EXACT (UINT64_C(1) << 53)

void look_json_set(json_t *object, const char *name, json_t *value)
{
    if (value == NULL || json_object_set_new(object, name, value) != 0) {
        json_object_set_new(object, name, json_null());
    }
}

json_t *look_json_number(uint64_t value)
{
    char digits[24];

    if (value <= LARGEST_EXACT) {
        return json_integer((json_int_t)value);
    }
    snprintf(digits, sizeof(digits), "%" PRIu64, value);
    return json_string(digits);
}

json_t *look_json_address(uint64_t address)
{
    char digits[24];

    snprintf(digits, sizeof(digits), "0x%" PRIx64, address);
    return address == 0 ? json_null() : json_string(digits);
}

json_t *look_json_text(const char *text)
{
    return text[0] == '\0' ? json_null() : json_string(text);
}

json_t *look_json_target(const struct inspect_target *target)
{
    static const char *const kinds[] = {"process", "core", "memory"};
    json_t *object = json_object();
    pid_t pid = inspect_pid(target);

    look_json_set(object, "kind", json_string(kinds[inspect_kind_of(target)]));
    look_json_set(object, "pid", pid == 0 ? json_null() : json_integer(pid));
    look_json_set(object, "command", look_json_text(inspect_command(target)));
    look_json_set(object, "signal", look_json_text(inspect_core_signal(target)));
    return object;
}

json_t *look_json_copies(const struct inspect_snapshot *snapshot)
{
    json_t *array = json_array();

    for (size_t i = 0; i < snapshot->copy_count; i++) {
        const struct inspect_copy *copy = &snapshot->copies[i];
        json_t *object = json_object();
        look_json_set(object, "version", json_string(copy->version));
        look_json_set(object, "module", look_json_text(copy->module));
        look_json_set(object, "address", look_json_address(copy->address));
        look_json_set(object, "lists", look_json_number(copy->lists));
        look_json_set(object, "unknown", look_json_text(copy->unknown));
        json_array_append_new(array, object);
    }
    return array;
}

void look_json_figures(json_t *object, const struct inspect_list *list)
{
    for (size_t i = 0; i < counter_count; i++) {
        const struct counter *counter = &counters[i];
        if (counter->kind == COUNTER_RATIO) {
            double percent = counter_percent(counter, list);
            look_json_set(object, counter->name, percent < 0 ? json_null() : json_real(percent));
        } else if (counter_is_figure(counter)) {
            look_json_set(object, counter->name, look_json_number(counter_value(counter, list)));
        }
    }
}

static json_t *tuner_object(const struct inspect_tuning *tuning)
{
    if (tuning->depth_before == 0) {
        return json_null();
    }
    json_t *object = json_object();
    look_json_set(object, "depth_before", json_integer(tuning->depth_before));
    look_json_set(object, "depth_after", json_integer(tuning->depth_after));
    look_json_set(object, "allocations", look_json_number(tuning->allocations));
    look_json_set(object, "misses", look_json_number(tuning->misses));
    look_json_set(object, "at_ms", look_json_number(tuning->at));
    return object;
}

static json_t *magazines_array(const struct inspect_list *list)
{
    json_t *array = json_array();

    for (size_t i = 0; i < list->magazine_count; i++) {
        const struct inspect_magazine *magazine = &list->magazines[i];
        json_t *object = json_object();
        look_json_set(object, "thread", look_json_address(magazine->thread));
        look_json_set(object, "tid",
                      magazine->tid == 0 ? json_null() : json_integer(magazine->tid));
        look_json_set(object, "thread_name", look_json_text(magazine->thread_name));
        look_json_set(object, "entries", look_json_number(magazine->entries));
        look_json_set(object, "capacity", look_json_number(magazine->capacity));
        look_json_set(object, "total_allocates", look_json_number(magazine->allocations));
        look_json_set(object, "total_frees", look_json_number(magazine->frees));
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *unknown_array(const struct inspect_list *list)
{
    json_t *array = json_array();

    for (size_t i = 0; i < list->unknown_count; i++) {
        json_t *object = json_object();
        look_json_set(object, "name", json_string(list->unknown[i].name));
        look_json_set(object, "unit", look_json_text(list->unknown[i].unit));
        look_json_set(object, "value", look_json_number(list->unknown[i].value));
        json_array_append_new(array, object);
    }
    return array;
}

json_t *look_json_list(struct inspect_target *target, const struct inspect_list *list)
{
    const lookaside_statistics *s = &list->statistics;
    json_t *object = json_object();
    char owner[512] = "";
    char tag[TEXT_FIGURE];

    if (list->initialized_by != 0) {
        inspect_describe_address(target, list->initialized_by, owner, sizeof(owner));
    }
    look_json_set(object, "name", json_string(s->name));
    look_json_set(object, "tag", json_string(text_tag(tag, s->tag)));
    look_json_set(object, "address", look_json_address(list->handle));
    look_json_set(object, "copy", json_integer((json_int_t)list->copy));
    look_json_set(object, "pool_type", json_integer(s->type));
    look_json_set(object, "cache",
                  json_string(s->cache == LOOKASIDE_CACHE_NONE ? "none" : "thread"));
    look_json_set(object, "callbacks", json_boolean(list->has_callbacks));
    look_json_set(object, "owner", look_json_text(owner));
    look_json_set(object, "initialized_by", look_json_address(list->initialized_by));
    look_json_set(object, "last_failure",
                  s->last_failure == LOOKASIDE_OK
                      ? json_null()
                      : look_json_text(lookaside_status_name(s->last_failure)));
    look_json_set(object, "moved", json_boolean(list->moved));
    look_json_figures(object, list);
    look_json_set(object, "tuner", tuner_object(&list->tuning));
    look_json_set(object, "magazines", magazines_array(list));
    look_json_set(object, "unknown", unknown_array(list));
    return object;
}

json_t *look_json_document(const char *schema)
{
    json_t *document = json_object();

    look_json_set(document, "schema", json_string(schema));
    return document;
}

void look_json_print(json_t *document)
{
    if (json_dumpf(document, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) != 0) {
        tool_fail("cannot write: %s", strerror(errno));
    }
    putchar('\n');
    look_finish(stdout);
    json_decref(document);
}
