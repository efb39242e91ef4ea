/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* See system.h; seen to run under Wine, never on Windows itself. */
#include "system.h"

#include "support.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include <psapi.h>

/* ---- memory ---- */

size_t system_page_size(void)
{
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info.dwPageSize;
}

size_t resident_bytes(void)
{
    PROCESS_MEMORY_COUNTERS counters;
    CHECK(GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof(counters)),
          "the memory counters are not told");
    return counters.WorkingSetSize;
}

/* Walks over the address space: the bytes that are private and committed, and the allocations. */
static size_t walk(size_t *allocations)
{
    MEMORY_BASIC_INFORMATION part;
    void *allocation = NULL;
    size_t committed = 0;

    *allocations = 0;
    for (char *at = NULL; VirtualQuery(at, &part, sizeof(part)) != 0;
         at = (char *)part.BaseAddress + part.RegionSize) {
        if (part.State == MEM_COMMIT && part.Type == MEM_PRIVATE) {
            committed += part.RegionSize;
        }
        if (part.State != MEM_FREE && part.AllocationBase != allocation) {
            allocation = part.AllocationBase;
            ++*allocations;
        }
    }
    return committed;
}

size_t mapped_bytes(void)
{
    size_t allocations;
    return walk(&allocations);
}

size_t mapping_count(void)
{
    size_t allocations;
    (void)walk(&allocations);
    return allocations;
}

static PSAPI_WORKING_SET_EX_BLOCK page_state(void *address)
{
    PSAPI_WORKING_SET_EX_INFORMATION page = {.VirtualAddress = address};
    CHECK(QueryWorkingSetEx(GetCurrentProcess(), &page, sizeof(page)),
          "the state of a page is not told");
    return page.VirtualAttributes;
}

size_t resident_pages(void *base, size_t size)
{
    size_t resident = 0;
    for (char *at = base; at < (char *)base + size; at += system_page_size()) {
        resident += page_state(at).Valid != 0;
    }
    return resident;
}

/* Wine locks, and does not tell. */
bool system_tells_what_is_locked(void)
{
    void *page = VirtualAlloc(NULL, system_page_size(), MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    CHECK(page != NULL && VirtualLock(page, system_page_size()), "a page cannot be locked");
    bool told = page_state(page).Locked != 0;
    (void)VirtualFree(page, 0, MEM_RELEASE);
    return told;
}

size_t locked_bytes(void)
{
    MEMORY_BASIC_INFORMATION part;
    size_t locked = 0;

    for (char *at = NULL; VirtualQuery(at, &part, sizeof(part)) != 0; at += part.RegionSize) {
        at = part.BaseAddress;
        for (size_t i = 0; part.State == MEM_COMMIT && i < part.RegionSize;
             i += system_page_size()) {
            locked += page_state(at + i).Locked != 0 ? system_page_size() : 0;
        }
    }
    return locked;
}

bool is_mapped(void *address)
{
    MEMORY_BASIC_INFORMATION part;
    return VirtualQuery(address, &part, sizeof(part)) != 0 && part.State != MEM_FREE;
}

void punch_hole(void *base, size_t size)
{
    CHECK(VirtualFree(base, size, MEM_DECOMMIT), "VirtualFree failed");
}

/* ---- processes ---- */

bool system_has_fork(void)
{
    return false;
}

int run_in_child(void (*body)(void *argument), void *argument, unsigned seconds)
{
    (void)body;
    (void)argument;
    (void)seconds;
    CHECK(system_has_fork(), "there is no fork on Windows");
    return -1;
}

static void read_all(HANDLE from, char *output, size_t size)
{
    size_t length = 0;
    DWORD got = 0;
    while (length < size - 1 &&
           ReadFile(from, output + length, (DWORD)(size - 1 - length), &got, NULL) && got > 0) {
        length += got;
    }
    output[length] = '\0';
}

int run_again(const char *argument, char *output, size_t size)
{
    char program[MAX_PATH];
    char line[2 * MAX_PATH];
    HANDLE read_end;
    HANDLE write_end;
    SECURITY_ATTRIBUTES inheritable = {sizeof(inheritable), NULL, TRUE};
    PROCESS_INFORMATION process;

    (void)GetModuleFileNameA(NULL, program, sizeof(program));
    (void)snprintf(line, sizeof(line), "\"%s\" \"%s\"", program, argument);
    CHECK(CreatePipe(&read_end, &write_end, &inheritable, 0), "CreatePipe failed");
    (void)SetHandleInformation(read_end, HANDLE_FLAG_INHERIT, 0);
    STARTUPINFOA start = {.cb = sizeof(start), .dwFlags = STARTF_USESTDHANDLES};
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = output != NULL ? write_end : GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    fflush(NULL);
    CHECK(CreateProcessA(program, line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process),
          "CreateProcess failed: %lu", GetLastError());
    (void)CloseHandle(write_end);
    if (output != NULL) {
        read_all(read_end, output, size);
    }
    (void)CloseHandle(read_end);

    DWORD status = 0;
    (void)WaitForSingleObject(process.hProcess, INFINITE);
    (void)GetExitCodeProcess(process.hProcess, &status);
    (void)CloseHandle(process.hThread);
    (void)CloseHandle(process.hProcess);
    return (int)status; /* what an exception leaves is negative */
}

static VOID CALLBACK time_is_up(PVOID argument, BOOLEAN fired)
{
    (void)argument;
    (void)fired;
    check_failed(__FILE__, __LINE__, "an end in time", "the time is up");
}

void end_after(unsigned seconds)
{
    static HANDLE timer;

    if (timer != NULL) {
        (void)DeleteTimerQueueTimer(NULL, timer, NULL);
        timer = NULL;
    }
    if (seconds != 0) {
        (void)CreateTimerQueueTimer(&timer, NULL, time_is_up, NULL, seconds * 1000, 0,
                                    WT_EXECUTEONLYONCE);
    }
}

static struct {
    DWORD thread;
    void (*run)(void *argument);
    void *argument;
} very_end;

static void NTAPI thread_callback(PVOID image, DWORD reason, PVOID reserved)
{
    (void)image;
    (void)reserved;
    if (reason == DLL_THREAD_DETACH && very_end.thread == GetCurrentThreadId()) {
        very_end.thread = 0;
        very_end.run(very_end.argument);
    }
}

/* Sorted behind the library's own. */
__attribute__((section(".CRT$XLZ"), used)) static const PIMAGE_TLS_CALLBACK last_callback =
    thread_callback;

void run_at_the_very_end(void (*run)(void *argument), void *argument)
{
    very_end.run = run;
    very_end.argument = argument;
    very_end.thread = GetCurrentThreadId();
}

/* ---- time ---- */

void sleep_milliseconds(unsigned milliseconds)
{
    Sleep(milliseconds);
}

unsigned thread_milliseconds(void)
{
    FILETIME unused;
    FILETIME in_kernel;
    FILETIME in_user;
    (void)GetThreadTimes(GetCurrentThread(), &unused, &unused, &in_kernel, &in_user);
    return (unsigned)((in_kernel.dwLowDateTime + in_user.dwLowDateTime) / 10000);
}

/* winpthreads cancels a thread when it asks for it. */
void sleep_until_cancelled(void)
{
    for (;;) {
        Sleep(1);
        pthread_testcancel();
    }
}
