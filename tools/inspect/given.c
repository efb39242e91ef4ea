/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Memory that somebody else reads: a debugger, a test. It tells nothing but its bytes and modules,
 * and the modules as they were when it was opened. */
#include "source.h"

#include "basics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define GIVEN_SIZE (UINT64_C(4) << 30) /* nobody says how much there is */

static void explain(struct source *source, uint64_t address, size_t size,
                    struct inspect_error *error)
{
    (void)source;
    fail_with(error, INSPECT_UNREADABLE, "%zu bytes at 0x%" PRIx64 " cannot be read", size,
              address);
}

static void close_given(struct source *source)
{
    mappings_free(&source->mappings);
    free(source);
}

struct source *given_open(const struct inspect_memory *memory, const struct inspect_module *modules,
                          size_t count)
{
    struct source *source = must_allocate(1, sizeof(*source));

    *source = (struct source){
        .kind = INSPECT_MEMORY,
        .name = "the program",
        .size = GIVEN_SIZE,
        .memory = *memory,
        .explain = explain,
        .close = close_given,
    };
    for (size_t i = 0; i < count; i++) {
        mappings_add(&source->mappings, &(struct mapping){
                                            .start = modules[i].start,
                                            .end = modules[i].end,
                                            .path = (char *)(uintptr_t)modules[i].path,
                                        });
    }
    return source;
}
