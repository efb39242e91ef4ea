/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside explain`: what a figure means. */
#include "look.h"

#include <string.h>

static const char description[] =
    "Explain a figure or a word of `show`, `top` and the other subcommands, in a paragraph. "
    "Without one, list all of them."
    "\vCOUNTER is a name as in JSON (allocate_misses), on the screen (AllocateMisses, CACHED, ~), "
    "or of Prometheus (lookaside_entries).";

enum option_key { KEY_MARKDOWN = 256 };

static const struct argp_option options[] = {
    {"markdown", KEY_MARKDOWN, NULL, 0, "all of it, as docs/counters.md has it", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

struct settings {
    const char *word;
    bool markdown;
};

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is argp's */
static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case KEY_MARKDOWN:
        settings->markdown = true;
        return 0;
    case ARGP_KEY_ARG:
        if (settings->word != NULL) {
            argp_error(state, "one COUNTER at a time; quote names with blanks");
        }
        settings->word = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void print_metric(const struct counter *counter, const char *code)
{
    printf("%s%s", code, counter->metric->name);
    if (counter->label_name != NULL) {
        printf("{%s=\"%s\"}", counter->label_name, counter->label_value);
    }
    printf("%s", code);
}

static void print_kind(const struct counter *counter)
{
    printf(", %s %s %s", counter_kind_name(counter->kind),
           counter->kind == COUNTER_RATIO ? "in" : "of", counter->unit);
}

/* The paragraph in lines of at most 78 characters. */
static void print_wrapped(const char *text)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        if (column > 0 && column + 1 + word > 78) {
            printf("\n");
            column = 0;
        }
        column += (size_t)printf("%s%.*s", column > 0 ? " " : "", (int)word, text);
        text += word;
        text += strspn(text, " ");
    }
    printf("\n");
}

static void explain(const struct counter *counter)
{
    printf("%s", counter->label);
    if (strcmp(counter->name, counter->label) != 0) {
        printf(" (%s)", counter->name);
    }
    if (counter->kind != COUNTER_WORD) {
        print_kind(counter);
    }
    printf("\n\n");
    print_wrapped(counter->paragraph);
    if (counter->metric != NULL) {
        printf("\nFor Prometheus: ");
        print_metric(counter, "");
        printf("\n");
    }
}

static void list_all(void)
{
    static const char format[] = "%-22s  %-24s  %-10s  %-9s  %s\n";

    printf(format, "NAME", "ON THE SCREEN", "COLUMN", "KIND", "UNIT");
    for (size_t i = 0; i < counter_count; i++) {
        const struct counter *counter = &counters[i];
        const char *column = counter->column[0] != '\0' ? counter->column : "-";
        const char *unit = counter->unit[0] != '\0' ? counter->unit : "-";
        printf(format, counter->name, counter->label, column, counter_kind_name(counter->kind),
               unit);
    }
    printf("\n`lookaside explain NAME` explains one.\n");
}

static void print_markdown(void)
{
    printf(
        "<!-- SPDX-License-Identifier: MIT -->\n"
        "<!-- SPDX-FileCopyrightText: 2026 The lookaside authors -->\n\n"
        "# What the figures mean\n\n"
        "Printed by `lookaside explain --markdown`; a test keeps the two equal. The name is that "
        "in JSON and\nin recordings.\n");
    for (size_t i = 0; i < counter_count; i++) {
        const struct counter *counter = &counters[i];
        printf("\n## %s\n\n", counter->label);
        printf("`%s`", counter->name);
        if (counter->kind != COUNTER_WORD) {
            print_kind(counter);
        }
        if (counter->column[0] != '\0') {
            printf(", column %s", counter->column);
        }
        if (counter->metric != NULL) {
            printf(", ");
            print_metric(counter, "`");
        }
        printf("\n\n%s\n", counter->paragraph);
    }
}

int explain_command(int argc, char **argv)
{
    static const struct argp argp = {options, parse, "[COUNTER]", description, NULL, NULL, NULL};
    struct settings settings = {0};

    arguments_parse(&argp, argc, argv, 0, &settings);
    if (settings.markdown) {
        print_markdown();
    } else if (settings.word == NULL) {
        list_all();
    } else {
        const struct counter *counter = counter_find(settings.word);
        if (counter == NULL) {
            char names[128];
            counter_nearest(settings.word, names, sizeof(names));
            struct inspect_error error = {.result = INSPECT_NOT_FOUND};
            snprintf(error.sentence, sizeof(error.sentence), "there is no '%s' to explain; %s%s%s",
                     settings.word, names[0] != '\0' ? "did you mean: " : "", names,
                     names[0] != '\0' ? "?" : "`lookaside explain` lists what there is");
            look_fail(&error);
        }
        explain(counter);
    }
    look_finish(stdout);
    return 0;
}
