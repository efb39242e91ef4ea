/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside whatis`: which list an address belongs to, which entry, and whether that is free. */
#include "look_json.h"

#include <errno.h>
#include <stdlib.h>

static const char description[] =
    "Tell what is at an address of a process or a core: which list, which entry, at which offset, "
    "live or free, and where a free one lies."
    "\vADDRESS is hexadecimal, with or without 0x. Exit status: 3 when one of the addresses is in "
    "no list; the others are those of `lookaside show`.";

static const struct argp_option options[] = {
    {"json", 'j', NULL, 0, "as JSON", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

struct settings {
    const char *target;
    uint64_t *addresses;
    size_t count;
    size_t capacity;
    bool json;
};

static uint64_t address_of(struct argp_state *state, const char *text)
{
    char *end;

    errno = 0;
    unsigned long long address = strtoull(text, &end, 16);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-') {
        argp_error(state, "'%s' is not an address", text);
    }
    return address;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case 'j':
        settings->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (settings->target == NULL) {
            settings->target = argument;
            return 0;
        }
        settings->addresses = tool_grow(settings->addresses, settings->count, &settings->capacity,
                                        sizeof(*settings->addresses));
        settings->addresses[settings->count++] = address_of(state, argument);
        return 0;
    case ARGP_KEY_END:
        if (settings->count == 0) {
            argp_error(state, "which process or core, and which ADDRESS?");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static json_t *place_object(const struct inspect_place *place)
{
    static const char *const kinds[] = {"nowhere", "live",       "magazine", "depot", "reserve",
                                        "slab",    "never used", "between",  "list"};
    json_t *object = json_object();
    bool known = place->list != NULL;

    look_json_set(object, "address", look_json_address(place->address));
    look_json_set(object, "kind", json_string(kinds[place->kind]));
    look_json_set(object, "list", known ? json_string(place->list->statistics.name) : json_null());
    look_json_set(object, "list_address", look_json_address(known ? place->list->handle : 0));
    look_json_set(object, "entry", look_json_address(place->entry));
    look_json_set(object, "offset", known ? look_json_number(place->offset) : json_null());
    look_json_set(object, "slab", look_json_address(place->slab));
    look_json_set(object, "thread",
                  look_json_address(place->magazine != NULL ? place->magazine->thread : 0));
    look_json_set(object, "tid",
                  place->magazine != NULL && place->magazine->tid != 0
                      ? json_integer(place->magazine->tid)
                      : json_null());
    look_json_set(object, "moved", json_boolean(place->moved));
    return object;
}

int whatis_command(int argc, char **argv)
{
    static const struct argp argp = {options, parse, "PROCESS|CORE ADDRESS...", description, NULL,
                                     NULL,    NULL};
    struct settings settings = {0};
    int status = INSPECT_OK;

    arguments_parse(&argp, argc, argv, 0, &settings);
    struct inspect_target *target = look_open(settings.target);
    struct inspect_snapshot *snapshot = look_snapshot(target);
    struct inspect_text to = look_text(stdout);
    json_t *places = json_array();
    for (size_t i = 0; i < settings.count; i++) {
        struct inspect_place place;
        struct inspect_error error;
        if (inspect_whatis(target, snapshot, settings.addresses[i], &place, &error) != INSPECT_OK) {
            look_fail(&error);
        }
        if (settings.json) {
            json_array_append_new(places, place_object(&place));
        } else {
            inspect_text_place(&to, &place);
        }
        status = place.kind == INSPECT_NOWHERE ? INSPECT_NOT_FOUND : status;
    }
    if (settings.json) {
        json_t *document = look_json_document("lookaside-whatis/1");
        look_json_set(document, "target", look_json_target(target));
        look_json_set(document, "places", json_incref(places));
        look_json_print(document);
    }
    look_finish(stdout);
    json_decref(places);
    inspect_free_snapshot(snapshot);
    inspect_close(target);
    free(settings.addresses);
    return status;
}
