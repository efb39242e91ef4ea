// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

// WinDbg's script on the memory of a Windows process, in Node.
//
// usage: node windbg_test.js SCRIPT COMMAND [ARGUMENT...]
//
// The command runs server.exe; its report of its own lists is what the script has to print, byte
// for byte.
//
// Seen to fail for: an account's withdrawn entries added with the wrong sign, the lists in another
// order, an entry's index without its group, a bit taken from the wrong word, the depot not looked
// through, a format not checked.

"use strict";

const assert = require("assert");
const child = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const test = require("node:test");

const {Image, Session, toInt64} = require("./host.js");

const [script, ...command] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lookaside-windbg-"));
process.on("exit", () => fs.rmSync(folder, {recursive: true}));

child.execFileSync(command[0], [...command.slice(1), "facts", "image", "memory"],
                   {cwd: folder, stdio: ["ignore", "inherit", "inherit"]});
const facts = fs.readFileSync(path.join(folder, "facts"), "latin1");
const image = new Image(path.join(folder, "memory"));
const session = new Session(image, script);

// What the program had from the library of each list: the lines of !lookaside, and further figures.
const lists = facts.split(/(?=\n\nLookaside |^\nLookaside )/).map(part => ({
    report: /\nLookaside .*\n(?:    .*\n)+/.exec(part)[0],
    figure: name => new RegExp("^" + name + " (\\d+)$", "m").exec(part)[1]
}));

// An address that the program told by its name.
function fact(name) {
    return BigInt(new RegExp("^" + name + " (0x[0-9a-f]+)$", "m").exec(facts)[1]);
}

function hex(number) {
    return "0x" + number.toString(16);
}

test("the script says what it can do when it is loaded", () => {
    assert.strictEqual(session.greeting,
                       "lookaside: !lookaside_um [LIST], !lookaside_whatis ADDRESS\n");
});

test("every list begins with the lines of !lookaside, byte for byte", () => {
    const printed = session.command("lookaside_um");
    const starts = lists.map(list => printed.indexOf(list.report));
    assert.strictEqual(lists.length, 3);
    assert.strictEqual(starts[0], 0);
    assert.ok(starts[0] < starts[1] && starts[1] < starts[2], "the oldest list comes first");
    assert.strictEqual(session.command("lookaside_um", "-all"), printed);
});

test("what those lines lack follows, with the figures of lookaside_query", () => {
    const rows = {
        live_entries: "    Live           = #  High Water = .*",
        highest_entries: "    Live .* High Water = #",
        mapped_bytes: "    Memory         = #  bytes mapped .*",
        live_bytes: " {21}#  in live entries",
        magazine_bytes: " {21}#  in magazines",
        depot_bytes: " {21}#  in the depot",
        slab_free_bytes: " {21}#  free in \\d+ slabs?, room for .*",
        metadata_bytes: " {21}#  in the library's records",
        threads: "    Magazines      = #  of threads"
    };
    const whole = session.command("lookaside_um").split(/(?=\nLookaside )/);
    lists.forEach((list, i) => {
        for (const name of Object.keys(rows)) {
            const row = rows[name].replace("#", list.figure(name).padStart(10));
            assert.match(whole[i], new RegExp("^" + row + "$", "m"), name);
        }
    });
    assert.match(whole[0], new RegExp(lists[0].figure("misses_burst") + "  burst: more were"));
    assert.match(whole[0], new RegExp(lists[0].figure("misses_cold") + "  cold: more entries"));
    assert.match(whole[0], /^    Owner          = debuggers_server\.exe\+0x[0-9a-f]+$/m);
    assert.match(whole[1], new RegExp("Flushed        = +" + lists[1].figure("flushed") + "  "));
});

test("a list is found by name, tag, address and pointer", () => {
    const sessions = session.command("lookaside_um", "sessions");
    const buffers = session.command("lookaside_um", "buffers");
    const address = toInt64(fact("list"));
    assert.ok(sessions.startsWith(lists[0].report), sessions);
    assert.ok(buffers.startsWith(lists[1].report), buffers);
    assert.ok(!buffers.includes("sessions"));
    assert.strictEqual(session.command("lookaside_um", "Buff"), buffers);
    assert.strictEqual(session.command("lookaside_um", address), buffers);
    assert.strictEqual(session.command("lookaside_um", Number(fact("list"))), buffers);
    assert.strictEqual(session.command("lookaside_um", {address: address}), buffers);
});

test("an address in an entry is found with the entry and what became of it", () => {
    const states = {
        live: "live: it is out",
        magazine: "free, in a magazine of thread 0x",
        depot: "free, in the depot",
        slab: "free, in its slab",
        kept: "live: it is out"
    };
    const ofBuffers = ["slab", "kept"];
    for (const name of Object.keys(states)) {
        const entry = fact(name);
        const list = ofBuffers.includes(name) ? 'list "buffers" (tag "Buff", 20000 B)'
                                     : 'list "sessions" (tag "Sess", 40 B)';
        const printed = session.command("lookaside_whatis", toInt64(entry + 3n));
        const lines = printed.split("\n");
        assert.strictEqual(lines[0], hex(entry + 3n) + " is +0x3 in an entry of " + list);
        assert.ok(lines[1].startsWith("    entry " + hex(entry) + " of slab 0x"), printed);
        assert.ok(lines[2].startsWith("    " + states[name]), printed);
    }
});

test("what lies between the groups of a slab's entries is in none", () => {
    const what = address => session.command("lookaside_whatis", toInt64(address)).split("\n");
    const next = [fact("slab") + 20000n, fact("slab") + 40000n].map(what);
    const gap = next[0].length === 2 ? 0 : 1;
    assert.match(next[gap][0],
                 / is \+0x[0-9a-f]+ in slab 0x[0-9a-f]+ of list "buffers" .*, but in no entry$/);
    assert.ok(gap === 0 || next[0][0].includes(" is +0x0 in an entry"), next[0][0]);
    assert.match(what(fact("slab") + 64n + BigInt(20000 * (gap + 1)))[0], / is \+0x0 in an entry/);
});

test("an address in a lookaside_list is found, and one in no list is not", () => {
    assert.strictEqual(session.command("lookaside_whatis", toInt64(fact("list") + 8n)),
                       hex(fact("list") + 8n) +
                           ' is +0x8 in the lookaside_list of list "buffers" ' +
                               '(tag "Buff", 20000 B)\n');
    assert.strictEqual(session.command("lookaside_whatis", toInt64(fact("nowhere"))),
                       hex(fact("nowhere")) + " is in no list\n");
});

// A fenced block of docs/debuggers.md, in which addresses, threads and the program mean nothing.
function documented(kind) {
    const document = fs.readFileSync(path.join(__dirname, "../../docs/debuggers.md"), "utf8");
    return new RegExp("^```" + kind + "\\n([^]*?)^```$", "m").exec(document)[1];
}

function withoutPlaces(text) {
    return text.replace(/0x[0-9a-f]+/g, "#").replace(/^(    Owner +=) .*$/m, "$1");
}

test("the document shows what is printed", () => {
    const [, list, whatis] = documented("windbg").split(/^0:000> .*\n/m);
    const [beginning, rest] = list.split("...\n");
    const printed = session.command("lookaside_um", "sessions");
    assert.ok(withoutPlaces(printed).startsWith(withoutPlaces(beginning)), printed);
    assert.strictEqual(rest, "");
    assert.strictEqual(
        withoutPlaces(session.command("lookaside_whatis", toInt64(fact("live")))),
        withoutPlaces(whatis));
});

test("the words are those of the other debuggers", () => {
    const list = /^\(gdb\) lookaside sessions\n([^]*?)^\(gdb\) /m.exec(documented("gdb"))[1];
    assert.strictEqual(withoutPlaces(session.command("lookaside_um", "sessions")),
                       withoutPlaces(list));
});

test("what cannot be done is said in a sentence", () => {
    assert.strictEqual(session.command("lookaside_um", "nobody"),
                       "lookaside: no list is called nobody; !lookaside_um shows all\n");
    assert.strictEqual(session.command("lookaside_whatis"),
                       "lookaside: !lookaside_whatis needs an address\n");
    assert.strictEqual(session.command("lookaside_whatis", "sessions"),
                       "lookaside: \"sessions\" is no address\n");
});

test("a process without the library is told from one with lists", () => {
    const without = new Session(new Image(path.join(folder, "memory")), script);
    without.image.modules = without.image.modules.filter(module => !/server/.test(module.path));
    assert.strictEqual(without.command("lookaside_um"),
                       "lookaside: no module of this process has lookaside in it\n");
});

test("a module that a dump lacks does not hide the others", () => {
    const lacking = new Session(new Image(path.join(folder, "memory")), script);
    const [library] = lacking.image.modules.filter(module => /ntdll/.test(module.path));
    lacking.image.pieces = lacking.image.pieces.filter(piece => piece.address !== library.address);
    assert.strictEqual(lacking.command("lookaside_whatis", toInt64(fact("live"))),
                       session.command("lookaside_whatis", toInt64(fact("live"))));
    lacking.image.modules = [library];
    assert.strictEqual(lacking.command("lookaside_um"),
                       "lookaside: no module of this process has lookaside in it; " +
                           "the headers of 1 cannot be read\n");
});

test("a dump that lacks memory is told from one that has it", () => {
    const lacking = new Session(new Image(path.join(folder, "memory")), script);
    const {bytes, offset} = lacking.image.find(fact("list"), 64);
    const state = bytes.readBigUInt64LE(offset + 8);
    lacking.image.pieces = lacking.image.pieces.filter(
        piece => state < piece.address || state >= piece.address + BigInt(piece.bytes.length));
    assert.match(lacking.command("lookaside_um"),
                 /^lookaside: the memory at 0x[0-9a-f]{16} cannot be read; a dump needs all of it/);
});

// The session again, with a 32-bit number of the list "buffers" changed.
function withChanged(member, change) {
    const changed = new Session(new Image(path.join(folder, "memory")), script);
    const at = changed.evaluate("findLists(new Memory())[1].record.at('" + member + "')");
    const {bytes, offset} = changed.image.find(BigInt(at), 8);
    bytes.writeUInt32LE(change(bytes.readUInt32LE(offset)), offset);
    return changed;
}

test("a list that a thread was changing is marked", () => {
    const mark = "    ~ changed while it was read: its figures may not fit each other.\n";
    const changing = withChanged("lock", word => word | 1);
    assert.ok(!session.command("lookaside_um").includes("~"));
    assert.strictEqual(changing.command("lookaside_um", "buffers"),
                       session.command("lookaside_um", "buffers") + mark);
});

test("garbage is told, not followed for ever", () => {
    const circle = withChanged("next", () => session.evaluate(
        "findLists(new Memory())[1].record.address % TWO_TO_32"));
    assert.match(circle.command("lookaside_um"),
                 /^lookaside: a chain of lists runs in a circle at 0x/);
    const huge = new Session(new Image(path.join(folder, "memory")), script);
    const at = huge.evaluate("findLists(new Memory())[1].record.at('flushed')");
    const {bytes, offset} = huge.image.find(BigInt(at), 8);
    bytes.writeBigUInt64LE(0x7fffffffffffffffn, offset);
    assert.strictEqual(huge.command("lookaside_um"),
                       "lookaside: a number of 0x7fffffffffffffff makes no sense\n");
});

test("a library of a newer format is not misread", () => {
    const newer = new Session(new Image(path.join(folder, "memory")), script);
    for (const piece of newer.image.pieces) {
        const at = piece.bytes.indexOf("lookaside lists\0", 0, "latin1");
        if (at >= 0 && piece.bytes.readBigUInt64LE(at + 16) === piece.address + BigInt(at)) {
            piece.bytes.writeUInt32LE(2, at + 24);
        }
    }
    assert.match(newer.command("lookaside_um"),
                 /^lookaside: .*describes itself in format 2, and this script reads 1; take the/);
});
