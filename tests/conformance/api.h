/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the checks of the lookaside_* API share. Their rules are the promises of the public header
 * in a driver; docs/windows-contract.md lists them in section A.
 *
 * While a check runs, api's handlers note bugchecks and raises and return, so that the faulty call
 * has no effect. API_CHECK puts them in place and takes them away. */
#ifndef CONFORMANCE_API_H
#define CONFORMANCE_API_H

#include "check.h"

#include <lookaside/lookaside.h>

#define API_TAG LOOKASIDE_TAG('A', 'p', 'i', '1')
#define API_SIZE 64u

/* What was told since the check began. */
struct api_told {
    ULONG bugchecks;
    lookaside_bugcheck_code code; /* of the last bugcheck, with what it was about */
    lookaside_list *list;
    void *entry;
    void *context;
    CHAR sentence[256];

    ULONG raises;
    lookaside_status status; /* of the last raise */
};
extern struct api_told api_told;

/* Callbacks that count. The allocate callback takes blocks of the pool, the free callback gives
 * them back; each notes its last arguments. */
struct api_backing {
    BOOLEAN crowded;     /* several threads are in the callbacks: count, but note nothing */
    ULONG fail_after;    /* allocate returns NULL from this allocation on; 0: never */
    NTSTATUS raise;      /* allocate raises this, if it is a failure */
    ULONG refuse_after;  /* construct refuses from this call on; 0: never */
    volatile LONG calls; /* of allocate */
    volatile LONG blocks;
    volatile LONG allocations;
    volatile LONG frees;
    volatile LONG constructs;
    volatile LONG destructs;

    unsigned pool_type;
    size_t size;
    uint32_t tag;
    lookaside_list *list;
    void *context;
    void *freed[8]; /* the first ones, in order */
};
extern struct api_backing api_backing;

void api_begin(void);
void api_end(void);

/* Options with API_TAG and the context that the callbacks note; callbacks: all four, or none. */
lookaside_options api_options(BOOLEAN callbacks);

void *api_allocate(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *list,
                   void *context);
void api_free(void *entry, lookaside_list *list, void *context);
int api_construct(void *entry, lookaside_list *list, void *context);
void api_destruct(void *entry, lookaside_list *list, void *context);

/* The statistics of a list, all zero when it has none. */
lookaside_statistics api_query(lookaside_list *list);

/* count entries out, and in again: afterwards so many are cached, as far as the depth allows. */
void api_fill(lookaside_list *list, ULONG count);

#define API_CHECK(name, rule)                                                                      \
    static void name##_inside(struct check_run *check);                                            \
    CHECK(name, rule)                                                                              \
    {                                                                                              \
        api_begin();                                                                               \
        name##_inside(check);                                                                      \
        api_end();                                                                                 \
    }                                                                                              \
    static void name##_inside(struct check_run *check)

#define OPEN(list, options)                                                                        \
    EXPECT_EQ(lookaside_init((list), API_SIZE, LOOKASIDE_NONPAGED_NX, (options)), LOOKASIDE_OK)
#define CLOSE(list) EXPECT_EQ(lookaside_destroy(list), LOOKASIDE_OK)

#endif
