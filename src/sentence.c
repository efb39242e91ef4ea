/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* For instance:
 *
 *     lookaside: bugcheck 0x13: the entry was freed twice (list "contexts", tag "Ctx1",
 *     0x7ffe2a10; entry 0x55d0c040)
 *
 * on one line. */
#include "sentence.h"

static void add_list(struct text *sentence, const struct accusation *accusation)
{
    if (accusation->list == NULL) {
        text_add(sentence, "no list");
        return;
    }
    text_add(sentence, "list ");
    if (accusation->name != NULL) {
        text_add(sentence, "\"");
        text_add(sentence, accusation->name);
        text_add(sentence, "\", tag \"");
        text_add_tag(sentence, accusation->tag);
        text_add(sentence, "\", ");
    }
    text_add_hex(sentence, (uintptr_t)accusation->list, 1);
}

struct text sentence_in(char *buffer, const struct accusation *accusation)
{
    struct text sentence = text_in(buffer, SENTENCE_SIZE);

    text_add(&sentence, "lookaside: bugcheck ");
    text_add_code(&sentence, accusation->code);
    text_add(&sentence, ": ");
    text_add(&sentence, lookaside_bugcheck_message(accusation->code));
    text_add(&sentence, " (");
    add_list(&sentence, accusation);
    if (accusation->entry != NULL) {
        text_add(&sentence, "; entry ");
        text_add_hex(&sentence, (uintptr_t)accusation->entry, 1);
    }
    if (accusation->code == LOOKASIDE_BUGCHECK_DESTROYED_IN_USE) {
        text_add(&sentence, "; entries out: ");
        text_add_decimal(&sentence, accusation->out, 1);
    }
    text_add(&sentence, ")");
    return sentence;
}
