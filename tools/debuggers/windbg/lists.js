// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

// Lists, and their figures by the laws of src/statistics.c.

class Magazine {
    constructor(account) {
        const magazine = account.library.record("magazine", account.number("magazine"));
        this.address = magazine.address;
        this.entries = magazine.number("depth");
        this.capacity = magazine.number("capacity");
        this.allocations = account.number("folded") + magazine.number("allocations");
        this.frees = this.allocations + this.entries + account.number("withdrawn");
        this.array = magazine.number("entries");
    }
}

class List {
    constructor(record) {
        const library = record.library;
        const number = name => record.number(name);
        this.record = record;
        this.handle = number("handle");
        this.name = record.text("name");
        this.tag = number("tag");
        this.type = number("type");
        this.size = number("size");
        this.depth = number("depth");
        this.allocateMisses = number("allocate_misses");
        this.freeMisses = number("free_misses");
        this.magazines = library.chain("account", number("accounts"))
            .map(account => new Magazine(account))
            .sort((a, b) => b.entries - a.entries);
        const sum = name => this.magazines.reduce((total, one) => total + one[name], 0);
        this.inMagazines = sum("entries");
        this.inDepot = number("depot.entries");
        this.allocates = number("allocates") + sum("allocations");
        this.frees = number("frees") + sum("frees");
        // A debugger stops threads anywhere: one may be in the middle of changing the list.
        this.moved = (number("lock") & 1) !== 0;
    }

    get live() {
        return this.allocates - this.frees;
    }

    // What the bytes of its slabs and records are in.
    get bytes() {
        const number = name => this.record.number(name);
        const stride = number("slabs.stride");
        const out = this.allocateMisses - this.freeMisses - number("flushed");
        const cached = Math.min(this.inMagazines + this.inDepot, out);
        const inDepot = Math.min(this.inDepot, cached);
        const used = (number("allocate") === 0 ? out : number("slabs.used")) * stride;
        const bytes = {
            live: (out - cached) * stride,
            magazines: (cached - inDepot) * stride,
            depot: inDepot * stride,
            slabFree: number("slabs.bytes") - Math.min(used, number("slabs.bytes")),
            metadata: number("record_bytes") + number("metadata") + number("depot.metadata") +
                      number("reserve.metadata") + number("slabs.metadata")
        };
        bytes.mapped = bytes.live + bytes.magazines + bytes.depot + bytes.slabFree + bytes.metadata;
        return bytes;
    }
}

// All lists of all copies of the library, the oldest of each first.
function findLists(memory) {
    const lists = [];
    for (const library of findLibraries(memory)) {
        const registry = library.record("registry", library.registry);
        const found = library.chain("list", registry.number("first"));
        found.reverse().forEach(record => lists.push(new List(record)));
    }
    return lists;
}

// The number of the thread that owns a magazine; undefined when it is not known.
function threadOf(list, magazine) {
    const library = list.record.library;
    const table = magazine.address - list.record.number("place");
    const running = library.record("threads", library.threads).number("running");
    const threads = library.chain("thread", running);
    const owner = threads.find(thread => thread.number("table") === table);
    return owner === undefined ? undefined : owner.number("identity");
}
