/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The runner over a driver that is made up: what passes, and above all what must not. Prints TAP of
 * its own; each case is one check of the made-up driver. Caught: a runner that took a difference
 * that holds for a success. */
#include "runner.h"

#include <stdio.h>
#include <string.h>

#include "differences.h"
#include "protocol.h"

struct made_up {
    const char *about;
    uint32_t count; /* checks that the driver says it has */
    int answers;    /* whether it answers when the check is run */
    uint32_t expectations;
    uint32_t failures;
    const char *world;
    int status; /* the runner's, wanted */
};

static const struct made_up cases[] = {
    {"a check that holds", 1, 1, 3, 0, "here", 0},
    {"a check that fails", 1, 1, 3, 1, "here", 1},
    {"a check that expects nothing", 1, 1, 0, 0, "here", 1},
    {"a check that never answers", 1, 0, 0, 0, "here", 1},
    {"no checks at all", 0, 1, 0, 0, "here", 1},
    {"a difference that fails, as it must", 1, 1, 3, 1, "elsewhere", 0},
    {"a difference that holds", 1, 1, 3, 0, "elsewhere", 1},
    {"a difference that expects nothing", 1, 1, 0, 0, "elsewhere", 1},
    {"a difference that never answers", 1, 0, 0, 0, "elsewhere", 1},
    {"a difference that cannot run", 1, 0, 0, 0, "nowhere", 0},
};

static const struct made_up *now;

const struct difference *find_difference(const char *world, const char *check)
{
    static const struct difference elsewhere = {"elsewhere", "made_up", FAILS, "it is elsewhere"};
    static const struct difference nowhere = {"nowhere", "made_up", CANNOT_RUN, "it is nowhere"};
    (void)check;
    if (strcmp(world, "nowhere") == 0) {
        return &nowhere;
    }
    return strcmp(world, "elsewhere") == 0 ? &elsewhere : NULL;
}

uint32_t conformance_request(uint32_t code, const void *in, uint32_t in_size, void *out,
                             uint32_t out_size)
{
    const struct conformance_description description = {"made_up", "0.0 A rule"};
    const struct conformance_result result = {now->expectations, now->failures, "made up"};
    (void)in;
    (void)in_size;
    if (code == CONFORMANCE_COUNT) {
        memcpy(out, &now->count, out_size);
    } else if (code == CONFORMANCE_DESCRIBE) {
        memcpy(out, &description, out_size);
    } else if (now->answers) {
        memcpy(out, &result, out_size);
    } else {
        return UINT32_MAX;
    }
    return out_size;
}

int main(void)
{
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        now = &cases[i];
        printf("# ---- %s\n", now->about);
        const int status = run_checks(now->world);
        if (status != now->status) {
            printf("# WRONG: the runner returns %d for %s\n", status, now->about);
            wrong++;
        }
    }
    return wrong == 0 ? 0 : 1;
}
