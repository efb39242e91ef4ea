/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Every process of the system, asked for its lists. Most have none: that is seen from the note in
 * the first OS page of each of their modules. */
#include "lists.h"
#include "target.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static bool has_lists(struct inspect_target *target)
{
    struct inspect_error error;
    struct lists lists;
    size_t count = 0;

    for (size_t i = 0; i < target->copies.count && count == 0; i++) {
        if (target->copies.items[i].readable) {
            lists_find(&lists, target, &target->copies.items[i], &error);
            count = lists.count;
            lists_free(&lists);
        }
    }
    return count > 0;
}

/* Whether it runs a program: the kernel's own threads have no command line. */
static bool is_a_program(const char *pid)
{
    char path[64];

    snprintf(path, sizeof(path), "/proc/%.20s/cmdline", pid);
    FILE *file = fopen(path, "r");
    bool is = file != NULL && fgetc(file) != EOF;
    if (file != NULL) {
        fclose(file);
    }
    return is;
}

size_t inspect_each_process(inspect_found *found, void *context)
{
    DIR *processes = opendir("/proc");
    size_t hidden = 0;

    for (struct dirent *entry; processes != NULL && (entry = readdir(processes)) != NULL;) {
        struct inspect_error error;
        long pid = strtol(entry->d_name, NULL, 10);
        if (pid <= 0 || pid == getpid()) {
            continue;
        }
        struct inspect_target *target = inspect_open_process((pid_t)pid, &error);
        if (target == NULL) {
            hidden += error.result == INSPECT_NO_PERMISSION && is_a_program(entry->d_name);
            continue;
        }
        if (has_lists(target)) {
            found(context, target);
        }
        inspect_close(target);
    }
    if (processes != NULL) {
        closedir(processes);
    }
    return hidden;
}
