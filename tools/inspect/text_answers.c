/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Short answers: one list in a line, what is at an address, whether all is as it should be. */
#include "text_out.h"

#include <inttypes.h>

static void print_list_name(const struct inspect_text *to, const struct inspect_list *list)
{
    char tag[TEXT_FIGURE];

    if (list->statistics.name[0] != '\0') {
        text_print(to, "list \"%s\"", list->statistics.name);
    } else {
        text_print(to, "list 0x%" PRIx64, list->handle);
    }
    text_print(to, " (tag \"%s\", %zu B)", text_tag(tag, list->statistics.tag),
               list->statistics.size);
}

void inspect_text_brief(const struct inspect_text *to, const struct inspect_list *list)
{
    const lookaside_statistics *s = &list->statistics;
    char rate[TEXT_FIGURE];

    text_print(to,
               "\"%s\" %zu B, depth %" PRIu32 "/%" PRIu32 ", live %" PRIu64 ", cached %" PRIu64
               ", hit %s%s",
               s->name, s->size, s->depth, s->maximum_depth, s->live_entries, s->current_depth,
               text_hit_rate(rate, s->total_allocates, s->allocate_misses, 2),
               list->moved ? " ~" : "");
}

/* ---- What is at an address? ------------------------------------------------------------------ */

static const char *state_of(const struct inspect_place *place)
{
    switch (place->kind) {
    case INSPECT_LIVE:
        return "live: it is out";
    case INSPECT_IN_MAGAZINE:
        return "free, in a magazine";
    case INSPECT_IN_DEPOT:
        return "free, in the depot";
    case INSPECT_IN_RESERVE:
        return "free, held in reserve";
    case INSPECT_IN_SLAB:
        return "free, in its slab";
    case INSPECT_NEVER_USED:
        return "free: it was never handed out";
    default:
        return "";
    }
}

static void print_owner(const struct inspect_text *to, const struct inspect_magazine *magazine)
{
    if (magazine == NULL) {
        return;
    }
    if (magazine->tid != 0) {
        text_print(to, " of thread %ld", (long)magazine->tid);
    } else if (magazine->thread != 0) {
        text_print(to, " of thread 0x%" PRIx64, magazine->thread);
    }
    if (magazine->thread_name[0] != '\0') {
        text_print(to, " \"%s\"", magazine->thread_name);
    }
}

static void print_entry(const struct inspect_text *to, const struct inspect_place *place)
{
    text_print(to, "+0x%" PRIx64 " in an entry of ", place->offset);
    print_list_name(to, place->list);
    text_print(to, "\n    entry 0x%" PRIx64, place->entry);
    if (place->slab != 0) {
        text_print(to, " of slab 0x%" PRIx64, place->slab);
    }
    text_print(to, "\n    ");
    text_paint(to, place->kind == INSPECT_LIVE ? TEXT_GREEN : TEXT_YELLOW, "%s", state_of(place));
    print_owner(to, place->magazine);
    text_print(to, "\n");
}

void inspect_text_place(const struct inspect_text *to, const struct inspect_place *place)
{
    text_print(to, "0x%" PRIx64 " is ", place->address);
    switch (place->kind) {
    case INSPECT_NOWHERE:
        text_print(to, "in no list\n");
        break;
    case INSPECT_A_LIST:
        text_print(to, "+0x%" PRIx64 " in the lookaside_list of ", place->offset);
        print_list_name(to, place->list);
        text_print(to, "\n");
        break;
    case INSPECT_BETWEEN:
        text_print(to, "+0x%" PRIx64 " in slab 0x%" PRIx64 " of ", place->offset, place->slab);
        print_list_name(to, place->list);
        text_print(to, ", but in no entry\n");
        break;
    default:
        print_entry(to, place);
    }
    if (place->moved) {
        text_print(to, "    ~ the list changed while it was read: this may be over.\n");
    }
}

/* ---- Is everything as it should be? ---------------------------------------------------------- */

void inspect_text_finding(const struct inspect_text *to, const struct inspect_list *list,
                          bool fault, const char *sentence)
{
    text_paint(to, fault ? TEXT_RED : TEXT_YELLOW, "%s", fault ? "fault: " : "moved: ");
    if (list != NULL) {
        print_list_name(to, list);
        text_print(to, ": ");
    }
    text_print(to, "%s\n", sentence);
}

void inspect_text_verdict(const struct inspect_text *to, const struct inspect_verdict *verdict)
{
    if (verdict->faults == 0) {
        text_paint(to, TEXT_GREEN, "clean: ");
    } else {
        text_paint(to, TEXT_RED, "corrupt: ");
        text_print(to, "%" PRIu64 " fault%s in ", verdict->faults, text_plural(verdict->faults));
    }
    text_print(
        to, "%" PRIu64 " list%s, %" PRIu64 " live, %" PRIu64 " cached and %" PRIu64 " free entries",
        verdict->lists, text_plural(verdict->lists), verdict->live, verdict->cached, verdict->free);
    if (verdict->moved > 0) {
        text_print(to, "; %" PRIu64 " list%s did not hold still", verdict->moved,
                   text_plural(verdict->moved));
    }
    text_print(to, "\n");
}
