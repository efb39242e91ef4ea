/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Two sets of live lists, the nonpaged and the paged ones, each in the order of initialisation.
 *
 * As in the kernel the lists are chained through their own ListEntry: a debugger may walk that, and
 * a driver that frees a list's memory without deleting it breaks it. Nothing here walks it: beside
 * the chain stands a record for each list, outside the driver's memory, with the owner and the
 * calls that initialised it. When a list is added or removed, links are compared with what the
 * records say; a difference is the kernel's bugcheck 0x139, parameter 3, and what is no list any
 * more is not written to.
 *
 * One lock over all of it, also held while the tuner visits. */
#include "lists.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bugcheck.h"
#include "owner.h"
#include "trace.h"
#include "verifier.h"

struct live_list {
    PGENERAL_LOOKASIDE_POOL list;
    void *owner;
    struct trace trace;
    struct live_list *next;
    struct live_list *previous;
};

struct set {
    LIST_ENTRY head;         /* of the chain through the lists */
    struct live_list *first; /* of the records */
    struct live_list *last;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct set sets[2] = {{{&sets[0].head, &sets[0].head}, NULL, NULL},
                             {{&sets[1].head, &sets[1].head}, NULL, NULL}};

static struct live_list *find_locked(const GENERAL_LOOKASIDE_POOL *list, struct set **set)
{
    for (*set = sets; *set < sets + RTL_NUMBER_OF(sets); ++*set) {
        for (struct live_list *live = (*set)->first; live != NULL; live = live->next) {
            if (live->list == list) {
                return live;
            }
        }
    }
    return NULL;
}

/* The memory may be gone and reused: AddressSanitizer shall not blame the twin for looking. */
WDK_UNWATCHED static BOOLEAN is_between(const LIST_ENTRY *entry, const LIST_ENTRY *before,
                                        const LIST_ENTRY *behind)
{
    return entry->Blink == before && entry->Flink == behind;
}

/* Links the one to the other, each as far as its memory is still a list's. */
WDK_UNWATCHED static void join(PLIST_ENTRY before, BOOLEAN before_is_intact, PLIST_ENTRY behind,
                               BOOLEAN behind_is_intact)
{
    if (before_is_intact) {
        before->Flink = behind;
    }
    if (behind_is_intact) {
        behind->Blink = before;
    }
}

static PLIST_ENTRY entry_of(struct set *set, struct live_list *live)
{
    return live == NULL ? &set->head : &live->list->ListEntry;
}

/* Whether the record's list still has the links that it was given. */
static BOOLEAN is_intact(struct set *set, struct live_list *live)
{
    return live == NULL || is_between(entry_of(set, live), entry_of(set, live->previous),
                                      entry_of(set, live->next));
}

static void report_corrupt(const struct live_list *live)
{
    char caller[160];

    trace_name(trace_caller(&live->trace), caller, sizeof(caller));
    verifier_report(
        RULE_LINK_CORRUPT, ADDRESS(live->list), ADDRESS(&live->list->ListEntry), 0,
        "The links of lookaside list %p are not what they were; it was initialised by %s",
        (void *)live->list, caller);
}

void lists_add(PGENERAL_LOOKASIDE_POOL list, BOOLEAN paged)
{
    struct set *set = &sets[paged ? 1 : 0];
    struct live_list *live = calloc(1, sizeof(*live));
    struct live_list corrupt = {.list = NULL};

    if (live == NULL) {
        bugcheck(MANUALLY_INITIATED_CRASH, 0, 0, 0, 0, "The twin itself is out of memory.");
    }
    live->list = list;
    live->owner = owner_current();
    trace_take(&live->trace);
    (void)pthread_mutex_lock(&lock);
    BOOLEAN last_is_intact = is_intact(set, set->last);
    if (!last_is_intact) {
        corrupt = *set->last;
    }
    live->previous = set->last;
    *(set->last == NULL ? &set->first : &set->last->next) = live;
    join(entry_of(set, set->last), last_is_intact, &list->ListEntry, TRUE);
    join(&list->ListEntry, TRUE, &set->head, TRUE);
    set->last = live;
    (void)pthread_mutex_unlock(&lock);
    if (corrupt.list != NULL) {
        report_corrupt(&corrupt);
    }
}

static void unlink_locked(struct set *set, struct live_list *live)
{
    BOOLEAN before_is_intact = is_intact(set, live->previous);
    BOOLEAN behind_is_intact = is_intact(set, live->next);

    *(live->previous == NULL ? &set->first : &live->previous->next) = live->next;
    *(live->next == NULL ? &set->last : &live->next->previous) = live->previous;
    join(entry_of(set, live->previous), before_is_intact, entry_of(set, live->next),
         behind_is_intact);
}

BOOLEAN lists_remove(PGENERAL_LOOKASIDE_POOL list)
{
    struct set *set;
    struct live_list corrupt = {.list = NULL};

    (void)pthread_mutex_lock(&lock);
    struct live_list *live = find_locked(list, &set);
    if (live != NULL) {
        if (!is_intact(set, live)) {
            corrupt = *live;
        }
        unlink_locked(set, live);
    }
    (void)pthread_mutex_unlock(&lock);
    free(live);
    if (corrupt.list != NULL) {
        report_corrupt(&corrupt);
    }
    return live != NULL;
}

BOOLEAN lists_contain(const GENERAL_LOOKASIDE_POOL *list)
{
    struct set *set;

    (void)pthread_mutex_lock(&lock);
    BOOLEAN result = find_locked(list, &set) != NULL;
    (void)pthread_mutex_unlock(&lock);
    return result;
}

PGENERAL_LOOKASIDE_POOL lists_inside(const void *start, SIZE_T size)
{
    const ULONG_PTR from = (ULONG_PTR)start;
    PGENERAL_LOOKASIDE_POOL found = NULL;

    (void)pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < RTL_NUMBER_OF(sets); i++) {
        for (struct live_list *live = sets[i].first; live != NULL; live = live->next) {
            ULONG_PTR list = (ULONG_PTR)live->list;
            if (list < from + size && list + sizeof(*live->list) > from) {
                found = live->list;
            }
        }
    }
    (void)pthread_mutex_unlock(&lock);
    return found;
}

void lists_visit(BOOLEAN paged, lists_visitor *visit)
{
    (void)pthread_mutex_lock(&lock);
    for (struct live_list *live = sets[paged ? 1 : 0].first; live != NULL; live = live->next) {
        visit(live->list);
    }
    (void)pthread_mutex_unlock(&lock);
}

/* ---- By owner ----------------------------------------------------------------------------------- */

/* Calls visit for each list of this owner, which may remove it. Returns how many there are. */
static ULONG visit_of_owner(void *owner, void (*visit)(struct set *set, struct live_list *live))
{
    ULONG count = 0;

    (void)pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < RTL_NUMBER_OF(sets); i++) {
        struct live_list *next;
        for (struct live_list *live = sets[i].first; live != NULL; live = next) {
            next = live->next;
            if (live->owner == owner) {
                count++;
                visit(&sets[i], live);
            }
        }
    }
    (void)pthread_mutex_unlock(&lock);
    return count;
}

static void only_count(struct set *set, struct live_list *live)
{
    (void)set;
    (void)live;
}

static void print(struct set *set, struct live_list *live)
{
    (void)fprintf(stderr, "  not deleted: %s lookaside list %p, initialised by\n",
                  set == &sets[1] ? "paged" : "nonpaged", (void *)live->list);
    trace_print(&live->trace);
}

static void forget(struct set *set, struct live_list *live)
{
    unlink_locked(set, live);
    free(live);
}

ULONG lists_count_of(void *owner)
{
    return visit_of_owner(owner, only_count);
}

void lists_print_of(void *owner)
{
    (void)visit_of_owner(owner, print);
}

void lists_disown(void *owner)
{
    (void)visit_of_owner(owner, forget);
}

ULONG wdk_list_count(void)
{
    ULONG count = 0;

    (void)pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < RTL_NUMBER_OF(sets); i++) {
        for (struct live_list *live = sets[i].first; live != NULL; live = live->next) {
            count++;
        }
    }
    (void)pthread_mutex_unlock(&lock);
    return count;
}
