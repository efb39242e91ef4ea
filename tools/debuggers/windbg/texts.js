// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

// The texts: !lookaside's lines byte for byte as src/report.c writes them; the others as those of
// tools/inspect/text_list.c and text_answers.c.

const CACHE_NONE = 2; // LOOKASIDE_CACHE_NONE
const BUSY = 75;      // src/depth.h: allocations that count as traffic

function tagText(tag) {
    let text = "";
    for (let i = 0; i < 4; i++) {
        const code = (tag >>> (8 * i)) & 255;
        text += code < 32 || code > 126 ? "." : String.fromCharCode(code);
    }
    return text;
}

// Whether what a user has typed means this list: its name, its tag, or its address.
function isCalled(list, wanted) {
    return wanted === list.name || wanted === tagText(list.tag) || wanted === list.handle;
}

function left(text, width) {
    return text + " ".repeat(Math.max(0, width - text.length));
}

function right(value, width) {
    const text = String(value);
    return " ".repeat(Math.max(0, width - text.length)) + text;
}

function typeText(type) {
    const names = {0: "NonPagedPool", 1: "PagedPool", 512: "NonPagedPoolNx"};
    return hex(type, 4).slice(2) + "  " + (names[type & ~0x18] || "NonPagedPool") +
           ((type & 0x10) !== 0 ? " RaiseIfAllocationFailure" : "") +
           ((type & 0x8) !== 0 ? " QuotaFailInsteadOfRaise" : "");
}

function percentHit(total, misses) {
    return total === 0 || misses >= total ? 0 : Math.floor((total - misses) * 100 / total);
}

function row(leftLabel, leftValue, rightLabel, rightValue, unit) {
    return "    " + left(leftLabel, 14) + " = " + right(leftValue, 10) + left(unit || "", 2) +
           left(rightLabel, 10) + " = " + right(rightValue, 10) + (unit || "") + "\n";
}

// The lines of !lookaside (src/report.c).
function report(list) {
    return "\nLookaside \"" + list.name + "\" @ " + hex(list.handle, 16) + "  Tag(hex): " +
           hex(list.tag, 8) + " \"" + tagText(list.tag) + "\"\n" +
           "    Type           =       " + typeText(list.type) + "\n" +
           row("Current Depth", list.inMagazines + list.inDepot, "Max Depth", list.depth) +
           row("Size", list.size, "Max Alloc", list.size * list.depth) +
           row("AllocateMisses", list.allocateMisses, "FreeMisses", list.freeMisses) +
           row("TotalAllocates", list.allocates, "TotalFrees", list.frees) +
           row("Hit Rate", percentHit(list.allocates, list.allocateMisses), "Hit Rate",
               percentHit(list.frees, list.freeMisses), "%");
}

// What those lines lack, in the layout of `lookaside show` (tools/inspect/text_list.c).
function rest(list) {
    const number = name => list.record.number(name);
    const reserved = number("reserve.entries") + number("slabs.reserved");
    const failures = number("allocate_failures");
    return line("exactly", right(exactRate(list.allocates, list.allocateMisses), 10) + "  " +
                left("", 10) + " = " + right(exactRate(list.frees, list.freeMisses), 10)) +
           row("Live", list.live, "High Water", number("highest_out")) +
           (failures + reserved > 0 ? row("Failures", failures, "Reserved", reserved) : "") +
           line("Owner", describeCode(number("initialized_by"))) +
           line("Tuner", tunerText(list)) + missesText(list) + memoryText(list) +
           magazinesText(list) +
           (list.moved ? "    ~ changed while it was read: its figures may not fit each other.\n"
                       : "");
}

function line(label, text) {
    return "    " + left(label, 14) + " = " + text + "\n";
}

function partLine(figure, what) {
    return " ".repeat(21) + right(figure, 10) + "  " + what + "\n";
}

// Cut, not rounded: only what never missed is 100%.
function exactRate(total, misses) {
    if (total === 0) {
        return "-";
    }
    const hits = Math.max(0, total - misses) / total;
    return misses === 0 ? "100%"
                        : (Math.min(Math.floor(hits * 1000000), 999999) / 10000).toFixed(4) + "%";
}

function describeCode(address) {
    for (const module of host.currentProcess.Modules) {
        const offset = address - fromArgument(module.BaseAddress);
        if (address !== 0 && offset >= 0 && offset < fromArgument(module.Size)) {
            return module.Name.replace(/^.*[\\/]/, "") + "+" + hex(offset, 1);
        }
    }
    return "not known";
}

function tunerText(list) {
    const number = name => list.record.number(name);
    const [from, to] = [number("tuned_from"), number("tuned_to")];
    const [allocations, misses] = [number("tuned_allocations"), number("tuned_misses")];
    if (number("cache_policy") === CACHE_NONE) {
        return "has nothing to do: the list keeps no entries";
    }
    if (from === 0) {
        return "has not changed the depth; the maximum is " + number("maximum_depth");
    }
    return "depth " + from + " -> " + to +
           (to === number("maximum_depth") ? " (the maximum)" : "") + ": " +
           (allocations < BUSY ? "idle, only " + count(allocations, "allocation")
                               : (to < from ? "deeper than needed, " : "too shallow, ") + misses +
                                     " of " + allocations + " allocations missed");
}

function count(number, noun) {
    return number + " " + noun + (number === 1 ? "" : "s");
}

function missesText(list) {
    const causes = {
        misses_cold: "cold: more entries were out of the backing than ever before",
        misses_burst: "burst: more were asked for at once than were kept",
        misses_trimmed: "trimmed: flush or trim had given them back",
        misses_handed_over: "handed over: other threads free what this one allocates"
    };
    const flushed = list.record.number("flushed");
    let text = line("Misses", right(list.allocateMisses, 10) + "  entries from the backing" +
                    (list.allocateMisses > 0 ? ", because" : ""));
    for (const cause of Object.keys(causes)) {
        const misses = list.record.number(cause);
        text += misses > 0 ? partLine(misses, causes[cause]) : "";
    }
    return text + (flushed > 0
                       ? line("Flushed", right(flushed, 10) + "  entries, by flush and trim")
                       : "");
}

function bytesText(bytes) {
    const units = ["", "K", "M", "G", "T"];
    let unit = 0;
    for (; bytes >= 999.5 && unit + 1 < units.length; unit++) {
        bytes /= 1024;
    }
    return bytes.toFixed(unit === 0 || bytes >= 99.95 ? 0 : bytes < 9.995 ? 2 : 1) + units[unit];
}

function memoryText(list) {
    const bytes = list.bytes;
    const free = list.record.number("slabs.free");
    return line("Memory", right(bytes.mapped, 10) + "  bytes mapped (" + bytesText(bytes.mapped) +
                              ")") +
           partLine(bytes.live, "in live entries") + partLine(bytes.magazines, "in magazines") +
           partLine(bytes.depot, "in the depot") +
           partLine(bytes.slabFree, "free in " + count(list.record.number("slabs.count"), "slab") +
                    ", room for " + free + (free === 1 ? " entry of " : " entries of ") +
                    list.record.number("slabs.stride") + " bytes") +
           partLine(bytes.metadata, "in the library's records");
}

function magazinesText(list) {
    let text = line("Magazines", right(list.magazines.length, 10) + "  of threads");
    for (const one of list.magazines) {
        text += partLine(one.entries, "of " + one.capacity + ", " + threadText(list, one) + ": " +
                         one.allocations + " allocated, " + one.frees + " freed");
    }
    return text;
}

function threadText(list, magazine) {
    const thread = threadOf(list, magazine);
    return thread === undefined ? "a thread" : "thread " + hex(thread, 1);
}

function listText(list) {
    return (list.name !== "" ? "list \"" + list.name + "\"" : "list " + hex(list.handle, 1)) +
           " (tag \"" + tagText(list.tag) + "\", " + list.size + " B)";
}

// The lines of `lookaside whatis` (tools/inspect/text_answers.c).
function placeText(address, place) {
    const states = {
        live: "live: it is out",
        magazine: "free, in a magazine",
        depot: "free, in the depot",
        reserve: "free, held in reserve",
        slab: "free, in its slab",
        never: "free: it was never handed out"
    };
    const is = hex(address, 1) + " is ";
    if (place === undefined) {
        return is + "in no list\n";
    }
    const inList = is + "+" + hex(place.offset, 1) + " in ";
    if (place.kind === "list") {
        return inList + "the lookaside_list of " + listText(place.list) + "\n";
    }
    if (place.kind === "between") {
        return inList + "slab " + hex(place.slab, 1) + " of " + listText(place.list) +
               ", but in no entry\n";
    }
    return inList + "an entry of " + listText(place.list) + "\n    entry " + hex(place.entry, 1) +
           (place.slab !== 0 ? " of slab " + hex(place.slab, 1) : "") + "\n    " +
           states[place.kind] +
           (place.magazine === undefined ? "" : " of " + threadText(place.list, place.magazine)) +
           "\n";
}
