/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The proof: a busy process (busy.c) is killed at random moments, and its cores are read; and it is
 * read while it lives. Every core has to open; every list has to be in order, or told to have
 * moved; a fault is one of the reader's or of the library's.
 *
 *     proof BUSY-PROGRAM CORES LIVE-READS
 *
 * Ends with 77 where the system does not write cores into the current folder.
 *
 * Caught, in copies of the library: a spill that forgets an entry, or leaves it where it was, too;
 * a slab that counts one entry too many, a pool one too few; a depot that is not counted down; an
 * allocation, a free or a flushed entry that is not counted. A lock that does not count how often
 * it was given back: the reader then takes torn rows for whole ones, and finds faults. */
#include "inspect.h"
#include "support.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SKIPPED = 77 };

static struct {
    uint64_t random;
    uint64_t opened;
    uint64_t lists;
    uint64_t moved;
    uint64_t moved_registries;
    uint64_t faults;
    uint64_t places;
} proof;

static void sleep_some(uint64_t most_microseconds)
{
    uint64_t time = next_random(&proof.random) % most_microseconds * 1000;
    struct timespec nap = {(time_t)(time / 1000000000u), (long)(time % 1000000000u)};

    nanosleep(&nap, NULL);
}

/* ---- the busy process ---- */

static pid_t start(const char *program)
{
    int ends[2];
    char word[5];

    CHECK(pipe2(ends, O_CLOEXEC) == 0, "no pipe");
    char seed[32];
    snprintf(seed, sizeof(seed), "%u", (unsigned)(next_random(&proof.random) % 1000000));
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
        setrlimit(RLIMIT_CORE, &all);
        signal(SIGQUIT, SIG_DFL); /* which a shell ignores in what it runs in the background */
        setenv("SEED", seed, 1);
        dup2(ends[1], STDOUT_FILENO);
        execl(program, program, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    CHECK(pid > 0 && read(ends[0], word, sizeof(word)) == sizeof(word), "%s did not start",
          program);
    close(ends[0]);
    return pid;
}

static void finish(pid_t pid, int number)
{
    int status;

    kill(pid, number);
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status), "it ended by itself");
}

/* ---- looking ---- */

static void hear(void *context, const struct inspect_list *list, bool fault, const char *sentence)
{
    const char *name = list == NULL ? "the registry" : list->statistics.name;

    proof.moved += !fault && list != NULL;
    proof.moved_registries += !fault && list == NULL;
    proof.faults += fault;
    if (fault) {
        printf("%s: %s: %s\n", (const char *)context, name, sentence);
    }
}

static void verify(struct inspect_target *target, const char *what)
{
    struct inspect_verdict verdict;
    struct inspect_error error;
    enum inspect_result result =
        inspect_verify(target, hear, (void *)(uintptr_t)what, &verdict, &error);

    CHECK(result == INSPECT_OK, "%s: %s", what, error.sentence);
    proof.lists += verdict.lists;
}

/* The laws of lookaside.h, in each row that is not said to have moved; and one address. */
static void look(struct inspect_target *target, const char *what)
{
    struct inspect_error error;
    struct inspect_place place;
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &error);

    CHECK(snapshot != NULL, "%s: %s", what, error.sentence);
    for (size_t i = 0; i < snapshot->list_count; i++) {
        if (!snapshot->lists[i].moved) {
            check_laws_under_traffic(&snapshot->lists[i].statistics, what);
        }
    }
    if (snapshot->list_count > 0) {
        uint64_t address = snapshot->lists[0].state + next_random(&proof.random) % 100000000;
        CHECK(inspect_whatis(target, snapshot, address, &place, &error) == INSPECT_OK, "%s: %s",
              what, error.sentence);
        proof.places++;
    }
    inspect_free_snapshot(snapshot);
}

/* ---- cores ---- */

static bool cores_come_here(void)
{
    char pattern[128] = "";
    FILE *file = fopen("/proc/sys/kernel/core_pattern", "r");

    if (file != NULL && fgets(pattern, sizeof(pattern), file) == NULL) {
        pattern[0] = '\0';
    }
    if (file != NULL) {
        fclose(file);
    }
    return strcmp(pattern, "core\n") == 0;
}

static void read_one_core(const char *program)
{
    char path[64];
    struct inspect_error error;
    pid_t pid = start(program);
    int number = next_random(&proof.random) % 2 == 0 ? SIGABRT : SIGQUIT;

    sleep_some(20000);
    finish(pid, number);
    snprintf(path, sizeof(path), "core.%d", pid);
    if (access(path, F_OK) != 0) {
        strcpy(path, "core");
    }
    struct inspect_target *target = inspect_open_core(path, &error);
    CHECK(target != NULL, "%s: %s", path, error.sentence);
    CHECK(inspect_pid(target) == pid, "the core is of process %d", inspect_pid(target));
    CHECK(strcmp(inspect_core_signal(target), number == SIGABRT ? "SIGABRT" : "SIGQUIT") == 0,
          "the core says %s", inspect_core_signal(target));
    look(target, path);
    verify(target, path);
    inspect_close(target);
    /* A core with a fault stays, for whoever looks into it. */
    if (proof.faults == 0) {
        unlink(path);
    }
    proof.opened++;
}

static void read_live(const char *program, uint64_t reads)
{
    struct inspect_error error;

    for (uint64_t done = 0; done < reads;) {
        pid_t pid = start(program);
        struct inspect_target *target = inspect_open_process(pid, &error);
        CHECK(target != NULL, "%s", error.sentence);
        for (unsigned i = 0; i < 500 && done < reads; i++, done++) {
            sleep_some(2000);
            look(target, "live");
            verify(target, "live");
        }
        inspect_close(target);
        finish(pid, SIGKILL);
    }
}

static void report(const char *what, uint64_t count)
{
    printf("%llu %s: %llu lists walked, %llu of them moved, %llu registries moved, %llu addresses "
           "asked for, %llu faults\n",
           (unsigned long long)count, what, (unsigned long long)proof.lists,
           (unsigned long long)proof.moved, (unsigned long long)proof.moved_registries,
           (unsigned long long)proof.places, (unsigned long long)proof.faults);
    fflush(stdout);
    proof.lists = proof.moved = proof.moved_registries = proof.places = 0;
}

int main(int argc, char **argv)
{
    CHECK(argc == 4, "proof BUSY-PROGRAM CORES LIVE-READS");
    char folder[] = "/tmp/lookaside-proof-XXXXXX";
    uint64_t cores = strtoull(argv[2], NULL, 10);
    uint64_t reads = strtoull(argv[3], NULL, 10);
    char *program = realpath(argv[1], NULL);

    proof.random = (uint64_t)time(NULL);
    CHECK(program != NULL, "there is no %s", argv[1]);
    if (cores > 0 && !cores_come_here()) {
        printf("skipped: the system writes no core into the current folder\n");
        return SKIPPED;
    }
    CHECK(mkdtemp(folder) != NULL && chdir(folder) == 0, "no folder");
    for (uint64_t i = 0; i < cores && proof.faults == 0; i++) {
        read_one_core(program);
    }
    report("cores", proof.opened);
    read_live(program, reads);
    report("live reads", reads);
    if (proof.faults == 0) {
        CHECK(chdir("/") == 0 && rmdir(folder) == 0, "%s is not empty", folder);
    }
    free(program);
    return proof.faults != 0;
}
