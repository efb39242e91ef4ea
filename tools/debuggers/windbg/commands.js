// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

// What the debugger calls.

function tell(makeText) {
    let text;
    try {
        text = makeText(new Memory());
    } catch (error) {
        text = "lookaside: " + error.message + "\n";
    }
    host.diagnostics.debugLog(text);
}

function showLists(wanted) {
    tell(memory => {
        const lists = findLists(memory);
        const all = wanted === undefined || wanted === "-all";
        const key = all || typeof wanted === "string" ? wanted : fromArgument(wanted);
        const shown = all ? lists : lists.filter(list => isCalled(list, key));
        if (shown.length === 0) {
            throw new Error(all ? "the process has no lists"
                                : "no list is called " +
                                      (typeof key === "string" ? key : hex(key, 1)) +
                                      "; !lookaside_um shows all");
        }
        return shown.map(list => report(list) + rest(list)).join("");
    });
}

function showPlace(argument) {
    tell(memory => {
        if (argument === undefined) {
            throw new Error("!lookaside_whatis needs an address");
        }
        const address = fromArgument(argument);
        const place = findLists(memory).map(list => placeIn(list, address))
            .find(found => found !== undefined);
        return placeText(address, place);
    });
}

function initializeScript() {
    host.diagnostics.debugLog("lookaside: !lookaside_um [LIST], !lookaside_whatis ADDRESS\n");
    return [
        new host.apiVersionSupport(1, 7),
        new host.functionAlias(showLists, "lookaside_um"),
        new host.functionAlias(showPlace, "lookaside_whatis")
    ];
}
