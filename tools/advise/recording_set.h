/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A whole recording: all processes of one run, from the recorder's folder or from a saved file. */
#ifndef LOOKASIDE_ADVISE_RECORDING_SET_H
#define LOOKASIDE_ADVISE_RECORDING_SET_H

#include "symbols.h"
#include "timeline.h"

#include <jansson.h>

/* What is known of the run besides the recording. */
struct run_facts {
    char **command; /* ends with NULL */
    int status;     /* exit status as a shell would give it */
    int signal;     /* that ended the program, or 0 */
    double elapsed_seconds;
    double cpu_seconds;      /* of the program and the children it waited for */
    double baseline_seconds; /* CPU seconds without the recorder; 0: not measured */
};

struct recording {
    struct run_facts facts;
    struct image *images; /* in the order in which the processes began */
    size_t image_count, image_capacity;
    uint64_t limit; /* bytes the recorder was allowed to write */
    uint64_t lost_processes;
    struct symbols *symbols;
};

/* Reads what the recorder left in the folder. */
void recording_from_folder(struct recording *recording, const char *folder);

/* Reads what recording_save wrote; a damaged or foreign file ends the tool with a clear error. */
void recording_from_file(struct recording *recording, const char *path);

/* Writes everything a later report needs, the names of the functions included. */
void recording_save(const struct recording *recording, const char *path);

#endif
