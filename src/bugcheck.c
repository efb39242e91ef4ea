/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The one way to die: one sentence, then the handler's decision, by default abort.
 *
 * Called with no lock held and nothing left to do, because a handler may call the library. */
#include "bugcheck.h"

#include "os.h"
#include "os_probe.h"
#include "sentence.h"

static lookaside_bugcheck_handler *current_handler;
static void *current_context;

void lookaside_set_bugcheck_handler(lookaside_bugcheck_handler *handler, void *context)
{
    LOOKASIDE_STORE(&current_context, context);
    LOOKASIDE_STORE_RELEASE(&current_handler, handler);
}

/* None, not less, while a double free waits to be found. */
static uint64_t entries_out(struct lookaside_state *list)
{
    os_lock(&list->cache.lock);
    struct cache_totals totals = cache_totals_locked(&list->cache);
    os_unlock(&list->cache.lock);
    return totals.allocates > totals.frees ? totals.allocates - totals.frees : 0;
}

void lookaside_bugcheck(lookaside_bugcheck_code code, lookaside_list *handle, void *entry)
{
    struct lookaside_state *list = handle == NULL ? NULL : list_of(handle);
    struct accusation accusation = {code, handle, NULL, 0, entry, 0};
    char buffer[SENTENCE_SIZE];
    lookaside_bugcheck_handler *handler = LOOKASIDE_LOAD_ACQUIRE(&current_handler);

    probe_bugcheck(code, handle, entry);
    if (list != NULL) {
        accusation.name = list->name;
        accusation.tag = list->options.tag;
        accusation.out = code == LOOKASIDE_BUGCHECK_DESTROYED_IN_USE ? entries_out(list) : 0;
    }
    struct text sentence = sentence_in(buffer, &accusation);
    if (handler != NULL) {
        handler(code, handle, entry, buffer, LOOKASIDE_LOAD(&current_context));
        return;
    }
    text_add(&sentence, "\n");
    os_write_error(sentence.start, sentence.length);
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
