/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A broken contract becomes one sentence on the debugger's channel and then bug check 0xC4,
 * DRIVER_VERIFIER_DETECTED_VIOLATION, whose first parameter is our code: where Driver Verifier has
 * a code for the fault it is the same, so that `!analyze` explains it.
 *
 * A failed allocation of a list that raises becomes the status's NTSTATUS, raised by ExRaiseStatus
 * as the pool raises with POOL_RAISE_IF_ALLOCATION_FAILURE. Nothing can be raised above APC_LEVEL
 * (that is ExRaiseStatus's own limit): there it is a bugcheck that says so, as user mode's default
 * is.
 *
 * A driver's tests may put a handler before either, which may return: then the faulty call has no
 * effect, and the failed allocation returns NULL. The handlers are set before lists are in use; the
 * contexts are written first, so that who sees a handler sees its context. */
#include "failure.h"

#include "ddk.h"
#include "sentence.h"

static lookaside_bugcheck_handler *volatile bugcheck_handler;
static void *volatile bugcheck_context;
static lookaside_raise_handler *volatile raise_handler;
static void *volatile raise_context;

void lookaside_set_bugcheck_handler(lookaside_bugcheck_handler *handler, void *context)
{
    LOOKASIDE_STORE(&bugcheck_context, context);
    LOOKASIDE_STORE_RELEASE(&bugcheck_handler, handler);
}

void lookaside_set_raise_handler(lookaside_raise_handler *handler, void *context)
{
    LOOKASIDE_STORE(&raise_context, context);
    LOOKASIDE_STORE_RELEASE(&raise_handler, handler);
}

void lookaside_bugcheck(lookaside_bugcheck_code code, lookaside_list *list, void *entry)
{
    struct accusation accusation = {code, list, NULL, 0, entry, 0};
    char sentence[SENTENCE_SIZE];
    lookaside_bugcheck_handler *handler = LOOKASIDE_LOAD_ACQUIRE(&bugcheck_handler);

    if (list_check(list) == LOOKASIDE_OK) {
        accusation.name = list->name;
        accusation.tag = list->native.L.Tag;
        accusation.out = (uint64_t)LOOKASIDE_LOAD(&list->outstanding);
    }
    sentence_in(sentence, &accusation);
    if (handler != NULL) {
        handler(code, list, entry, sentence, LOOKASIDE_LOAD(&bugcheck_context));
        return;
    }
    (void)DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "%s\n", sentence);
    KeBugCheckEx(DRIVER_VERIFIER_DETECTED_VIOLATION, (ULONG_PTR)code, (ULONG_PTR)list,
                 (ULONG_PTR)entry, 0);
}

void failure_raise(lookaside_list *list, lookaside_status status)
{
    lookaside_raise_handler *handler = LOOKASIDE_LOAD_ACQUIRE(&raise_handler);

    if (handler != NULL) {
        handler(status, list, LOOKASIDE_LOAD(&raise_context));
        return;
    }
    if (KeGetCurrentIrql() > APC_LEVEL) {
        lookaside_bugcheck(LOOKASIDE_BUGCHECK_ALLOCATION_RAISED, list, NULL);
        return;
    }
    ExRaiseStatus((NTSTATUS)lookaside_ntstatus(status));
}

lookaside_status list_check(const lookaside_list *list)
{
    if (list == NULL) {
        return LOOKASIDE_NULL_ARGUMENT;
    }
    return lookaside_is_live(list) ? LOOKASIDE_OK : LOOKASIDE_NOT_INITIALIZED;
}

/* What is wrong with a list that is not live. */
static lookaside_bugcheck_code fault_of(const lookaside_list *list)
{
    if (list->seal == 0) {
        return LOOKASIDE_BUGCHECK_NOT_INITIALIZED;
    }
    return list->seal == ((uintptr_t)list ^ LOOKASIDE_SEAL_DESTROYED)
               ? LOOKASIDE_BUGCHECK_USED_AFTER_DESTROY
               : LOOKASIDE_BUGCHECK_CORRUPTED_LIST;
}

bool list_live_or_bugcheck(lookaside_list *list, void *entry)
{
    if (lookaside_is_live(list)) {
        return true;
    }
    lookaside_bugcheck(fault_of(list), list, entry);
    return false;
}
