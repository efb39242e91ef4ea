/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Who called: the first RECORDING_FRAMES return addresses above malloc, as one small number.
 *
 * One frame is not enough, since programs call malloc through wrappers (operator new, xmalloc), and
 * a full unwind for each allocation is too dear. But from a return address the way to the next one
 * is nearly always the same: a function's frame has one size at each call. So the unwinder is asked
 * when a return address is seen for the first time, and where it found the next one is kept as a
 * rule; after that a step is one look into a table. The first uses of a rule are checked against
 * the unwinder: a function whose frame changes its size (alloca) loses its rule, and its callers
 * are not known. A word that the last step finds must itself be known as a return address.
 *
 * The rules and sites are open-addressed tables that are read without a lock: an entry's key is
 * stored last, and entries never move or go. */
#include "record.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <string.h>
#include <unistd.h>
#include <unwind.h>

#define CONFIRMATIONS 4u
#define UNWIND_FRAMES 12u
#define PROBES 32u /* a table that is this full at a place takes no more there */
#define LARGEST_FRAME 65536

struct unwound {
    size_t count;
    uintptr_t address[UNWIND_FRAMES];
    uintptr_t stack[UNWIND_FRAMES];
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* ---- Rules ------------------------------------------------------------------------------------- */

static _Unwind_Reason_Code collect(struct _Unwind_Context *context, void *argument)
{
    struct unwound *unwound = argument;

    if (unwound->count == UNWIND_FRAMES) {
        return _URC_END_OF_STACK;
    }
    unwound->address[unwound->count] = (uintptr_t)_Unwind_GetIP(context);
    unwound->stack[unwound->count] = (uintptr_t)_Unwind_GetCFA(context);
    unwound->count++;
    return _URC_NO_REASON;
}

/* The rule for a return address, empty if it is new; NULL when the table has no place. */
static struct frame_rule *rule_for(uintptr_t address)
{
    size_t place = (size_t)(mix(0, address) >> 16);

    for (size_t probe = 0; probe < PROBES; probe++) {
        struct frame_rule *rule = &recorder->rules[(place + probe) % RECORD_RULES];
        uint64_t key = atomic_load_explicit(&rule->address, memory_order_acquire);
        if (key == address || key == 0) {
            return rule;
        }
    }
    return NULL;
}

/* Where, above the frame's stack pointer, the next return address lies; 0 when it is not found. */
static int32_t find_slot(const struct unwound *unwound, size_t i)
{
    uintptr_t low = unwound->stack[i];
    uintptr_t high = unwound->stack[i + 1];

    if (high <= low || high - low > LARGEST_FRAME) {
        return 0;
    }
    for (uintptr_t slot = high - sizeof(uintptr_t); slot > low; slot -= sizeof(uintptr_t)) {
        if (*(const uintptr_t *)slot == unwound->address[i + 1]) {
            return (int32_t)(slot - low);
        }
    }
    return 0;
}

/* Keeps or checks the rule of one unwound frame; false when there is no step from it. The caller
 * holds the lock. */
static bool learn_rule_locked(const struct unwound *unwound, size_t i)
{
    struct frame_rule *rule = rule_for(unwound->address[i]);

    if (rule == NULL) {
        return false;
    }
    bool known = atomic_load(&rule->address) != 0;
    int32_t slot = i + 1 < unwound->count ? find_slot(unwound, i) : 0;
    int32_t frame = slot != 0 ? (int32_t)(unwound->stack[i + 1] - unwound->stack[i]) : 0;

    if (!known) {
        rule->slot = slot;
        rule->frame = frame;
    } else if (rule->slot != slot || rule->frame != frame) {
        rule->slot = 0;
        rule->confirmations = CONFIRMATIONS;
    }
    rule->confirmations++;
    atomic_store_explicit(&rule->address, unwound->address[i], memory_order_release);
    return rule->slot != 0;
}

/* Asks the unwinder about everything above the caller, and fills frames[] from what it says, as far
 * as walk() would go. */
static void learn(struct stream *stream, struct caller caller, uint64_t *frames, uint64_t *hash)
{
    struct unwound unwound = {.count = 0};

    stream->busy = true;
    _Unwind_Backtrace(collect, &unwound);
    size_t first = 0;
    while (first < unwound.count && unwound.address[first] != caller.address) {
        first++;
    }
    if (first == unwound.count) { /* the unwinder does not know this code: no step from here */
        unwound = (struct unwound){1, {caller.address}, {caller.stack}};
        first = 0;
    }
    *hash = 0;
    record_lock();
    for (size_t i = 0; i < RECORDING_FRAMES && first + i < unwound.count; i++) {
        frames[i] = unwound.address[first + i];
        *hash = mix(*hash, frames[i]);
        if (!learn_rule_locked(&unwound, first + i)) {
            break;
        }
    }
    record_unlock();
    stream->busy = false;
}

/* Fills frames[]; false when a rule is missing or not yet confirmed. */
static bool walk(struct caller caller, uint64_t *frames, uint64_t *hash)
{
    uintptr_t address = caller.address;
    uintptr_t stack = caller.stack;

    *hash = 0;
    for (size_t i = 0; i < RECORDING_FRAMES; i++) {
        struct frame_rule *rule = rule_for(address);
        if (rule == NULL) {
            break;
        }
        if (atomic_load_explicit(&rule->address, memory_order_relaxed) == 0 ||
            rule->confirmations < CONFIRMATIONS) {
            return false;
        }
        frames[i] = address;
        *hash = mix(*hash, address);
        if (rule->slot == 0) {
            break;
        }
        address = *(const uintptr_t *)(stack + (uintptr_t)rule->slot);
        stack += (uintptr_t)rule->frame;
    }
    return true;
}

/* ---- Notes ------------------------------------------------------------------------------------- */

static void write_note(struct stream *stream, uint64_t kind, uint64_t second, const void *record,
                       size_t size)
{
    struct event *note = stream->cursor;

    memcpy(note + 1, record, size);
    note->second = second;
    __atomic_store_n(&note->first, event_first(EVENT_NOTE, 0, kind), __ATOMIC_RELEASE);
    stream->cursor = note + 1 + (size + sizeof(struct event) - 1) / sizeof(struct event);
}

/* Whether the module was not known before. */
static bool add_module(uint64_t start, uint64_t bias)
{
    bool added = false;

    record_lock();
    uint32_t i = 0;
    while (i < recorder->modules_used &&
           (recorder->modules[i].start != start || recorder->modules[i].bias != bias)) {
        i++;
    }
    if (i == recorder->modules_used && i < RECORD_MODULES) {
        recorder->modules[i] = (struct module){start, bias};
        recorder->modules_used++;
        added = true;
    }
    record_unlock();
    return added;
}

/* Notes the file that holds the address, unless that was done before. */
static void note_module(struct stream *stream, uint64_t address)
{
    union {
        struct module_record record;
        char bytes[sizeof(struct module_record) + RECORDING_PATH_SIZE];
    } module = {.bytes = {0}};
    struct dl_find_object found;

    if (address == 0 || _dl_find_object((void *)(uintptr_t)address, &found) != 0) {
        return;
    }
    uint64_t start = (uint64_t)(uintptr_t)found.dlfo_map_start;
    if (!add_module(start, found.dlfo_link_map->l_addr)) {
        return;
    }
    module.record.start = start;
    module.record.end = (uint64_t)(uintptr_t)found.dlfo_map_end;
    module.record.bias = found.dlfo_link_map->l_addr;
    const char *name = found.dlfo_link_map->l_name;
    if (name == NULL || name[0] == '\0') {
        name = recorder->header->program;
    }
    size_t length = strnlen(name, RECORDING_PATH_SIZE - 1);
    memcpy(module.record.path, name, length);
    module.record.path_length = length;
    size_t size = (sizeof(module.record) + length + 15) & ~(size_t)15;
    if (record_room(stream, 1 + size / sizeof(struct event)) != NULL) {
        write_note(stream, NOTE_MODULE, size, &module, size);
    }
}

/* ---- Sites ------------------------------------------------------------------------------------- */

static struct site_slot *site_for(uint64_t hash)
{
    for (size_t probe = 0; probe < PROBES; probe++) {
        struct site_slot *slot = &recorder->sites[(hash + probe) % RECORD_SITE_SLOTS];
        uint64_t key = atomic_load_explicit(&slot->hash, memory_order_acquire);
        if (key == hash || key == 0) {
            return slot;
        }
    }
    return NULL;
}

/* Numbers a new site and notes it in the stream. */
static uint32_t add_site(struct stream *stream, uint64_t hash, const uint64_t *frames)
{
    uint32_t site = 0;

    if (atomic_load(&recorder->tallies) != NULL) {
        return 0;
    }
    stream->busy = true;
    for (size_t i = 0; i < RECORDING_FRAMES; i++) {
        note_module(stream, frames[i]);
    }
    size_t events = 1 + RECORDING_FRAMES * sizeof(uint64_t) / sizeof(struct event);
    if (record_room(stream, events) != NULL) {
        record_lock();
        struct site_slot *slot = site_for(hash);
        if (slot != NULL && atomic_load(&slot->hash) == hash) {
            site = slot->site; /* another thread was faster */
        } else if (slot != NULL && recorder->sites_used + 1 < RECORDING_SITES) {
            site = ++recorder->sites_used;
            write_note(stream, NOTE_SITE, site, frames, RECORDING_FRAMES * sizeof(uint64_t));
            slot->site = site;
            atomic_store_explicit(&slot->hash, hash, memory_order_release);
        }
        record_unlock();
    }
    stream->busy = false;
    return site;
}

/* The slow path: the rules or the site are new. */
static __attribute__((noinline)) uint32_t learn_site(struct stream *stream, struct caller caller)
{
    uint64_t frames[RECORDING_FRAMES] = {0};
    uint64_t hash;
    uint64_t start = record_cpu_clock();
    struct process_header *header = recorder->header;
    int error = errno;

    if (!walk(caller, frames, &hash)) {
        memset(frames, 0, sizeof(frames));
        learn(stream, caller, frames, &hash);
    }
    uint32_t site = 0;
    struct site_slot *slot = site_for(hash);
    if (slot != NULL) {
        site = atomic_load(&slot->hash) == hash ? slot->site : add_site(stream, hash, frames);
    }
    __atomic_fetch_add(&header->slow_ns, record_cpu_clock() - start, __ATOMIC_RELAXED);
    errno = error;
    return site;
}

uint32_t record_site(struct stream *stream, struct caller caller)
{
    uint64_t frames[RECORDING_FRAMES];
    uint64_t hash;

    if (__builtin_expect(walk(caller, frames, &hash), 1)) {
        struct site_slot *slot = site_for(hash);
        if (__builtin_expect(slot != NULL &&
                                 atomic_load_explicit(&slot->hash, memory_order_relaxed) == hash,
                             1)) {
            return slot->site;
        }
    }
    return learn_site(stream, caller);
}
