/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Memory that runs out ends the program: what is read from a target is bounded by what is there, so
 * that this is the machine's trouble and never a target's doing. */
#include "basics.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(size_t bytes)
{
    fprintf(stderr, "lookaside: out of memory (%zu bytes)\n", bytes);
    exit(125);
}

void *must_allocate(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

    if (memory == NULL) {
        out_of_memory(count * size);
    }
    return memory;
}

void *must_grow(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return array;
    }
    size_t larger = *capacity < 8 ? 8 : *capacity * 2;
    void *grown = larger > SIZE_MAX / size ? NULL : realloc(array, larger * size);
    if (grown == NULL) {
        out_of_memory(larger * size);
    }
    memset((char *)grown + count * size, 0, (larger - count) * size);
    *capacity = larger;
    return grown;
}

char *must_copy(const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(must_allocate(size, 1), text, size);
}

bool fail_with(struct inspect_error *error, enum inspect_result result, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    error->result = result;
    /* clang-tidy 14 does not see va_start. */
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vsnprintf(error->sentence, sizeof(error->sentence), format, arguments);
    va_end(arguments);
    return false;
}
