/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A walk along a chain of records, which may be damaged and lead in a circle: Brent's method
 * remembers one earlier address and moves it on at every power of two. */
#ifndef INSPECT_CHAIN_H
#define INSPECT_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#define MOST_LINKS (UINT64_C(1) << 20) /* no chain of the library is so long */

struct chain {
    uint64_t steps;
    uint64_t remembered;
    uint64_t next_power;
    bool endless; /* it leads in a circle */
};

/* Whether to go on to the address: false at the end, and when the chain leads in a circle. */
static inline bool chain_goes_on(struct chain *chain, uint64_t address)
{
    chain->endless = address != 0 && (address == chain->remembered || chain->steps == MOST_LINKS);
    if (address == 0 || chain->endless) {
        return false;
    }
    if (chain->steps == chain->next_power) {
        chain->remembered = address;
        chain->next_power = chain->steps * 2 + 1;
    }
    chain->steps++;
    return true;
}

#endif
