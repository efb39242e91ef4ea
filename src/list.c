/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The user's storage holds only what the hit path needs and a pointer; everything else stands here.
 * The pointer is sealed with the address of the storage, so that garbage, a copy of a list and a
 * list that was overwritten are told from a list:
 *
 *     state   seal
 *     NULL    0                       not initialised
 *     list    address ^ list ^ LIVE   initialised
 *     NULL    address ^ DESTROYED     destroyed
 *     otherwise                       not a list; whoever must decide calls it corrupted
 *
 * In every state but the second, the magazine offset of an honest storage is 0, so that the hit
 * path leads into the slow path, which looks here. */
#include "list.h"

#include "meta.h"
#include "options.h"
#include "text.h"

#define LIVE ((uintptr_t)0x6c6f6f6b61736964)
#define DESTROYED ((uintptr_t)0x64657374726f7965)

struct lookaside_state *list_of(const lookaside_list *handle)
{
    struct lookaside_state *list = handle->state;

    return list != NULL && handle->seal == ((uintptr_t)handle ^ (uintptr_t)list ^ LIVE) ? list
                                                                                        : NULL;
}

lookaside_status list_find(const lookaside_list *handle, struct lookaside_state **found)
{
    if (handle == NULL) {
        return LOOKASIDE_NULL_ARGUMENT;
    }
    *found = list_of(handle);
    return *found != NULL ? LOOKASIDE_OK : LOOKASIDE_NOT_INITIALIZED;
}

lookaside_bugcheck_code list_fault(const lookaside_list *handle)
{
    if (handle->state == NULL && handle->seal == 0) {
        return LOOKASIDE_BUGCHECK_NOT_INITIALIZED;
    }
    if (handle->state == NULL && handle->seal == ((uintptr_t)handle ^ DESTROYED)) {
        return LOOKASIDE_BUGCHECK_USED_AFTER_DESTROY;
    }
    return LOOKASIDE_BUGCHECK_CORRUPTED_LIST;
}

struct lookaside_state *list_create(lookaside_list *handle, size_t size,
                                    lookaside_pool_type pool_type, const lookaside_options *options)
{
    struct lookaside_state *list = meta_alloc(sizeof(*list));

    if (list == NULL) {
        return NULL;
    }
    list->handle = handle;
    list->options = *options;
    list->record_bytes = meta_size(sizeof(*list));
    list->size = size;
    list->type = options_type(pool_type, options->flags);
    list->plain_alloc = options->allocate == NULL && options->construct == NULL;
    list->plain_free = options->free == NULL && options->destruct == NULL;
    struct text name = text_in(list->name, sizeof(list->name));
    text_add(&name, options->name);
    list->options.name = list->name;
    cache_init(&list->cache, options->maximum_depth, options->cache == LOOKASIDE_CACHE_THREAD);
    slab_pool_init(&list->slabs, size, options->alignment, pool_type != LOOKASIDE_PAGED);
    return list;
}

void list_publish(struct lookaside_state *list)
{
    *list->handle = (lookaside_list){
        .magazine = list->cache.place,
        .state = list,
        .seal = (uintptr_t)list->handle ^ (uintptr_t)list ^ LIVE,
    };
}

void list_destroy(struct lookaside_state *list)
{
    lookaside_list *handle = list->handle;

    *handle = (lookaside_list){.seal = (uintptr_t)handle ^ DESTROYED};
    depot_trim(&list->reserve, 0);
    slab_pool_destroy(&list->slabs);
    cache_destroy(&list->cache);
    meta_free(list, sizeof(*list));
}
