#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Compares the table of rules in wdk/verifier.c with the one in wdk/README.md.

usage: rules_documented.py SOURCE_ROOT

Every rule must stand in the README, with what happens by default, and no other.
"""

import re
import sys
from pathlib import Path

RULE = re.compile(r"\[RULE_\w+\]\s*=\s*\{(0x\w+), (0x\w+|ANY_PARAMETER),\s*WDK_(\w+)")
ROW = re.compile(r"^\| (0x[^|]+) \| [^|]+ \| (\w+) \|$", re.MULTILINE)
WORDS = {"BUGCHECK": "bugcheck", "WARN": "warning", "IGNORE": "nothing"}


def rules_of_source(text):
    for code, parameter, action in RULE.findall(text):
        number = None if parameter == "ANY_PARAMETER" else int(parameter, 16)
        yield (int(code, 16), number), WORDS[action]


def rules_of_readme(text):
    """Rows as `0xC4/0x01, 0x02`, or `0xC6` where parameter 1 is no number of a rule."""
    for cell, default in ROW.findall(text):
        code, _, parameters = cell.strip().partition("/")
        for parameter in parameters.split(",") if parameters else [None]:
            if default != "always":
                yield (int(code, 16), parameter and int(parameter, 16)), default


def name(rule):
    return f"0x{rule[0]:X}" + ("" if rule[1] is None else f"/0x{rule[1]:02X}")


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    wdk = Path(arguments[0], "wdk")
    source = dict(rules_of_source((wdk / "verifier.c").read_text()))
    readme = dict(rules_of_readme((wdk / "README.md").read_text()))
    complaints = [f"wdk/README.md lacks {name(rule)}" for rule in source.keys() - readme.keys()]
    complaints += [f"wdk/README.md has {name(rule)}, which wdk/verifier.c does not check"
                   for rule in readme.keys() - source.keys()]
    complaints += [f"{name(rule)}: {source[rule]} in wdk/verifier.c, {readme[rule]} in the README"
                   for rule in source.keys() & readme.keys() if source[rule] != readme[rule]]
    for complaint in sorted(complaints):
        print(complaint)
    if not source:
        print("wdk/verifier.c has no table")
    return 1 if complaints or not source else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
