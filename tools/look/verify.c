/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside verify`: proves that the lists of a process or a core are as they should be. */
#include "look_json.h"

#define CORRUPT 1

static const char description[] =
    "Walk every magazine, depot and slab of a process or a core and prove that everything is as it "
    "should be: every cached entry is one of the list's, out of its slab and cached once; slabs "
    "and counters add up; links lead where they should."
    "\vNothing of the process is stopped or changed. What moves while it is read is read again; a "
    "list that does not hold still is named and not judged by what moved.\n\n"
    "Exit status: 0 clean, 1 corrupt, 2 unreadable; the others are those of `lookaside show`.";

static const struct argp_option options[] = {
    {"json", 'j', NULL, 0, "as JSON", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

struct settings {
    const char *target;
    bool json;
};

struct telling {
    struct inspect_text text;
    json_t *findings; /* NULL: as text */
};

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is argp's */
static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case 'j':
        settings->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (settings->target != NULL) {
            argp_error(state, "one process or core at a time");
        }
        settings->target = argument;
        return 0;
    case ARGP_KEY_END:
        if (settings->target == NULL) {
            argp_error(state, "which process or core?");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void tell(void *context, const struct inspect_list *list, bool fault, const char *sentence)
{
    struct telling *telling = context;

    if (telling->findings == NULL) {
        inspect_text_finding(&telling->text, list, fault, sentence);
        return;
    }
    json_t *object = json_object();
    look_json_set(object, "list", list != NULL ? json_string(list->statistics.name) : json_null());
    look_json_set(object, "list_address", look_json_address(list != NULL ? list->handle : 0));
    look_json_set(object, "fault", json_boolean(fault));
    look_json_set(object, "sentence", json_string(sentence));
    json_array_append_new(telling->findings, object);
}

static void print_json(const struct inspect_target *target, const struct inspect_verdict *verdict,
                       json_t *findings)
{
    json_t *document = look_json_document("lookaside-verify/1");

    look_json_set(document, "target", look_json_target(target));
    look_json_set(document, "verdict", json_string(verdict->faults == 0 ? "clean" : "corrupt"));
    look_json_set(document, "lists", look_json_number(verdict->lists));
    look_json_set(document, "live_entries", look_json_number(verdict->live));
    look_json_set(document, "current_depth", look_json_number(verdict->cached));
    look_json_set(document, "slab_free", look_json_number(verdict->free));
    look_json_set(document, "moved", look_json_number(verdict->moved));
    look_json_set(document, "faults", look_json_number(verdict->faults));
    look_json_set(document, "findings", findings);
    look_json_print(document);
}

int verify_command(int argc, char **argv)
{
    static const struct argp argp = {options, parse, "PROCESS|CORE", description, NULL, NULL, NULL};
    struct settings settings = {0};
    struct inspect_verdict verdict;
    struct inspect_error error;

    arguments_parse(&argp, argc, argv, 0, &settings);
    struct inspect_target *target = look_open(settings.target);
    struct telling telling = {look_text(stdout), settings.json ? json_array() : NULL};
    if (inspect_verify(target, tell, &telling, &verdict, &error) != INSPECT_OK) {
        look_fail(&error);
    }
    if (settings.json) {
        print_json(target, &verdict, telling.findings);
    } else {
        inspect_text_verdict(&telling.text, &verdict);
    }
    look_finish(stdout);
    inspect_close(target);
    return verdict.faults == 0 ? 0 : CORRUPT;
}
