// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

// What a copy of the library says about itself (src/inspection.h), and its records through that:
// record.number("depth") is right wherever a version of the library keeps its depth.

const FORMAT = 1;
const MAGIC = "lookaside lists";
const SECTION = ".lkaside";

// Where the section of a module begins; 0 if it has none.
function sectionOf(memory, base) {
    if (memory.text(base, 2) !== "MZ") {
        return 0;
    }
    const header = base + memory.small(base + 0x3c, 4);
    const count = memory.small(header + 6, 2);
    const first = header + 24 + memory.small(header + 20, 2);
    for (let i = 0; i < count; i++) {
        const section = first + 40 * i;
        if (memory.text(section, 8) === SECTION) {
            return base + memory.small(section + 12, 4);
        }
    }
    return 0;
}

class Library {
    constructor(memory, address, moduleName) {
        this.memory = memory;
        this.moduleName = moduleName;
        this.records = new Map();
        if (memory.text(address, 16) !== MAGIC || memory.number(address + 16, 8) !== address) {
            throw new Error(moduleName + ": what its section " + SECTION + " holds makes no sense");
        }
        const format = memory.small(address + 24, 4);
        this.version = memory.text(address + 32, 16);
        this.registry = memory.number(address + 72, 8);
        this.threads = memory.number(address + 80, 8);
        if (format !== FORMAT) {
            throw new Error(moduleName + ": lookaside " + this.version +
                            " describes itself in format " + format + ", and this script reads " +
                            FORMAT + "; take the script of that version");
        }
        this.readRecords(address);
    }

    readRecords(address) {
        const memory = this.memory;
        const records = memory.number(address + 48, 8);
        const count = memory.small(address + 56, 4);
        const fieldSize = memory.small(address + 64, 4);
        for (let i = 0; i < count; i++) {
            const at = memory.number(records + 8 * i, 8);
            const fields = new Map();
            const first = memory.number(at + 16, 8);
            for (let j = 0; j < memory.small(at + 28, 4); j++) {
                const field = first + fieldSize * j;
                fields.set(memory.text(field, 28), {
                    offset: memory.small(field + 28, 4),
                    size: memory.small(field + 32, 2),
                    shift: memory.byte(field + 34),
                    bits: memory.byte(field + 35)
                });
            }
            this.records.set(memory.text(at, 16), {size: memory.small(at + 24, 4), fields: fields});
        }
    }

    record(kind, address) {
        const table = this.records.get(kind);
        if (table === undefined) {
            throw new Error("lookaside " + this.version + " does not describe its " + kind);
        }
        return new Record(this, kind, table, address);
    }

    // The records of a chain, from an address on.
    chain(kind, address) {
        const found = [];
        const seen = new Set();
        for (let at = address; at !== 0; at = found[found.length - 1].number("next")) {
            if (seen.has(at)) {
                throw new Error("a chain of " + kind + "s runs in a circle at " + hex(at, 16));
            }
            seen.add(at);
            found.push(this.record(kind, at));
        }
        return found;
    }
}

// Every copy of the library in the process. A dump may lack the headers of some modules: they are
// passed over, and counted.
function findLibraries(memory) {
    const found = [];
    let unreadable = 0;
    for (const module of host.currentProcess.Modules) {
        let section = 0;
        try {
            section = sectionOf(memory, fromArgument(module.BaseAddress));
        } catch (error) {
            unreadable++;
        }
        if (section !== 0) {
            found.push(new Library(memory, section, module.Name));
        }
    }
    if (found.length === 0) {
        throw new Error("no module of this process has lookaside in it" +
                        (unreadable > 0 ? "; the headers of " + unreadable + " cannot be read"
                                        : ""));
    }
    return found;
}

class Record {
    constructor(library, kind, table, address) {
        this.library = library;
        this.kind = kind;
        this.table = table;
        this.address = address;
    }

    field(name) {
        const field = this.table.fields.get(name);
        if (field === undefined) {
            throw new Error("lookaside " + this.library.version + " does not tell " + name +
                            " of a " + this.kind);
        }
        return field;
    }

    // Where a member stands.
    at(name) {
        return this.address + this.field(name).offset;
    }

    number(name) {
        const field = this.field(name);
        const memory = this.library.memory;
        if (field.bits === 8 * field.size) {
            return memory.number(this.at(name), field.size);
        }
        const low = memory.small(this.at(name), Math.min(4, field.size));
        const high = field.size > 4 ? memory.small(this.at(name) + 4, 4) : 0;
        return part(low, high, field.shift, field.bits);
    }

    text(name) {
        return this.library.memory.text(this.at(name), this.field(name).size);
    }
}
