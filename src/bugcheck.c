/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The one way to die: one sentence, then the handler's decision, by default abort.
 *
 * Called with no lock held and nothing left to do, because a handler may call the library. */
#include "bugcheck.h"

#include <inttypes.h>
#include <stdio.h>

#include "os.h"

static lookaside_bugcheck_handler *current_handler;
static void *current_context;

void lookaside_set_bugcheck_handler(lookaside_bugcheck_handler *handler, void *context)
{
    LOOKASIDE_STORE(&current_context, context);
    LOOKASIDE_STORE_RELEASE(&current_handler, handler);
}

static void write_sentence(char *text, size_t size, lookaside_bugcheck_code code,
                           lookaside_list *handle, const void *entry)
{
    const struct lookaside_state *list = handle == NULL ? NULL : list_of(handle);
    char of_list[LOOKASIDE_NAME_SIZE + 64] = "no list";
    char of_entry[40] = "";

    if (list != NULL) {
        (void)snprintf(of_list, sizeof(of_list), "list \"%s\", tag \"%s\", 0x%" PRIxPTR, list->name,
                       list_tag_text(list->options.tag).text, (uintptr_t)handle);
    } else if (handle != NULL) {
        (void)snprintf(of_list, sizeof(of_list), "list 0x%" PRIxPTR, (uintptr_t)handle);
    }
    if (entry != NULL) {
        (void)snprintf(of_entry, sizeof(of_entry), "; entry 0x%" PRIxPTR, (uintptr_t)entry);
    }
    (void)snprintf(text, size, "lookaside: bugcheck 0x%X: %s (%s%s)", (unsigned)code,
                   lookaside_bugcheck_message(code), of_list, of_entry);
}

void lookaside_bugcheck(lookaside_bugcheck_code code, lookaside_list *list, void *entry)
{
    char sentence[384];
    lookaside_bugcheck_handler *handler = LOOKASIDE_LOAD_ACQUIRE(&current_handler);

    write_sentence(sentence, sizeof(sentence), code, list, entry);
    if (handler != NULL) {
        handler(code, list, entry, sentence, LOOKASIDE_LOAD(&current_context));
        return;
    }
    size_t length = 0;
    while (sentence[length] != '\0') {
        length++;
    }
    sentence[length] = '\n'; /* the sentence is shorter than its buffer by far */
    os_write_error(sentence, length + 1);
    os_abort();
}

struct lookaside_state *list_or_bugcheck(lookaside_list *handle, void *entry)
{
    struct lookaside_state *list = list_of(handle);

    if (list == NULL) {
        lookaside_bugcheck(list_fault(handle), handle, entry);
    }
    return list;
}
