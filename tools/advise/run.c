/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The recorder is a shared object that the dynamic linker loads first (LD_PRELOAD), next to this
 * tool in a build tree and in the library directory when installed. The recording goes to a folder
 * under $TMPDIR that is removed when the tool ends; its bytes stay readable because they are
 * mapped.
 *
 * The program has the tool's standard streams. Signals from the terminal reach it directly; those
 * that were sent to the tool alone are passed on. */
#include "run.h"

#include "../tool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define RECORDER "liblookaside-record.so"

static char *folder; /* to be removed */
static pid_t folder_owner;
static volatile sig_atomic_t program;

/* ---- The folder -------------------------------------------------------------------------------- */

static void remove_folder(void)
{
    if (folder == NULL || folder_owner != getpid()) {
        return;
    }
    DIR *entries = opendir(folder);
    struct dirent *entry;
    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        unlinkat(dirfd(entries), entry->d_name, 0);
    }
    if (entries != NULL) {
        closedir(entries);
    }
    rmdir(folder);
    folder = NULL;
}

static void make_folder(uint64_t limit)
{
    const char *parent = getenv("TMPDIR");
    const struct recording_budget budget = {
        .magic = RECORDING_MAGIC, .version = RECORDING_VERSION, .limit = limit};

    folder = tool_format("%s/lookaside-advise.XXXXXX",
                         parent != NULL && parent[0] != '\0' ? parent : "/tmp");
    if (mkdtemp(folder) == NULL) {
        tool_fail("cannot make a folder for the recording, %s: %s", folder, strerror(errno));
    }
    folder_owner = getpid();
    atexit(remove_folder);
    char *path = tool_format("%s/%s", folder, RECORDING_BUDGET_FILE);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(&budget, sizeof(budget), 1, file) != 1 || fclose(file) != 0) {
        tool_fail("cannot write %s: %s", path, strerror(errno));
    }
    free(path);
}

/* ---- The recorder ------------------------------------------------------------------------------ */

static char *find_recorder(void)
{
    static const char *const places[] = {"", LOOKASIDE_RECORDER_FROM_TOOL};
    char tool[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", tool, sizeof(tool) - 1);

    if (length < 0) {
        tool_fail("cannot find itself in /proc: %s", strerror(errno));
    }
    tool[length] = '\0';
    *strrchr(tool, '/') = '\0';
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        char *path = tool_format("%s/%s/%s", tool, places[i], RECORDER);
        if (access(path, R_OK) == 0) {
            char *real = realpath(path, NULL);
            free(path);
            if (real == NULL || strpbrk(real, ": ") != NULL) {
                tool_fail("the recorder cannot be loaded from a folder with a space or a colon in "
                          "its name, as in %s",
                          tool);
            }
            return real;
        }
        free(path);
    }
    tool_fail("%s is neither in %s nor in %s/%s; is the installation complete?", RECORDER, tool,
              tool, LOOKASIDE_RECORDER_FROM_TOOL);
}

static void set_environment(const char *recorder)
{
    const char *others = getenv("LD_PRELOAD");
    char *preload = others != NULL && others[0] != '\0' ? tool_format("%s:%s", recorder, others)
                                                        : tool_format("%s", recorder);

    setenv("LD_PRELOAD", preload, 1);
    setenv(RECORDING_FOLDER_VARIABLE, folder, 1);
    free(preload);
}

/* ---- The program ------------------------------------------------------------------------------- */

static void pass_on(int number)
{
    if (program > 0) {
        kill((pid_t)program, number);
    }
}

static const int kept_signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
static struct sigaction dispositions[sizeof(kept_signals) / sizeof(kept_signals[0])];

/* While the program runs: from the terminal it gets the first two itself. */
static void keep_signals(void)
{
    for (size_t i = 0; i < sizeof(kept_signals) / sizeof(kept_signals[0]); i++) {
        struct sigaction action = {.sa_handler = i < 2 ? SIG_IGN : pass_on};
        sigaction(kept_signals[i], &action, &dispositions[i]);
    }
}

static void release_signals(void)
{
    for (size_t i = 0; i < sizeof(kept_signals) / sizeof(kept_signals[0]); i++) {
        sigaction(kept_signals[i], &dispositions[i], NULL);
    }
}

/* In the child: becomes the program, or tells why not through the pipe. */
static _Noreturn void become(char **command, const char *recorder, int tell)
{
    release_signals();
    if (recorder != NULL) {
        set_environment(recorder);
    }
    execvp(command[0], command);
    int error = errno;
    ssize_t told = write(tell, &error, sizeof(error));
    _exit(told == sizeof(error) ? TOOL_FAILED : TOOL_CANNOT_RUN);
}

/* Why the program could not be started; 0 when it was. */
static int starting_error(int listen)
{
    int error = 0;

    if (read(listen, &error, sizeof(error)) != sizeof(error)) {
        error = 0; /* closed by exec */
    }
    close(listen);
    return error;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* Runs the command to its end. */
static void run(char **command, const char *recorder, struct run_facts *facts)
{
    int pipes[2];
    int status = 0;
    struct rusage used = {0};

    fflush(NULL);
    if (pipe2(pipes, O_CLOEXEC) != 0) {
        tool_fail("cannot make a pipe: %s", strerror(errno));
    }
    keep_signals();
    uint64_t start = tool_clock();
    pid_t child = fork();
    if (child == 0) {
        become(command, recorder, pipes[1]);
    }
    program = child;
    close(pipes[1]);
    int error = child < 0 ? errno : starting_error(pipes[0]);
    while (child > 0 && wait4(child, &status, 0, &used) < 0) {
    }
    program = 0;
    release_signals();
    if (error != 0) {
        fprintf(stderr, "lookaside: cannot run %s: %s\n", command[0], strerror(error));
        exit(error == ENOENT ? TOOL_NOT_FOUND : TOOL_CANNOT_RUN);
    }
    facts->command = command;
    facts->elapsed_seconds = (double)(tool_clock() - start) / 1e9;
    facts->cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
    facts->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    facts->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void run_recorded(struct recording *recording, char **command, uint64_t limit, bool baseline)
{
    char *recorder = find_recorder();
    struct run_facts plain = {0};

    make_folder(limit);
    if (baseline) {
        run(command, NULL, &plain);
    }
    run(command, recorder, &recording->facts);
    recording->facts.baseline_seconds = plain.cpu_seconds;
    recording_from_folder(recording, folder);
    remove_folder();
    free(recorder);
}
