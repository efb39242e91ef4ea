#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Keeps docs/windows-contract.md in step with the checks and with the table of differences.

usage: document.py SOURCE_ROOT [--write]

Reported: a check whose rule the document does not have, in number or words; a rule without a check that
does not say why; a row that names other checks than there are; a difference that names no check; a
table of differences, or of the API's rules, that is not what the sources say. --write fills in what
follows from the sources: the checks of each rule, the differences, the API's rules.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

# What each macro that declares a check makes of its name.
KINDS = {"CHECK": ("",), "API_CHECK": ("",), "CHECK_BOTH": ("npaged_", "paged_"),
         "CHECK_ALL": ("ex_", "npaged_", "paged_")}
CHECK = re.compile(r'^(\w*CHECK\w*)\((\w+),\s*"([^"]*)"\)\s*{', re.MULTILINE)
ROW = re.compile(r"^\| ([\d.]+) \| (.*?) \| (.*?) \| ?(.*?) ?\|$", re.MULTILINE)
REASON = re.compile(r"#define (\w+)\s+\\?\s*\"(.*)\"")
DIFFERENCE = re.compile(r'{"([\w ]+)",\s*"(\w+)",\s*(\w+),\s*(\w+)}')
BLOCK = r"(<!-- {0} -->\n).*?(<!-- end of {0} -->)"


class Checks:
    """What the sources say."""

    def __init__(self, folder):
        self.of_rule = defaultdict(list)  # "2.1 words" -> how the document names its checks
        self.names = set()
        for path in sorted(folder.glob("checks/*.c")):
            for kind, name, rule in CHECK.findall(path.read_text()):
                prefixes = KINDS[kind]
                shown = prefixes[0] if len(prefixes) == 1 else "{" + ",".join(
                    prefix.rstrip("_") for prefix in prefixes) + "}_"
                self.of_rule[rule].append(f"`{shown}{name}`")
                self.names.update(prefix + name for prefix in prefixes)
        source = (folder / "differences.c").read_text()
        reasons = dict(REASON.findall(source))
        self.differences = [(world, check, kind, reasons[reason])
                            for world, check, kind, reason in DIFFERENCE.findall(source)]

    def api_rules(self):
        """Section A: the public header's promises, numbered by the checks themselves."""
        rules = [rule for rule in self.of_rule if rule.startswith("A.")]
        rows = ["| rule | | check |", "|---|---|---|"]
        for rule in sorted(rules, key=lambda rule: int(rule.split()[0][2:])):
            number, _, words = rule.partition(" ")
            rows.append(f"| {number} | {words} | {', '.join(self.of_rule[rule])} |")
        return "\n".join(rows) + "\n"

    def difference_rows(self):
        meant = {"FAILS": "runs, and must fail", "CANNOT_RUN": "does not run"}
        rows = ["| world | check | there it | because |", "|---|---|---|---|"]
        rows += [f"| {world} | `{check}` | {meant[kind]} | {reason} |"
                 for world, check, kind, reason in self.differences]
        return "\n".join(rows) + "\n"


def written(text, checks):
    """The document with all that follows from the sources filled in."""
    def row(match):
        number, words, source, proof = match.groups()
        names = checks.of_rule.get(f"{number} {words}")
        return f"| {number} | {words} | {source} | {', '.join(names) if names else proof} |"

    text = ROW.sub(row, text)
    for name, content in (("differences", checks.difference_rows()),
                          ("rules of the API", checks.api_rules())):
        text = re.sub(BLOCK.format(name), lambda match, content=content:
                      match[1] + content + match[2], text, flags=re.DOTALL)
    return text


def complaints(text, checks):
    rules = {f"{number} {words}": proof for number, words, _, proof in ROW.findall(text)}
    for rule, names in checks.of_rule.items():
        if rule not in rules and not rule.startswith("A."):
            yield f"{', '.join(names)}: the document has no rule \"{rule}\""
    for rule, proof in rules.items():
        if rule not in checks.of_rule and not proof.startswith("none: "):
            yield f"rule \"{rule}\" has no check, and the document does not say why"
    for _, check, _, _ in checks.differences:
        if check not in checks.names:
            yield f"differences.c names {check}, which is no check"
    if text != written(text, checks):
        yield "names of checks, differences or rules of the API are not the sources': " \
              "run tests/conformance/document.py . --write"


def main(arguments):
    if not arguments or arguments[1:] not in ([], ["--write"]):
        sys.exit(__doc__)
    root = Path(arguments[0])
    document = root / "docs/windows-contract.md"
    checks = Checks(root / "tests/conformance")
    if arguments[1:]:
        document.write_text(written(document.read_text(), checks))
    found = list(complaints(document.read_text(), checks))
    for complaint in found:
        print(f"docs/windows-contract.md: {complaint}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
