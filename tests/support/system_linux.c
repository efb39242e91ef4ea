/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* See system.h. What Linux knows of a process's memory it tells in /proc. */
#define _GNU_SOURCE
#include "system.h"

#include "support.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- memory ---- */

size_t system_page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* The sum of all lines of a /proc file that begin with key, in bytes. */
static size_t sum_of_kilobytes(const char *path, const char *key)
{
    FILE *file = fopen(path, "r");
    CHECK(file != NULL, "cannot open %s", path);
    char line[512];
    size_t sum = 0;
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0) {
            sum += strtoul(line + strlen(key), NULL, 10) * 1024;
        }
    }
    fclose(file);
    return sum;
}

/* Of smaps, which is exact; VmRSS lags behind by some pages of each thread. */
size_t resident_bytes(void)
{
    return sum_of_kilobytes("/proc/self/smaps", "Rss:");
}

size_t mapped_bytes(void)
{
    return sum_of_kilobytes("/proc/self/smaps", "Size:");
}

size_t locked_bytes(void)
{
    return sum_of_kilobytes("/proc/self/smaps", "Locked:");
}

bool system_tells_what_is_locked(void)
{
    return true;
}

size_t mapping_count(void)
{
    FILE *file = fopen("/proc/self/maps", "r");
    CHECK(file != NULL, "cannot open /proc/self/maps");
    size_t lines = 0;
    for (int c = getc(file); c != EOF; c = getc(file)) {
        lines += c == '\n';
    }
    fclose(file);
    return lines;
}

size_t resident_pages(void *base, size_t size)
{
    size_t page = system_page_size();
    size_t resident = 0;

    for (char *at = base; at < (char *)base + size; at += page) {
        unsigned char state = 0;
        resident += mincore(at, 1, &state) == 0 && (state & 1) != 0;
    }
    return resident;
}

bool is_mapped(void *address)
{
    unsigned char state;
    uintptr_t in_page = (uintptr_t)address & (system_page_size() - 1);

    return mincore((char *)address - in_page, 1, &state) == 0;
}

void punch_hole(void *base, size_t size)
{
    CHECK(munmap(base, size) == 0, "munmap failed");
}

/* ---- processes ---- */

bool system_has_fork(void)
{
    return true;
}

int run_in_child(void (*body)(void *argument), void *argument, unsigned seconds)
{
    fflush(NULL);
    pid_t child = fork();
    CHECK(child >= 0, "fork failed");
    if (child == 0) {
        alarm(seconds);
        body(argument);
        fflush(NULL);
        _exit(0);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child, "waitpid failed");
    return status;
}

static void read_all(int from, char *output, size_t size)
{
    size_t length = 0;
    ssize_t got = 1;
    while (got > 0 && length < size - 1) {
        got = read(from, output + length, size - 1 - length);
        length += got > 0 ? (size_t)got : 0;
    }
    output[length] = '\0';
}

int run_again(const char *argument, char *output, size_t size)
{
    int ends[2];
    CHECK(pipe(ends) == 0, "pipe failed");
    fflush(NULL);
    pid_t child = fork();
    CHECK(child >= 0, "fork failed");
    if (child == 0) {
        if (output != NULL) {
            (void)dup2(ends[1], STDOUT_FILENO);
        }
        (void)close(ends[0]);
        (void)close(ends[1]);
        execl("/proc/self/exe", "/proc/self/exe", argument, (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    if (output != NULL) {
        read_all(ends[0], output, size);
    }
    (void)close(ends[0]);
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child, "waitpid failed");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void end_after(unsigned seconds)
{
    alarm(seconds);
}

static struct {
    pthread_key_t key;
    bool second_round;
    void (*run)(void *argument);
    void *argument;
} very_end;

/* The library's own destructor runs in the first round, before or after this one. */
static void end_in_the_second_round(void *value)
{
    if (very_end.second_round) {
        very_end.run(very_end.argument);
    } else {
        very_end.second_round = true;
        (void)pthread_setspecific(very_end.key, value);
    }
}

void run_at_the_very_end(void (*run)(void *argument), void *argument)
{
    very_end.run = run;
    very_end.argument = argument;
    CHECK(pthread_key_create(&very_end.key, end_in_the_second_round) == 0, "no key");
    CHECK(pthread_setspecific(very_end.key, &very_end) == 0, "no value");
}

/* ---- time ---- */

void sleep_milliseconds(unsigned milliseconds)
{
    const struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

unsigned thread_milliseconds(void)
{
    struct timespec used;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (unsigned)(used.tv_sec * 1000 + used.tv_nsec / 1000000);
}

void sleep_until_cancelled(void)
{
    for (;;) {
        pause();
    }
}
