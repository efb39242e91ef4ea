/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a tool may know of a list: the record that stands for it, with the parts it is made of, and
 * the user's storage. */
#include "inspection.h"
#include "list.h"

#define FIELD(name, member, type, unit, kind)                                                      \
    INSPECT_FIELD(struct lookaside_state, name, member, type, unit, kind)

static OS_DUMPED struct inspection_field list_fields[] = {
    /* Constant while the list is initialised. */
    FIELD("handle", handle, ADDRESS, NO_UNIT, LINK),
    FIELD("name", name, TEXT, NO_UNIT, CONSTANT),
    FIELD("tag", options.tag, NUMBER, NO_UNIT, CONSTANT),
    FIELD("type", type, NUMBER, NO_UNIT, CONSTANT),
    FIELD("size", size, NUMBER, BYTES, CONSTANT),
    FIELD("alignment", options.alignment, NUMBER, BYTES, CONSTANT),
    FIELD("cache_policy", options.cache, NUMBER, NO_UNIT, CONSTANT),
    FIELD("flags", options.flags, NUMBER, NO_UNIT, CONSTANT),
    FIELD("allocate", options.allocate, ADDRESS, NO_UNIT, CONSTANT),
    FIELD("free", options.free, ADDRESS, NO_UNIT, CONSTANT),
    FIELD("construct", options.construct, ADDRESS, NO_UNIT, CONSTANT),
    FIELD("destruct", options.destruct, ADDRESS, NO_UNIT, CONSTANT),
    FIELD("context", options.context, ADDRESS, NO_UNIT, CONSTANT),
    FIELD("maximum_depth", cache.maximum_depth, NUMBER, ENTRIES, CONSTANT),
    FIELD("place", cache.place, NUMBER, BYTES, CONSTANT),
    FIELD("initialized_by", initialized_by, ADDRESS, NO_UNIT, CONSTANT),
    FIELD("record_bytes", record_bytes, NUMBER, BYTES, CONSTANT),

    /* The cache. */
    FIELD("cache", cache, INLINE, NO_UNIT, CONSTANT),
    FIELD("lock", cache.lock, NUMBER, NO_UNIT, LOCK),
    FIELD("depth", cache.depth, NUMBER, ENTRIES, GAUGE),
    FIELD("accounts", cache.accounts, ADDRESS, NO_UNIT, LINK),
    FIELD("closing", cache.closing, NUMBER, NO_UNIT, GAUGE),
    FIELD("flushes", cache.flushes, NUMBER, NO_UNIT, COUNTER),
    FIELD("scanned_at", cache.scanned_at, NUMBER, MILLISECONDS, GAUGE),
    FIELD("allocates", cache.allocates, NUMBER, ENTRIES, COUNTER),
    FIELD("frees", cache.frees, NUMBER, ENTRIES, COUNTER),
    FIELD("allocate_misses", cache.allocate_misses, NUMBER, ENTRIES, COUNTER),
    FIELD("misses_cold", cache.causes.cold, NUMBER, ENTRIES, COUNTER),
    FIELD("misses_burst", cache.causes.burst, NUMBER, ENTRIES, COUNTER),
    FIELD("misses_trimmed", cache.causes.trimmed, NUMBER, ENTRIES, COUNTER),
    FIELD("misses_handed_over", cache.causes.handed_over, NUMBER, ENTRIES, COUNTER),
    FIELD("highest_out", cache.highest_out, NUMBER, ENTRIES, COUNTER),
    FIELD("free_misses", cache.free_misses, NUMBER, ENTRIES, COUNTER),
    FIELD("flushed", cache.flushed, NUMBER, ENTRIES, COUNTER),
    FIELD("allocate_failures", cache.allocate_failures, NUMBER, ENTRIES, COUNTER),
    FIELD("last_failure", cache.last_failure, NUMBER, NO_UNIT, GAUGE),
    FIELD("tuned_from", cache.tuned.from, NUMBER, ENTRIES, GAUGE),
    FIELD("tuned_to", cache.tuned.to, NUMBER, ENTRIES, GAUGE),
    FIELD("tuned_allocations", cache.tuned.allocations, NUMBER, ENTRIES, GAUGE),
    FIELD("tuned_misses", cache.tuned.misses, NUMBER, ENTRIES, GAUGE),
    FIELD("tuned_at", cache.tuned.at, NUMBER, MILLISECONDS, GAUGE),
    FIELD("metadata", cache.metadata, NUMBER, BYTES, GAUGE),

    /* Magazines that no thread owns: those of the depot, and those with the reserve. */
    FIELD("depot.full", cache.depot.full, ADDRESS, NO_UNIT, LINK),
    FIELD("depot.empty", cache.depot.empty, ADDRESS, NO_UNIT, LINK),
    FIELD("depot.entries", cache.depot.entries, NUMBER, ENTRIES, GAUGE),
    FIELD("depot.limit", cache.kept.limit, NUMBER, ENTRIES, GAUGE),
    FIELD("depot.metadata", cache.depot.metadata, NUMBER, BYTES, GAUGE),
    FIELD("reserve.full", reserve.full, ADDRESS, NO_UNIT, LINK),
    FIELD("reserve.empty", reserve.empty, ADDRESS, NO_UNIT, LINK),
    FIELD("reserve.entries", reserve.entries, NUMBER, ENTRIES, GAUGE),
    FIELD("reserve.metadata", reserve.metadata, NUMBER, BYTES, GAUGE),

    /* The slabs. */
    FIELD("slabs", slabs, INLINE, NO_UNIT, CONSTANT),
    FIELD("slabs.stride", slabs.layout.stride, NUMBER, BYTES, CONSTANT),
    FIELD("slabs.step", slabs.layout.step, NUMBER, BYTES, CONSTANT),
    FIELD("slabs.group_size", slabs.layout.group_size, NUMBER, BYTES, CONSTANT),
    FIELD("slabs.group_shift", slabs.layout.group_shift, NUMBER, NO_UNIT, CONSTANT),
    FIELD("slabs.resident", slabs.resident, NUMBER, NO_UNIT, CONSTANT),
    FIELD("slabs.partial", slabs.partial.first, ADDRESS, NO_UNIT, LINK),
    FIELD("slabs.full", slabs.full.first, ADDRESS, NO_UNIT, LINK),
    FIELD("slabs.empty", slabs.empty.first, ADDRESS, NO_UNIT, LINK),
    FIELD("slabs.used", slabs.used, NUMBER, ENTRIES, GAUGE),
    FIELD("slabs.free", slabs.free, NUMBER, ENTRIES, GAUGE),
    FIELD("slabs.reserved", slabs.reserved, NUMBER, ENTRIES, GAUGE),
    FIELD("slabs.bytes", slabs.bytes, NUMBER, BYTES, GAUGE),
    FIELD("slabs.metadata", slabs.metadata, NUMBER, BYTES, GAUGE),
    FIELD("slabs.released", slabs.released, NUMBER, BYTES, COUNTER),
    FIELD("slabs.count", slabs.slab_count, NUMBER, RECORDS, GAUGE),
    FIELD("slabs.empty_count", slabs.empty_count, NUMBER, RECORDS, GAUGE),

    FIELD("next", next, ADDRESS, NO_UNIT, LINK),
};

static OS_DUMPED struct inspection_field handle_fields[] = {
    INSPECT_FIELD(struct lookaside_list, "magazine", magazine, NUMBER, BYTES, CONSTANT),
    INSPECT_FIELD(struct lookaside_list, "state", state, ADDRESS, NO_UNIT, LINK),
    INSPECT_FIELD(struct lookaside_list, "seal", seal, NUMBER, NO_UNIT, CONSTANT),
};

INSPECT_RECORD(list_record, struct lookaside_state, "list", list_fields);
INSPECT_RECORD(handle_record, struct lookaside_list, "handle", handle_fields);
