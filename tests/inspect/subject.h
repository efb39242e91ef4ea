/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A forked child with lists, and its parent that looks into it. The child runs a function and then
 * waits; it ends with its parent. */
#ifndef LOOKASIDE_TESTS_SUBJECT_H
#define LOOKASIDE_TESTS_SUBJECT_H

#include "cmocka_test.h"
#include "inspect.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

struct subject {
    pid_t pid;
    int ready;
    struct inspect_target *target;
};

/* Memory that parent and child share, all zero. */
static inline void *shared_memory(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    assert_true(memory != MAP_FAILED);
    return memory;
}

/* Returns once set_up(argument) has returned in the child. */
static inline struct subject start_child(void (*set_up)(void *), void *argument)
{
    struct subject subject = {0};
    int ends[2];
    char byte;

    assert_int_equal(pipe(ends), 0);
    subject.pid = fork();
    if (subject.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        set_up(argument);
        byte = 'r';
        CHECK(write(ends[1], &byte, 1) == 1, "nobody listens");
        for (;;) {
            pause();
        }
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 1);
    close(ends[0]);
    return subject;
}

/* The same, and opens it. */
static inline struct subject start_subject(void (*set_up)(void *), void *argument)
{
    struct subject subject = start_child(set_up, argument);
    struct inspect_error error;

    subject.target = inspect_open_process(subject.pid, &error);
    if (subject.target == NULL) {
        fail_msg("%s", error.sentence);
    }
    return subject;
}

static inline void end_subject(struct subject *subject)
{
    inspect_close(subject->target);
    kill(subject->pid, SIGKILL);
    waitpid(subject->pid, NULL, 0);
}

static inline struct inspect_snapshot *snapshot_of(struct subject *subject)
{
    struct inspect_error error;
    struct inspect_snapshot *snapshot = inspect_take_snapshot(subject->target, &error);

    if (snapshot == NULL) {
        fail_msg("%s", error.sentence);
    }
    return snapshot;
}

/* Reads and writes the child's memory. */
static inline void peek(const struct subject *subject, uint64_t address, void *buffer, size_t size)
{
    struct iovec local = {buffer, size};
    struct iovec remote = {(void *)(uintptr_t)address, size};

    assert_int_equal(process_vm_readv(subject->pid, &local, 1, &remote, 1, 0), size);
}

static inline void poke(const struct subject *subject, uint64_t address, const void *buffer,
                        size_t size)
{
    struct iovec local = {(void *)(uintptr_t)buffer, size};
    struct iovec remote = {(void *)(uintptr_t)address, size};

    assert_int_equal(process_vm_writev(subject->pid, &local, 1, &remote, 1, 0), size);
}

static inline uint64_t peek_number(const struct subject *subject, uint64_t address, size_t size)
{
    uint64_t number = 0;

    peek(subject, address, &number, size);
    return number;
}

#endif
