/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A live process as a source: its memory by process_vm_readv, all else from /proc. Nothing is
 * stopped, attached or written.
 *
 * The kernel copies the pieces of one process_vm_readv one after the other, in the order that they
 * are asked for; the sequence check of reading.c rests on that. A folder of /proc that was opened
 * stays that of its process: once that has ended nothing more is found in it, whoever gets the
 * number next. */
#include "source.h"

#include "basics.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct process {
    struct source source; /* first: one is cast into the other */
    int folder;           /* /proc/PID */
    int read_error;       /* errno of the last reading that failed */
};

static struct process *process_of(struct source *source)
{
    return (struct process *)(void *)source;
}

/* ---- memory ---- */

static bool read_some(struct process *process, const struct inspect_piece *pieces, size_t count)
{
    struct iovec local[IOV_MAX];
    struct iovec remote[IOV_MAX];
    size_t wanted = 0;

    for (size_t i = 0; i < count; i++) {
        local[i] = (struct iovec){pieces[i].buffer, pieces[i].size};
        remote[i] = (struct iovec){(void *)(uintptr_t)pieces[i].address, pieces[i].size};
        wanted += pieces[i].size;
    }
    ssize_t got = process_vm_readv(process->source.pid, local, count, remote, count, 0);
    process->read_error = got < 0 ? errno : EFAULT;
    return got >= 0 && (size_t)got == wanted;
}

static bool read_process(void *context, const struct inspect_piece *pieces, size_t count)
{
    bool all = true;

    while (all && count > 0) {
        size_t some = count < IOV_MAX ? count : IOV_MAX;
        all = read_some(context, pieces, some);
        pieces += some;
        count -= some;
    }
    return all;
}

static bool is_not_permitted(struct process *process, struct inspect_error *error)
{
    return fail_with(error, INSPECT_NO_PERMISSION,
                     "%s may not be read: only its own user, or root, may look into a process "
                     "(kernel.yama.ptrace_scope may forbid even that)",
                     process->source.name);
}

static bool has_ended(struct process *process, struct inspect_error *error)
{
    return fail_with(error, INSPECT_NOT_FOUND, "%s has ended", process->source.name);
}

static void explain(struct source *source, uint64_t address, size_t size,
                    struct inspect_error *error)
{
    struct process *process = process_of(source);

    if (process->read_error == EPERM) {
        is_not_permitted(process, error);
    } else if (process->read_error == ESRCH) {
        has_ended(process, error);
    } else {
        fail_with(error, INSPECT_UNREADABLE,
                  "%zu bytes at 0x%" PRIx64 " of %s cannot be read: nothing is mapped there", size,
                  address, source->name);
    }
}

/* ---- /proc ---- */

/* A file of the process's folder, as text; NULL and errno when it cannot be read. */
static FILE *open_text(struct process *process, const char *name)
{
    int file = openat(process->folder, name, O_RDONLY | O_CLOEXEC);
    FILE *stream = file < 0 ? NULL : fdopen(file, "r");

    if (stream == NULL && file >= 0) {
        close(file);
    }
    return stream;
}

static void read_name(struct process *process, const char *file, char *name, size_t size)
{
    FILE *stream = open_text(process, file);

    name[0] = '\0';
    if (stream == NULL) {
        return;
    }
    if (fgets(name, (int)size, stream) != NULL) {
        name[strcspn(name, "\n")] = '\0';
    }
    fclose(stream);
}

/* A line is "start-end rwxp offset device inode   path"; anonymous memory has the inode 0. */
static void take_mapping(struct mappings *mappings, uint64_t *size, char *line)
{
    struct mapping mapping = {0};
    char access[5];
    uint64_t inode;
    int path_at = 0;

    line[strcspn(line, "\n")] = '\0';
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*s %" SCNu64 " %n", &mapping.start,
               &mapping.end, access, &mapping.offset, &inode, &path_at) != 5) {
        return;
    }
    *size += access[0] == 'r' ? mapping.end - mapping.start : 0;
    if (inode != 0 && path_at != 0) {
        mapping.writable = access[1] == 'w';
        mapping.path = line + path_at;
        mappings_add(mappings, &mapping);
    }
}

/* Whether it has ended, and nobody has asked yet how: then there is only its number left. */
static bool is_a_zombie(struct process *process)
{
    char stat[512];

    read_name(process, "stat", stat, sizeof(stat));
    const char *state = strrchr(stat, ')'); /* the command before it may have any letter */
    return state != NULL && (strncmp(state, ") Z", 3) == 0 || strncmp(state, ") X", 3) == 0);
}

static bool refresh(struct source *source, bool *changed, struct inspect_error *error)
{
    struct process *process = process_of(source);
    struct mappings mappings = {0};
    uint64_t size = 0;
    char *line = NULL;
    size_t room = 0;
    FILE *stream = open_text(process, "maps");

    if (stream == NULL) {
        return errno == EACCES || errno == EPERM ? is_not_permitted(process, error)
                                                 : has_ended(process, error);
    }
    errno = 0;
    while (getline(&line, &room, stream) >= 0) {
        take_mapping(&mappings, &size, line);
    }
    int failure = errno;
    free(line);
    fclose(stream);
    *changed = !mappings_are_equal(&mappings, &source->mappings);
    if (*changed) {
        mappings_free(&source->mappings);
        source->mappings = mappings;
    } else {
        mappings_free(&mappings);
    }
    source->size = size;
    if (failure == EACCES || failure == EPERM) {
        return is_not_permitted(process, error);
    }
    return (failure == 0 && (size > 0 || !is_a_zombie(process))) || has_ended(process, error);
}

static struct source_thread *list_threads(struct source *source, size_t *count)
{
    int folder = openat(process_of(source)->folder, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *tasks = folder < 0 ? NULL : fdopendir(folder);
    struct source_thread *threads = NULL;
    size_t capacity = 0;

    *count = 0;
    if (tasks == NULL) {
        if (folder >= 0) {
            close(folder);
        }
        return NULL;
    }
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        long tid = strtol(task->d_name, NULL, 10);
        if (tid > 0) {
            threads = must_grow(threads, *count, &capacity, sizeof(*threads));
            threads[(*count)++] = (struct source_thread){.tid = (pid_t)tid};
        }
    }
    closedir(tasks);
    return threads;
}

static void name_thread(struct source *source, pid_t tid, char *name, size_t size)
{
    char file[64];

    snprintf(file, sizeof(file), "task/%d/comm", tid);
    read_name(process_of(source), file, name, size);
}

static void close_process(struct source *source)
{
    close(process_of(source)->folder);
    mappings_free(&source->mappings);
    free(source);
}

struct source *process_open(pid_t pid, struct inspect_error *error)
{
    char path[32];
    struct process *process = must_allocate(1, sizeof(*process));
    struct source *source = &process->source;
    bool changed;

    snprintf(path, sizeof(path), "/proc/%d", pid);
    process->folder = pid <= 0 ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (process->folder < 0) {
        fail_with(error, INSPECT_NOT_FOUND, "there is no process %d", pid);
        free(process);
        return NULL;
    }
    source->kind = INSPECT_PROCESS;
    source->pid = pid;
    source->memory = (struct inspect_memory){read_process, process};
    source->refresh = refresh;
    source->threads = list_threads;
    source->name_thread = name_thread;
    source->explain = explain;
    source->close = close_process;
    read_name(process, "comm", source->command, 16);
    snprintf(source->name, sizeof(source->name), "process %d (%s)", pid, source->command);
    if (!refresh(source, &changed, error)) {
        close_process(source);
        return NULL;
    }
    return source;
}
