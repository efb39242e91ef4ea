// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

// A stand-in for WinDbg's `host`, over an image of a process's memory (image.h). It knows what the
// script uses and nothing else, and takes nothing that the real one would refuse: addresses above
// 2^53 do not survive as numbers, memory that is not there throws, 64 bits are objects.

"use strict";

const fs = require("fs");
const vm = require("vm");

// 64 bits, as the debugger has them: no number, unless it can be one exactly.
class Int64 {
    constructor(low, high) {
        for (const half of [low, high]) {
            if (!Number.isInteger(half) || half < 0 || half > 0xffffffff) {
                throw new TypeError("host.Int64 is made of two unsigned halves, not " + half);
            }
        }
        this.getLowPart = () => low;
        this.getHighPart = () => high;
    }

    valueOf() {
        const value = this.getHighPart() * 4294967296 + this.getLowPart();
        if (!Number.isSafeInteger(value)) {
            throw new Error("64 bit value loses precision on conversion to number");
        }
        return value;
    }
}

function toInt64(value) {
    return new Int64(Number(value & 0xffffffffn), Number(value >> 32n));
}

function toBigInt(int64) {
    return (BigInt(int64.getHighPart()) << 32n) | BigInt(int64.getLowPart());
}

class Image {
    constructor(file) {
        const bytes = fs.readFileSync(file);
        this.modules = [];
        this.pieces = [];
        for (let at = 0; at < bytes.length;) {
            const address = bytes.readBigUInt64LE(at + 8);
            const size = Number(bytes.readBigUInt64LE(at + 16));
            const content = bytes.subarray(at + 24, at + 24 + size);
            if (bytes.readBigUInt64LE(at) === 1n) {
                this.modules.push({address: address, path: content.toString()});
            } else {
                this.pieces.push({address: address, bytes: Buffer.from(content)});
            }
            at += 24 + size;
        }
        for (const module of this.modules) {
            const {bytes, offset} = this.find(module.address, 4096);
            module.size = bytes.readUInt32LE(offset + bytes.readUInt32LE(offset + 0x3c) + 80);
        }
    }

    // The piece of memory that holds all of these bytes, and where in it they begin.
    find(address, size) {
        for (const piece of this.pieces) {
            const offset = address - piece.address;
            if (offset >= 0n && offset + BigInt(size) <= BigInt(piece.bytes.length)) {
                return {bytes: piece.bytes, offset: Number(offset)};
            }
        }
        throw new Error("Unable to read memory at address 0x" + address.toString(16));
    }
}

// The script as the debugger holds it: what it registered as commands, and what it printed. Tests
// may evaluate() what is in it.
class Session {
    constructor(image, script) {
        this.image = image;
        this.printed = "";
        const session = this;
        const host = {
            Int64: Int64,
            apiVersionSupport: class {},
            functionAlias: class {
                constructor(run, name) {
                    this.run = run;
                    this.name = name;
                }
            },
            diagnostics: {debugLog: text => void (session.printed += text)},
            currentProcess: {get Modules() { return session.modules(); }},
            memory: {readMemoryValues: (...place) => session.read(...place)}
        };
        const context = vm.createContext({host: host});
        // What came after ECMAScript 6 and a script might reach for.
        vm.runInContext(
            "delete globalThis.BigInt; delete Array.prototype.includes; delete Object.entries;" +
            "delete Array.prototype.flat; delete Array.prototype.at; delete Object.values;" +
            "delete String.prototype.padStart; delete String.prototype.padEnd;" +
            "delete String.prototype.replaceAll; delete Object.fromEntries;", context);
        vm.runInContext(fs.readFileSync(script, "utf8"), context, {filename: script});
        this.evaluate = expression => vm.runInContext(expression, context);
        this.aliases = this.evaluate("initializeScript()")
            .filter(registered => registered instanceof host.functionAlias);
        this.greeting = this.printed;
    }

    *modules() {
        for (const module of this.image.modules) {
            yield {BaseAddress: toInt64(module.address), Size: module.size, Name: module.path};
        }
    }

    read(location, count, size, signed) {
        if (!(location instanceof Int64) || size !== 4 || signed) {
            throw new TypeError("the stand-in reads 32-bit numbers at a host.Int64");
        }
        const found = this.image.find(toBigInt(location), count * size);
        const words = new Uint32Array(count);
        for (let i = 0; i < count; i++) {
            words[i] = found.bytes.readUInt32LE(found.offset + 4 * i);
        }
        return words;
    }

    // What a command prints.
    command(name, ...given) {
        this.printed = "";
        this.aliases.find(alias => alias.name === name).run(...given);
        return this.printed;
    }
}

module.exports = {Image: Image, Session: Session, toInt64: toInt64};
