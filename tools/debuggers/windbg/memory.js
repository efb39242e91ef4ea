// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

// The target's memory. What a process holds while it is stopped stays as it is, so each OS page is
// asked of the debugger once; each command begins with a Memory of its own.
//
// Numbers are JavaScript's own, which are exact up to 2^53. Addresses of user mode have 47 bits,
// and a count gets there after a hundred days of a billion calls a second. Where 64 bits make no
// such number, reading ends with an error instead of a wrong figure. host.Int64, the debugger's own
// type for 64 bits, is seen by toInt64 and fromArgument alone.

const BLOCK = 4096;
const TWO_TO_32 = 4294967296;

function toInt64(address) {
    return new host.Int64(address % TWO_TO_32, Math.floor(address / TWO_TO_32));
}

// What the debugger passes as an address: a JavaScript number, its own 64 bits, or a pointer.
function fromArgument(argument) {
    if (typeof argument === "string") {
        throw new Error("\"" + argument + "\" is no address");
    }
    if (typeof argument === "object" && argument.address !== undefined) {
        return fromArgument(argument.address);
    }
    return typeof argument === "object"
        ? join(argument.getLowPart() >>> 0, argument.getHighPart() >>> 0)
        : argument;
}

function hex(number, digits) {
    const text = number.toString(16);
    return "0x" + "0".repeat(Math.max(0, digits - text.length)) + text;
}

// 64 bits as a number; those of a negative one as a negative number.
function join(low, high) {
    const number = (high | 0) * TWO_TO_32 + low;
    if (!Number.isSafeInteger(number)) {
        throw new Error("a number of " + hex(high, 8) + hex(low, 8).slice(2) + " makes no sense");
    }
    return number;
}

// Some of 64 bits: as many as a number holds exactly.
function part(low, high, shift, bits) {
    if (shift >= 32) {
        return part(high, 0, shift - 32, bits);
    }
    const number = shift + bits <= 32 ? low >>> shift
                                      : Math.floor(low / Math.pow(2, shift)) +
                                            high * Math.pow(2, 32 - shift);
    return number % Math.pow(2, bits);
}

class Memory {
    constructor() {
        this.blocks = new Map();
    }

    block(start) {
        let words = this.blocks.get(start);
        if (words === undefined) {
            try {
                words = host.memory.readMemoryValues(toInt64(start), BLOCK / 4, 4, false);
            } catch (error) {
                throw new Error("the memory at " + hex(start, 16) + " cannot be read; " +
                                "a dump needs all of it (.dump /ma)");
            }
            this.blocks.set(start, words);
        }
        return words;
    }

    byte(address) {
        const offset = address % BLOCK;
        const word = this.block(address - offset)[offset >>> 2];
        return (word >>> (8 * (offset & 3))) & 255;
    }

    // Up to 4 bytes, unsigned.
    small(address, size) {
        let number = 0;
        for (let i = size - 1; i >= 0; i--) {
            number = number * 256 + this.byte(address + i);
        }
        return number;
    }

    number(address, size) {
        return size <= 4 ? this.small(address, size)
                         : join(this.small(address, 4), this.small(address + 4, 4));
    }

    text(address, size) {
        let text = "";
        for (let i = 0; i < size && this.byte(address + i) !== 0; i++) {
            text += String.fromCharCode(this.byte(address + i));
        }
        return text;
    }
}
