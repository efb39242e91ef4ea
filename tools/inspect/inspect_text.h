/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What inspect.h finds, in words: the same for the command and for every debugger.
 *
 *     struct inspect_text to = {write, context, false};
 *     inspect_text_lists(&to, target, snapshot, 0);
 *
 * Nothing that a target says about itself can do harm to a terminal: names are made printable. */
#ifndef INSPECT_INSPECT_TEXT_H
#define INSPECT_INSPECT_TEXT_H

#include "inspect.h"

/* Where text goes; the pieces follow each other. */
struct inspect_text {
    lookaside_write *write;
    void *context;
    bool colour; /* with the escape codes of a terminal */
};

/* A table of the lists in the snapshot's order, at most limit of them (0: all), and what all of
 * them have together. */
void inspect_text_lists(const struct inspect_text *to, const struct inspect_target *target,
                        const struct inspect_snapshot *snapshot, size_t limit);

/* One list in full: the lines of lookaside_report, byte for byte, and what they lack. */
void inspect_text_list(const struct inspect_text *to, struct inspect_target *target,
                       const struct inspect_snapshot *snapshot, const struct inspect_list *list);

/* One list in a few words, without a newline:
 *     "sessions" 48 B, depth 212/256, live 2643, cached 212, hit 99.99% */
void inspect_text_brief(const struct inspect_text *to, const struct inspect_list *list);

/* What inspect_whatis found, in a line or two. */
void inspect_text_place(const struct inspect_text *to, const struct inspect_place *place);

/* What inspect_verify told, each time and at the end: a line. */
void inspect_text_finding(const struct inspect_text *to, const struct inspect_list *list,
                          bool fault, const char *sentence);
void inspect_text_verdict(const struct inspect_text *to, const struct inspect_verdict *verdict);

/* What the target is, in one phrase: "server, process 4711" or "server, core of process 4711,
 * SIGABRT". */
void inspect_text_target(const struct inspect_text *to, const struct inspect_target *target);

#endif
