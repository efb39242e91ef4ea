/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A DLL that uses a list of its own, for plug_ins.c: built once with the static library in it, and
 * once over lookaside's DLL. When the process ends it uses the list, too, as destructors of C++
 * would. */
#include <lookaside/lookaside.h>

#include <stdbool.h>

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static lookaside_list list = LOOKASIDE_LIST_INIT;

__declspec(dllexport) bool plug_in_begin(void)
{
    return lookaside_init(&list, 64, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK;
}

/* Takes some entries and gives them back; false when there were none, or somebody else's. */
__declspec(dllexport) bool plug_in_work(void)
{
    size_t *entries[40];
    bool good = true;

    for (size_t i = 0; i < 40; i++) {
        entries[i] = lookaside_alloc(&list);
        if (entries[i] == NULL) {
            return false;
        }
        *entries[i] = i;
    }
    for (size_t i = 0; i < 40; i++) {
        good = good && *entries[i] == i;
        lookaside_free(&list, entries[i]);
    }
    return good;
}

/* How many threads own a magazine of the list. */
__declspec(dllexport) size_t plug_in_threads(void)
{
    lookaside_statistics statistics;

    return lookaside_query(&list, &statistics) == LOOKASIDE_OK ? (size_t)statistics.threads : 99;
}

__declspec(dllexport) bool plug_in_end(void)
{
    return lookaside_destroy(&list) == LOOKASIDE_OK;
}

BOOL WINAPI DllMain(HINSTANCE library, DWORD reason, LPVOID process_ends)
{
    (void)library;
    if (reason == DLL_PROCESS_DETACH && process_ends != NULL) {
        (void)plug_in_work();
    }
    return TRUE;
}
