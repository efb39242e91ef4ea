/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What `advise` tells, for a person or for a program. */
#ifndef LOOKASIDE_ADVISE_REPORT_H
#define LOOKASIDE_ADVISE_REPORT_H

#include "advice.h"
#include "recording_set.h"

#include <stdio.h>

struct report {
    const struct recording *recording;
    const struct analysis *analysis;
    const struct advices *advices;
    const struct advice_limits *limits;
};

void report_as_text(const struct report *report, FILE *to);
void report_as_json(const struct report *report, FILE *to);

#endif
