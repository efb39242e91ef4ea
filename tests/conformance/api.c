/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One backing and one record of faults serve all checks, which run one at a time. */
#include "api.h"

#define MOST_FREED_KEPT RTL_NUMBER_OF(api_backing.freed)

struct api_told api_told;
struct api_backing api_backing;

static void note_bugcheck(lookaside_bugcheck_code code, lookaside_list *list, void *entry,
                          const char *sentence, void *context)
{
    ULONG i = 0;

    api_told.bugchecks++;
    api_told.code = code;
    api_told.list = list;
    api_told.entry = entry;
    api_told.context = context;
    for (; i + 1 < sizeof api_told.sentence && sentence[i] != '\0'; i++) {
        api_told.sentence[i] = sentence[i];
    }
    api_told.sentence[i] = '\0';
}

static void note_raise(lookaside_status status, lookaside_list *list, void *context)
{
    api_told.raises++;
    api_told.status = status;
    api_told.list = list;
    api_told.context = context;
}

void api_begin(void)
{
    RtlZeroMemory(&api_told, sizeof api_told);
    RtlZeroMemory(&api_backing, sizeof api_backing);
    lookaside_set_bugcheck_handler(note_bugcheck, &api_told);
    lookaside_set_raise_handler(note_raise, &api_told);
}

void api_end(void)
{
    lookaside_set_bugcheck_handler(NULL, NULL);
    lookaside_set_raise_handler(NULL, NULL);
}

lookaside_options api_options(BOOLEAN callbacks)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;

    options.tag = API_TAG;
    options.context = &api_backing;
    if (callbacks) {
        options.allocate = api_allocate;
        options.free = api_free;
        options.construct = api_construct;
        options.destruct = api_destruct;
    }
    return options;
}

void *api_allocate(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *list,
                   void *context)
{
    const ULONG call = (ULONG)InterlockedIncrement(&api_backing.calls);

    if (!api_backing.crowded) {
        api_backing.pool_type = pool_type;
        api_backing.size = size;
        api_backing.tag = tag;
        api_backing.list = list;
        api_backing.context = context;
    }
    if (!NT_SUCCESS(api_backing.raise)) {
        world_raise(api_backing.raise);
    }
    if (api_backing.fail_after != 0 && call >= api_backing.fail_after) {
        return NULL;
    }
    void *block = ExAllocatePoolWithTag(WORLD_NONPAGED_NX, size, API_TAG);
    if (block != NULL) {
        InterlockedIncrement(&api_backing.allocations);
        InterlockedIncrement(&api_backing.blocks);
    }
    return block;
}

void api_free(void *entry, lookaside_list *list, void *context)
{
    const ULONG number = (ULONG)InterlockedIncrement(&api_backing.frees) - 1;

    if (!api_backing.crowded) {
        api_backing.list = list;
        api_backing.context = context;
    }
    if (number < MOST_FREED_KEPT) {
        api_backing.freed[number] = entry;
    }
    InterlockedDecrement(&api_backing.blocks);
    ExFreePoolWithTag(entry, API_TAG);
}

int api_construct(void *entry, lookaside_list *list, void *context)
{
    const ULONG call = (ULONG)InterlockedIncrement(&api_backing.constructs);

    UNREFERENCED_PARAMETER(entry);
    UNREFERENCED_PARAMETER(list);
    UNREFERENCED_PARAMETER(context);
    return api_backing.refuse_after != 0 && call >= api_backing.refuse_after;
}

void api_destruct(void *entry, lookaside_list *list, void *context)
{
    UNREFERENCED_PARAMETER(entry);
    UNREFERENCED_PARAMETER(list);
    UNREFERENCED_PARAMETER(context);
    InterlockedIncrement(&api_backing.destructs);
}

lookaside_statistics api_query(lookaside_list *list)
{
    lookaside_statistics statistics;

    RtlZeroMemory(&statistics, sizeof statistics);
    (void)lookaside_query(list, &statistics);
    return statistics;
}

void api_fill(lookaside_list *list, ULONG count)
{
    void *entries[64];

    count = (ULONG)lookaside_alloc_bulk(list, entries, count < 64 ? count : 64);
    lookaside_free_bulk(list, entries, count);
}
