/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Reference counts and handles, from the twin's side. */
#ifndef WDK_OBJECT_H
#define WDK_OBJECT_H

#include <stddef.h>

#include <wdk/object.h>

struct _OBJECT_TYPE {
    const char *name;
    /* Gives back what the object holds; the object's own memory follows. May be NULL. */
    void (*destroy)(void *object);
};

/* Stands right before every object. */
struct object {
    const OBJECT_TYPE *type; /* NULL: not an object, or one that is gone */
    LONG references;
    LONG is_static; /* lives in its thread's storage and is never freed */
};

/* A zeroed object with one reference, or NULL. */
void *object_create(const OBJECT_TYPE *type, size_t size);

/* A handle to the object, with a reference of its own; NULL when memory is out. */
HANDLE handle_open(void *object);

/* The object of this type behind a handle, with a reference; NULL when there is none. */
void *handle_reference(HANDLE handle, const OBJECT_TYPE *type);

/* Closes a handle and gives its reference back; false when it is not open. */
BOOLEAN handle_close(HANDLE handle);

/* How many handles this owner opened and did not close. */
ULONG handle_count(void *owner);

/* Closes them. */
void handle_close_all(void *owner);

#endif
