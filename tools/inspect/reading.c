/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A list is read from outside, while its threads go on, in two steps.
 *
 * First, where everything is: the list's record and the chain of its accounts, through the kept
 * blocks of memory.h, from whatever moments. Then, all of it anew, in one go and in this order:
 *
 *     the list | every account | every magazine | every magazine again | the list again
 *
 * What slow paths write, they write under the list's lock, whose word counts how often it was given
 * back. The same word in both looks at the list, and not held: no slow path has ended, or was at
 * work, between them; so the list and its accounts are of one moment, if the chain of the accounts
 * is the one that was found before. If not, it is all read again. A chain that leads in a circle at
 * one moment is damaged.
 *
 * Hits go on meanwhile: each changes one magazine's word, which tells both the entries in it and
 * the allocations so far. Frees are counted by the first look at the words and allocations by the
 * second: whatever free was seen, its allocation came before it and is seen, too.
 *
 * In a core nothing moves; a held lock means that a thread was in the middle of a slow path. */
#include "reading.h"

#include "basics.h"
#include "chain.h"

#include <stdlib.h>
#include <string.h>

bool lock_stood_still(uint64_t before, uint64_t after)
{
    uint64_t same = (before ^ after) & ~(uint64_t)FORMAT_LOCK_WAITERS;

    return same == 0 && (after & FORMAT_LOCK_HELD) == 0;
}

/* The places of a list's accounts and magazines. */
struct places {
    struct pair {
        uint64_t account;
        uint64_t magazine;
    } * items;
    size_t count, capacity;
};

static bool find_places(struct places *places, struct inspect_target *target,
                        const struct copy *copy, const struct record *list)
{
    struct chain chain = {0};
    struct record account;
    uint8_t *bytes = must_allocate(1, copy->schema.shapes[ACCOUNT].size);
    uint64_t address = number_in(list, LIST_ACCOUNTS);
    bool found = true;

    places->count = 0;
    while (found && chain_goes_on(&chain, address)) {
        found = target_read_record(target, copy, ACCOUNT, address, &account, bytes);
        if (found) {
            places->items =
                must_grow(places->items, places->count, &places->capacity, sizeof(*places->items));
            places->items[places->count++] =
                (struct pair){address, number_in(&account, ACCOUNT_MAGAZINE)};
            address = number_in(&account, ACCOUNT_NEXT);
        }
    }
    free(bytes);
    return found;
}

/* ---- in one go ---- */

/* Gives each record its place in the reading's bytes, in the order in which they are read. */
static struct inspect_piece *lay_out(struct reading *reading, const struct places *places,
                                     uint64_t address, struct record *before, size_t *count)
{
    const struct shape *shapes = reading->copy->schema.shapes;
    size_t each = shapes[ACCOUNT].size + 2 * (size_t)shapes[MAGAZINE].size;
    size_t pieces_count = 2 + 3 * places->count;
    struct inspect_piece *pieces = must_allocate(pieces_count, sizeof(*pieces));
    uint8_t *bytes = must_allocate(1, 2 * (size_t)shapes[LIST].size + places->count * each);
    size_t n = places->count;

    reading->bytes = bytes;
    reading->count = n;
    reading->members = must_allocate(n, sizeof(*reading->members));
    struct record *list = &reading->list;
    *before = (struct record){&shapes[LIST], address, bytes};
    *list = (struct record){&shapes[LIST], address, bytes + shapes[LIST].size};
    bytes += 2 * (size_t)shapes[LIST].size;
    pieces[0] = (struct inspect_piece){address, before->bytes, shapes[LIST].size};
    pieces[pieces_count - 1] = (struct inspect_piece){address, list->bytes, shapes[LIST].size};
    for (size_t i = 0; i < n; i++) {
        struct member *member = &reading->members[i];
        uint64_t magazine = places->items[i].magazine;
        member->account = (struct record){&shapes[ACCOUNT], places->items[i].account, bytes};
        bytes += shapes[ACCOUNT].size;
        member->before = (struct record){&shapes[MAGAZINE], magazine, bytes};
        bytes += shapes[MAGAZINE].size;
        member->after = (struct record){&shapes[MAGAZINE], magazine, bytes};
        bytes += shapes[MAGAZINE].size;
        pieces[1 + i] = (struct inspect_piece){member->account.address, member->account.bytes,
                                               shapes[ACCOUNT].size};
        pieces[1 + n + i] =
            (struct inspect_piece){magazine, member->before.bytes, shapes[MAGAZINE].size};
        pieces[1 + 2 * n + i] =
            (struct inspect_piece){magazine, member->after.bytes, shapes[MAGAZINE].size};
    }
    *count = pieces_count;
    return pieces;
}

/* Compares the chain, account by account, each with its magazine, with the one that was found
 * before. What is behind the last one tells whether it ends there or leads back. */
static void judge_chain(struct reading *reading)
{
    uint64_t address = number_in(&reading->list, LIST_ACCOUNTS);

    for (size_t i = 0; i < reading->count; i++) {
        const struct member *member = &reading->members[i];
        if (address != member->account.address ||
            number_in(&member->account, ACCOUNT_MAGAZINE) != member->after.address) {
            return;
        }
        address = number_in(&member->account, ACCOUNT_NEXT);
    }
    reading->still = address == 0;
    for (size_t i = 0; i < reading->count; i++) {
        reading->endless = reading->endless || reading->members[i].account.address == address;
    }
}

static bool read_once(struct reading *reading, struct inspect_target *target, struct places *places,
                      uint64_t address)
{
    const struct copy *copy = reading->copy;
    uint8_t *bytes = must_allocate(1, copy->schema.shapes[LIST].size);
    struct record before;
    size_t count;

    bool read = target_read_record(target, copy, LIST, address, &before, bytes) &&
                find_places(places, target, copy, &before);
    free(bytes);
    if (!read) {
        return false;
    }
    reading_free(reading);
    struct inspect_piece *pieces = lay_out(reading, places, address, &before, &count);
    read = memory_read_now(target->memory, pieces, count);
    free(pieces);
    if (read &&
        lock_stood_still(number_in(&before, LIST_LOCK), number_in(&reading->list, LIST_LOCK))) {
        judge_chain(reading);
    }
    return read;
}

bool reading_take(struct reading *reading, struct inspect_target *target, const struct copy *copy,
                  uint64_t address, unsigned attempts, struct inspect_error *error)
{
    struct places places = {0};
    bool read = false;

    *reading = (struct reading){.copy = copy};
    for (unsigned i = 0; i < attempts && !reading->still; i++) {
        if (i > 0) {
            memory_forget(target->memory);
        }
        read = read_once(reading, target, &places, address);
        if (!read && i + 1 == attempts) {
            memory_explain(target->memory, error);
        }
    }
    free(places.items);
    if (!read) {
        reading_free(reading);
    }
    return read;
}

void reading_free(struct reading *reading)
{
    free(reading->bytes);
    free(reading->members);
    *reading = (struct reading){.copy = reading->copy};
}
