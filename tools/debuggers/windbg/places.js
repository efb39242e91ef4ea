// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

// Whose entry an address is in, and whether that is free. An entry is cached when a magazine, the
// depot or the reserve has its address; otherwise its slab knows.

// The slab of the list that an address is in; undefined when it is in none.
function slabOf(list, address) {
    for (const chain of ["slabs.partial", "slabs.full", "slabs.empty"]) {
        for (const slab of list.record.library.chain("slab", list.record.number(chain))) {
            const offset = address - slab.number("base");
            if (offset >= 0 && offset < slab.number("size")) {
                return slab;
            }
        }
    }
    return undefined;
}

// The entry at an address in a slab (src/layout.h): its index and where it begins; undefined
// between entries.
function entryIn(list, slab, address) {
    const start = slab.number("start");
    const stride = list.record.number("slabs.stride");
    const groupSize = list.record.number("slabs.group_size");
    const inOneGroup = Math.pow(2, list.record.number("slabs.group_shift"));
    const group = Math.floor((address - start) / groupSize);
    const inGroup = Math.floor((address - start - group * groupSize) / stride);
    const index = group * inOneGroup + inGroup;
    if (address < start || inGroup >= inOneGroup || index >= slab.number("capacity")) {
        return undefined;
    }
    return {index: index, address: start + group * groupSize + inGroup * stride};
}

function isFreeInSlab(slab, index) {
    const word = slab.at("free_bits") + 4 * Math.floor(index / 32);
    return ((slab.library.memory.small(word, 4) >>> (index % 32)) & 1) !== 0;
}

// Where in an array of so many entries one is that contains the address; undefined if nowhere.
function entryInArray(list, array, count, address) {
    const stride = list.record.number("slabs.stride");
    for (let i = 0; i < count; i++) {
        const entry = list.record.library.memory.number(array + 8 * i, 8);
        if (address >= entry && address < entry + stride) {
            return entry;
        }
    }
    return undefined;
}

// Who keeps a cached entry that contains the address: a magazine, "depot" or "reserve"; with where
// the entry begins. undefined if nobody does.
function keeperOf(list, address) {
    for (const magazine of list.magazines) {
        const entry = entryInArray(list, magazine.array, magazine.entries, address);
        if (entry !== undefined) {
            return {kind: "magazine", magazine: magazine, entry: entry};
        }
    }
    for (const kind of ["depot", "reserve"]) {
        const full = list.record.number(kind + ".full");
        for (const array of list.record.library.chain("array", full)) {
            const entry = entryInArray(list, array.at("entries"), array.number("count"), address);
            if (entry !== undefined) {
                return {kind: kind, entry: entry};
            }
        }
    }
    return undefined;
}

// What a list knows of an address: {kind, list, entry, offset, slab}, with 0 where there is no
// entry or slab, and the magazine; undefined when it is not the list's. kind is live, magazine,
// depot, reserve, slab, never, between, or list for the lookaside_list itself.
function placeIn(list, address) {
    const handleSize = list.record.library.record("handle", list.handle).table.size;
    if (address >= list.handle && address < list.handle + handleSize) {
        return {kind: "list", list: list, entry: 0, offset: address - list.handle, slab: 0};
    }
    const keeper = keeperOf(list, address);
    const slab = slabOf(list, address);
    if (slab === undefined && keeper === undefined) {
        return undefined;
    }
    const base = slab === undefined ? 0 : slab.number("base");
    if (keeper !== undefined) {
        return Object.assign(keeper, {list: list, offset: address - keeper.entry, slab: base});
    }
    const entry = entryIn(list, slab, address);
    if (entry === undefined) {
        return {kind: "between", list: list, entry: 0, offset: address - base, slab: base};
    }
    const place = {list: list, entry: entry.address, offset: address - entry.address, slab: base};
    if (entry.index >= slab.number("fresh")) {
        place.kind = entry.index < slab.number("highest") ? "slab" : "never";
    } else {
        place.kind = isFreeInSlab(slab, entry.index) ? "slab" : "live";
    }
    return place;
}
