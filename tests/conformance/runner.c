/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Results as TAP, the Test Anything Protocol: one line for each check, the rule behind it as its
 * description. A check that a world of differences.c cannot hold is expected to fail there: it runs
 * all the same, and one that holds is reported as a failure, because then the table is wrong. */
#include "runner.h"

#include <stdio.h>

#include "differences.h"
#include "protocol.h"

enum outcome { HELD, FAILED, EXPECTED_NOTHING, LOST };

static enum outcome run(uint32_t index, struct conformance_result *result)
{
    if (conformance_request(CONFORMANCE_RUN, &index, sizeof index, result, sizeof *result) !=
        sizeof *result) {
        return LOST;
    }
    if (result->expectations == 0) {
        return EXPECTED_NOTHING;
    }
    return result->failures == 0 ? HELD : FAILED;
}

static void explain(enum outcome outcome, const struct conformance_result *result)
{
    if (outcome == LOST) {
        printf("# the driver did not answer\n");
    } else if (outcome == EXPECTED_NOTHING) {
        printf("# it expected nothing\n");
    } else {
        printf("# %s (%u of %u expectations failed)\n", result->text, result->failures,
               result->expectations);
    }
}

/* True when all is as it should be. */
static int report(uint32_t index, const struct conformance_description *check, const char *world)
{
    const struct difference *difference = find_difference(world, check->name);
    struct conformance_result result = {0, 0, ""};
    if (difference != NULL && difference->kind == CANNOT_RUN) {
        printf("ok %u - %s # SKIP not run on %s: %s\n", index + 1, check->name, world,
               difference->reason);
        return 1;
    }
    const enum outcome outcome = run(index, &result);
    if (difference == NULL && outcome == HELD) {
        printf("ok %u - %s: %s\n", index + 1, check->name, check->rule);
        return 1;
    }
    if (difference != NULL && outcome == FAILED) {
        printf("ok %u - %s # SKIP differs on %s, as expected: %s\n", index + 1, check->name, world,
               difference->reason);
        printf("# %s\n", result.text);
        return 1;
    }
    printf("not ok %u - %s: %s\n", index + 1, check->name, check->rule);
    if (difference != NULL && outcome == HELD) {
        printf("# holds on %s, although differences.c says: %s\n", world, difference->reason);
    } else {
        explain(outcome, &result);
    }
    return 0;
}

int run_checks(const char *world)
{
    uint32_t count = 0;
    uint32_t wrong = 0;
    if (conformance_request(CONFORMANCE_COUNT, NULL, 0, &count, sizeof count) != sizeof count) {
        printf("Bail out! The driver does not say how many checks there are.\n");
        return 1;
    }
    printf("TAP version 13\n1..%u\n", count);
    for (uint32_t i = 0; i < count; i++) {
        struct conformance_description check;
        if (conformance_request(CONFORMANCE_DESCRIBE, &i, sizeof i, &check, sizeof check) !=
            sizeof check) {
            printf("Bail out! The driver does not describe check %u.\n", i + 1);
            return 1;
        }
        wrong += report(i, &check, world) ? 0u : 1u;
        fflush(stdout);
    }
    printf("# %u of %u checks on %s are not as they should be\n", wrong, count, world);
    return wrong == 0 && count > 0 ? 0 : 1;
}
