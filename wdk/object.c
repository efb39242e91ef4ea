/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* An object is memory with a header before it that counts references. Who takes the count to 0
 * destroys it, at once and in its own thread: a driver that goes on using an object it gave back is
 * then found by AddressSanitizer.
 *
 * A handle is a place in a table, 4 times its number plus 4, so that neither NULL nor an index is
 * one by accident; it holds one reference and notes the driver that opened it. The table is under a
 * lock that nothing is called with. */
#include "object.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "bugcheck.h"
#include "irql.h"
#include "owner.h"
#include "verifier.h"

#define HANDLE_STEP 4u

struct handle {
    void *object; /* NULL: free */
    void *owner;
};

static struct {
    pthread_mutex_t lock;
    struct handle *handles;
    size_t count;
} table = {PTHREAD_MUTEX_INITIALIZER, NULL, 0};

static struct object *header_of(void *object)
{
    return (struct object *)object - 1;
}

/* ---- References ------------------------------------------------------------------------------ */

void *object_create(const OBJECT_TYPE *type, size_t size)
{
    struct object *header = calloc(1, sizeof(*header) + size);

    if (header == NULL) {
        return NULL;
    }
    header->type = type;
    header->references = 1;
    return header + 1;
}

static LONG change_references(void *object, LONG change)
{
    struct object *header = header_of(object);
    LONG after = __atomic_add_fetch(&header->references, change, __ATOMIC_ACQ_REL);

    if (header->type == NULL || after - change <= 0) {
        verifier_report(RULE_REFERENCE, (ULONG_PTR)object, (ULONG_PTR)(LONG_PTR)change, 0,
                        "A reference to an object that is gone, or to what is no object");
    }
    return after;
}

LONG_PTR ObfReferenceObject(PVOID Object)
{
    return change_references(Object, 1);
}

LONG_PTR ObfDereferenceObject(PVOID Object)
{
    struct object *header = header_of(Object);
    LONG references = change_references(Object, -1);

    if (references == 0 && !header->is_static) {
        if (header->type->destroy != NULL) {
            header->type->destroy(Object);
        }
        header->type = NULL;
        free(header);
    }
    return references;
}

static NTSTATUS check_type(void *object, const OBJECT_TYPE *wanted)
{
    return wanted == NULL || header_of(object)->type == wanted ? STATUS_SUCCESS
                                                               : STATUS_OBJECT_TYPE_MISMATCH;
}

NTSTATUS ObReferenceObjectByPointer(PVOID Object, ACCESS_MASK DesiredAccess,
                                    POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode)
{
    NTSTATUS status = check_type(Object, ObjectType);

    UNREFERENCED_PARAMETER(DesiredAccess);
    UNREFERENCED_PARAMETER(AccessMode);
    if (NT_SUCCESS(status)) {
        (void)ObfReferenceObject(Object);
    }
    return status;
}

/* ---- Handles --------------------------------------------------------------------------------- */

static HANDLE handle_at(size_t place)
{
    return (HANDLE)((place + 1) * HANDLE_STEP);
}

/* The open handle's place, or NULL. The table is locked. */
static struct handle *find_locked(HANDLE handle)
{
    size_t place = (size_t)handle / HANDLE_STEP - 1;

    if ((size_t)handle % HANDLE_STEP != 0 || place >= table.count ||
        table.handles[place].object == NULL) {
        return NULL;
    }
    return &table.handles[place];
}

static size_t free_place_locked(void)
{
    for (size_t place = 0; place < table.count; place++) {
        if (table.handles[place].object == NULL) {
            return place;
        }
    }
    size_t count = table.count == 0 ? 16 : 2 * table.count;
    struct handle *handles = realloc(table.handles, count * sizeof(*handles));
    if (handles == NULL) {
        return SIZE_MAX;
    }
    for (size_t place = table.count; place < count; place++) {
        handles[place] = (struct handle){NULL, NULL};
    }
    size_t first = table.count;
    table.handles = handles;
    table.count = count;
    return first;
}

HANDLE handle_open(void *object)
{
    HANDLE handle = NULL;

    (void)pthread_mutex_lock(&table.lock);
    size_t place = free_place_locked();
    if (place != SIZE_MAX) {
        table.handles[place] = (struct handle){object, owner_current()};
        (void)ObfReferenceObject(object);
        handle = handle_at(place);
    }
    (void)pthread_mutex_unlock(&table.lock);
    return handle;
}

/* Takes the handle's object out of the table; NULL when the handle is not open. */
static void *take(HANDLE handle)
{
    void *object = NULL;

    (void)pthread_mutex_lock(&table.lock);
    struct handle *found = find_locked(handle);
    if (found != NULL) {
        object = found->object;
        *found = (struct handle){NULL, NULL};
    }
    (void)pthread_mutex_unlock(&table.lock);
    return object;
}

void *handle_reference(HANDLE handle, const OBJECT_TYPE *type)
{
    void *object = NULL;

    (void)pthread_mutex_lock(&table.lock);
    struct handle *found = find_locked(handle);
    if (found != NULL && NT_SUCCESS(check_type(found->object, type))) {
        object = found->object;
        (void)ObfReferenceObject(object);
    }
    (void)pthread_mutex_unlock(&table.lock);
    return object;
}

BOOLEAN handle_close(HANDLE handle)
{
    void *object = take(handle);

    if (object == NULL) {
        return FALSE;
    }
    (void)ObfDereferenceObject(object);
    return TRUE;
}

NTSTATUS ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK DesiredAccess,
                                   POBJECT_TYPE ObjectType, KPROCESSOR_MODE AccessMode,
                                   PVOID *Object, POBJECT_HANDLE_INFORMATION HandleInformation)
{
    UNREFERENCED_PARAMETER(AccessMode);
    irql_require_passive(RULE_OBJECT_IRQL, "ObReferenceObjectByHandle");
    if (Handle == NULL) {
        verifier_report(RULE_HANDLE_NULL, 0, ADDRESS(ObjectType), 0,
                        "ObReferenceObjectByHandle was called with a NULL handle");
        return STATUS_INVALID_HANDLE;
    }
    void *object = handle_reference(Handle, NULL);
    if (object == NULL) {
        verifier_report(RULE_HANDLE_NOT_OPEN, ADDRESS(Handle), ADDRESS(ObjectType), 0,
                        "ObReferenceObjectByHandle was called with a handle that is not open");
        return STATUS_INVALID_HANDLE;
    }
    NTSTATUS status = check_type(object, ObjectType);
    if (!NT_SUCCESS(status)) {
        (void)ObfDereferenceObject(object);
        return status;
    }
    *Object = object;
    if (HandleInformation != NULL) {
        *HandleInformation = (OBJECT_HANDLE_INFORMATION){0, DesiredAccess};
    }
    return STATUS_SUCCESS;
}

NTSTATUS ZwClose(HANDLE Handle)
{
    irql_require_passive(RULE_CLOSE_IRQL, "ZwClose");
    if (!handle_close(Handle)) {
        bugcheck(INVALID_KERNEL_HANDLE, ADDRESS(Handle), 1, 0, 0,
                 "ZwClose was called with a handle that is not open. Close each handle once.");
    }
    return STATUS_SUCCESS;
}

/* ---- At unload ------------------------------------------------------------------------------- */

ULONG handle_count(void *owner)
{
    ULONG count = 0;

    (void)pthread_mutex_lock(&table.lock);
    for (size_t place = 0; place < table.count; place++) {
        count += table.handles[place].object != NULL && table.handles[place].owner == owner;
    }
    (void)pthread_mutex_unlock(&table.lock);
    return count;
}

void handle_close_all(void *owner)
{
    for (size_t place = 0;; place++) {
        (void)pthread_mutex_lock(&table.lock);
        bool behind = place >= table.count;
        bool ours =
            !behind && table.handles[place].object != NULL && table.handles[place].owner == owner;
        (void)pthread_mutex_unlock(&table.lock);
        if (behind) {
            return;
        }
        if (ours) {
            (void)ObfDereferenceObject(take(handle_at(place)));
        }
    }
}
