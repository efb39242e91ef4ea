/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* JSON of what was found; docs/schema describes the documents. */
#ifndef LOOK_LOOK_JSON_H
#define LOOK_LOOK_JSON_H

#include "look.h"

#include <jansson.h>

/* Sets a member; what is no UTF-8 becomes null. */
void look_json_set(json_t *object, const char *name, json_t *value);

json_t *look_json_number(uint64_t value); /* above 2^53 a string: JavaScript's numbers end there */
json_t *look_json_address(uint64_t address); /* "0x7f10", or null for 0 */
json_t *look_json_text(const char *text);    /* or null for "" */

/* The parts of a document. */
json_t *look_json_target(const struct inspect_target *target);
void look_json_figures(json_t *object, const struct inspect_list *list);
json_t *look_json_copies(const struct inspect_snapshot *snapshot);
json_t *look_json_list(struct inspect_target *target, const struct inspect_list *list);

/* A document begins with the name and version of its schema; printing ends it. */
json_t *look_json_document(const char *schema);
void look_json_print(json_t *document);

#endif
