/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Names are made for C: small letters, digits and underscores. Of a C++ function, the class counts
 * rather than the method; of `make_edge` or `edge_alloc`, the edge. */
#include "list_name.h"

#include "../tool.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* Cuts a C++ name to its last part: no parameters, template arguments, or scopes. */
static void cut_scopes(char *name)
{
    size_t depth = 0;
    size_t length = 0;

    for (const char *from = name; *from != '\0'; from++) {
        if (*from == '<' || *from == '(') {
            depth++;
        } else if (*from == '>' || *from == ')') {
            depth -= depth > 0;
        } else if (depth == 0 && from[0] == ':' && from[1] == ':') {
            length = 0;
            from++;
        } else if (depth == 0 && *from == ' ') {
            length = 0; /* a return type */
        } else if (depth == 0) {
            name[length++] = *from;
        }
    }
    name[length] = '\0';
}

static void make_identifier(char *name)
{
    for (char *letter = name; *letter != '\0'; letter++) {
        *letter = isalnum((unsigned char)*letter) ? (char)tolower((unsigned char)*letter) : '_';
    }
}

/* Takes one verb off the beginning or the end, if something is left. */
static void cut_verb(char *name)
{
    static const char *const verbs[] = {"allocate", "alloc", "create", "make", "new",
                                        "init",     "get",   "build",  "add"};
    size_t length = strlen(name);

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        size_t verb = strlen(verbs[i]);
        if (length <= verb + 1) {
            continue;
        }
        if (strncmp(name, verbs[i], verb) == 0 && name[verb] == '_') {
            memmove(name, name + verb + 1, length - verb);
            return;
        }
        if (strcmp(name + length - verb, verbs[i]) == 0 && name[length - verb - 1] == '_') {
            name[length - verb - 1] = '\0';
            return;
        }
    }
}

char *list_name(const struct location *location, uint32_t size)
{
    char *name = NULL;

    if (location->function != NULL) {
        name = tool_format("%s", location->function);
        cut_scopes(name);
        make_identifier(name);
        cut_verb(name);
        if (name[strspn(name, "_")] == '\0' || isdigit((unsigned char)name[0])) {
            free(name);
            name = NULL;
        }
    }
    if (name == NULL) {
        name = tool_format("block_%u", size);
    }
    char *list = tool_format("%s_list", name);
    free(name);
    return list;
}

bool list_names_equal(const char *left, const char *right)
{
    return strcmp(left, right) == 0;
}

char *location_text(const struct location *location)
{
    const char *module = base_name(location->module);

    if (location->module[0] == '\0') {
        return tool_format("(not known)");
    }
    if (location->function == NULL && location->file == NULL) {
        return tool_format("%s+0x%" PRIx64, module, location->offset);
    }
    const char *function = location->function != NULL ? location->function : "?";
    if (location->file != NULL) {
        return tool_format("%s at %s:%d (%s)", function, base_name(location->file), location->line,
                           module);
    }
    return tool_format("%s (%s+0x%" PRIx64 ")", function, module, location->offset);
}
