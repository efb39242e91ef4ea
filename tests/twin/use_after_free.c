/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A driver's mistake that AddressSanitizer must report at the driver's line: the entry went back to
 * its list, and is cached there, not freed. Caught: a push that poisons after it publishes the
 * entry, or only its first word. The same under valgrind. */
#include <ntddk.h>

struct context {
    LONG id;
    CHAR name[60];
};

static LOOKASIDE_LIST_EX contexts;

DECLSPEC_NOINLINE static LONG driver_touches_a_cached_entry(struct context *context)
{
    return context->name[59];
}

int main(void)
{
    struct context *context;

    if (!NT_SUCCESS(ExInitializeLookasideListEx(&contexts, NULL, NULL, NonPagedPoolNx, 0,
                                                sizeof(*context), 'txtC', 0))) {
        return 0;
    }
    context = ExAllocateFromLookasideListEx(&contexts);
    if (context == NULL) {
        return 0;
    }
    context->name[59] = 1;
    ExFreeToLookasideListEx(&contexts, context);
    return driver_touches_a_cached_entry(context) == 7;
}
