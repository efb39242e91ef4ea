/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A program to look into, linked in every way there is.
 *
 *     program wait|abort|idle|apart [plug-in]
 *
 * Makes the list "mine" with 3 entries out and 2 cached, calls the plug-in's plug_in(), which makes
 * another one, says "ready PID" and waits, or dies and leaves a core. "idle": it makes no list.
 * "apart": it dies, too, with the list's storage in a shared file, which cores leave out. */
#include <lookaside/lookaside.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static lookaside_list mine;

static void use_plug_in(const char *path)
{
#ifdef WITH_PLUG_IN
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void (*plug_in)(void);

    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    *(void **)&plug_in = dlsym(library, "plug_in");
    plug_in();
#else
    fprintf(stderr, "%s: no plug-ins here\n", path);
    exit(1);
#endif
}

int main(int argc, char **argv)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    lookaside_list *list = &mine;
    void *entries[5];

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    options.name = "mine";
    if (strcmp(argv[1], "apart") == 0) {
        int file = open("apart", O_RDWR | O_CREAT, 0600);
        if (file < 0 || ftruncate(file, 4096) != 0) {
            return 1;
        }
        list = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    }
    if (strcmp(argv[1], "idle") != 0) {
        if (lookaside_init(list, 100, LOOKASIDE_PAGED, &options) != LOOKASIDE_OK ||
            lookaside_alloc_bulk(list, entries, 5) != 5) {
            return 1;
        }
        lookaside_free_bulk(list, entries + 3, 2);
    }
    if (argc > 2) {
        use_plug_in(argv[2]);
    }
    printf("ready %d\n", getpid());
    fflush(stdout);
    if (strcmp(argv[1], "abort") == 0 || strcmp(argv[1], "apart") == 0) {
        abort();
    }
    for (;;) {
        pause();
    }
}
