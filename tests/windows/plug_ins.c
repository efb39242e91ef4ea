/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Lists in DLLs that come and go: threads that ran before the DLL was loaded use its lists; threads
 * that used them end after it was unloaded; lookaside's own DLL stays, so that a list outlives the
 * plug-in that asked for the library; and a process ends while its threads are inside.
 *
 * Caught: a DLL that was not pinned. */
#include "crowd.h"

#include <stdio.h>
#include <string.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static const char *const kinds[] = {"libplug_in_static.dll", "libplug_in_shared.dll"};

static struct plug_in {
    HMODULE library;
    bool (*begin)(void);
    bool (*work)(void);
    size_t (*threads)(void);
    bool (*end)(void);
} plug_in;

static pthread_barrier_t turn;

static void *find(const char *name)
{
    void *found = (void *)(uintptr_t)GetProcAddress(plug_in.library, name);
    CHECK(found != NULL, "the plug-in has no %s", name);
    return found;
}

static void load(const char *name)
{
    plug_in.library = LoadLibraryA(name);
    CHECK(plug_in.library != NULL, "%s cannot be loaded: error %lu", name, GetLastError());
    plug_in.begin = (bool (*)(void))(uintptr_t)find("plug_in_begin");
    plug_in.work = (bool (*)(void))(uintptr_t)find("plug_in_work");
    plug_in.threads = (size_t(*)(void))(uintptr_t)find("plug_in_threads");
    plug_in.end = (bool (*)(void))(uintptr_t)find("plug_in_end");
    CHECK(plug_in.begin(), "the plug-in's list cannot be initialised");
}

static void unload(const char *name)
{
    CHECK(plug_in.end(), "the plug-in's list cannot be destroyed");
    CHECK(FreeLibrary(plug_in.library), "FreeLibrary");
    CHECK(GetModuleHandleA(name) == NULL, "%s is still there", name);
}

/* Uses the plug-in between the first and the second turn, and ends after the third. */
static void use_when_told(struct worker *worker)
{
    (void)worker;
    (void)pthread_barrier_wait(&turn);
    CHECK(plug_in.work(), "a thread that is older than the plug-in got no entries");
    (void)pthread_barrier_wait(&turn);
    (void)pthread_barrier_wait(&turn);
}

static void use_and_end(struct worker *worker)
{
    (void)worker;
    CHECK(plug_in.work(), "a thread got no entries");
}

static void outlive(const char *name)
{
    enum { OLDER = 4, YOUNGER = 8 };
    pthread_barrier_init(&turn, NULL, OLDER + 1);
    struct worker *older = start_workers(OLDER, use_when_told, NULL);
    load(name);
    (void)pthread_barrier_wait(&turn);
    (void)pthread_barrier_wait(&turn);
    run_workers(YOUNGER, use_and_end, NULL);
    CHECK(plug_in.threads() == OLDER, "%zu threads own magazines, not %d", plug_in.threads(),
          (int)OLDER);
    unload(name);
    (void)pthread_barrier_wait(&turn);
    join_workers(older, OLDER);
    pthread_barrier_destroy(&turn);
}

/* ---- a process that ends ---- */

/* Holds the list's lock most of the time. */
static void stay_busy(struct worker *worker)
{
    use_and_end(worker);
    for (;;) {
        (void)plug_in.threads();
    }
}

/* Loads a plug-in, lets threads use it, and ends. Windows kills the threads before it lets the
 * plug-in use its list once more. */
static int end_busy(const char *name)
{
    end_after(20);
    load(name);
    (void)start_workers(3, stay_busy, NULL);
    sleep_milliseconds(2);
    return 0;
}

/* The status of a process whose clean-up would have waited for a dead thread. */
#define THREAD_IS_TERMINATING ((int)0xC000004B)

static size_t end_often(const char *name)
{
    size_t cut_short = 0;
    size_t times = rounds(30);
    for (size_t i = 0; i < times; i++) {
        int status = run_again(name, NULL, 0);
        CHECK(status == 0 || status == THREAD_IS_TERMINATING, "%s: the process ended with %#x",
              name, (unsigned)status);
        cut_short += status != 0;
    }
    printf("%s: %zu processes ended while busy, %zu of them with a lock held\n", name, times,
           cut_short);
    return cut_short;
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return end_busy(argv[1]);
    }
    size_t cut_short = 0;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        outlive(kinds[i]);
        outlive(kinds[i]);
        cut_short += end_often(kinds[i]);
    }
    CHECK(cut_short > 0, "no process ended with a lock held, so nothing was seen");
    CHECK(GetModuleHandleA("liblookaside.dll") != NULL, "the library went with its plug-in");
    puts("threads are older and younger than what they use");
    return 0;
}
