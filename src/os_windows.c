/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The operating system, on Windows 8 and later, 64 bits.
 *
 * Memory. VirtualAlloc reserves in steps of 64 KiB and commits by the OS page. For a larger
 * alignment more is reserved than asked for, and what is too much stays reserved, which costs
 * addresses and nothing else: it cannot be given back alone, and to ask for it anew at an aligned
 * address is a race with other threads. VirtualQuery finds the whole again when it is unmapped.
 *
 * A thread's end is told by a callback of the image's own thread-local storage directory (the
 * section .CRT$XLY), which the loader calls for every thread that returns or calls ExitThread. It
 * works in a program and in a DLL alike, needs no registration, and goes with the image when a
 * plug-in that contains this library is unloaded. The other candidate, a callback of FlsAlloc, has
 * three faults here: it is called when a *fiber* is deleted, by whatever thread does that; it
 * dangles after an unload; and FLS slots are few. The callback runs under the loader's lock, which
 * is no danger: what the engine does at a thread's end takes its own locks only, and under those it
 * calls neither the loader nor anybody's code. Of a thread that dies of TerminateThread, Windows
 * tells nobody.
 *
 * Errors of the system are reduced to what the caller can act on; the thread's last error is left
 * as it was, because a program may look at it after a call to the hit path's neighbours. */
#include "os.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include <lookaside/platform.h>

/* ---- pages ---- */

size_t os_page_size(void)
{
    static size_t cached;
    size_t size = __atomic_load_n(&cached, __ATOMIC_RELAXED);

    if (size == 0) {
        SYSTEM_INFO info;
        GetSystemInfo(&info);
        size = info.dwPageSize;
        __atomic_store_n(&cached, size, __ATOMIC_RELAXED);
    }
    return size;
}

size_t os_memory_size(void)
{
    MEMORYSTATUSEX memory = {.dwLength = sizeof(memory)};

    (void)GlobalMemoryStatusEx(&memory);
    return (size_t)memory.ullTotalPhys & ~(os_page_size() - 1);
}

static char *reserve_anywhere(size_t size)
{
    return VirtualAlloc(NULL, size, MEM_RESERVE, PAGE_READWRITE);
}

void *os_reserve(size_t size, size_t alignment)
{
    DWORD saved_error = GetLastError();
    char *base = reserve_anywhere(size);

    if (((uintptr_t)base & (alignment - 1)) != 0) {
        (void)VirtualFree(base, 0, MEM_RELEASE);
        base = reserve_anywhere(size + alignment);
        base += (size_t)(-(uintptr_t)base & (alignment - 1)); /* NULL stays NULL */
    }
    SetLastError(saved_error);
    return base;
}

bool os_commit(void *base, size_t size)
{
    DWORD saved_error = GetLastError();
    bool committed = VirtualAlloc(base, size, MEM_COMMIT, PAGE_READWRITE) != NULL;

    SetLastError(saved_error);
    return committed;
}

void *os_map(size_t size, size_t alignment)
{
    void *base = os_reserve(size, alignment);

    if (base != NULL && !os_commit(base, size)) {
        os_unmap(base, size);
        return NULL;
    }
    return base;
}

void os_unmap(void *base, size_t size)
{
    DWORD saved_error = GetLastError();
    MEMORY_BASIC_INFORMATION memory;

    (void)size;
    if (VirtualQuery(base, &memory, sizeof(memory)) != 0) {
        (void)VirtualFree(memory.AllocationBase, 0, MEM_RELEASE);
    }
    SetLastError(saved_error);
}

void os_release(void *base, size_t size)
{
    DWORD saved_error = GetLastError();

    (void)VirtualFree(base, size, MEM_DECOMMIT);
    SetLastError(saved_error);
}

/* Windows has no hint: large pages are asked for with the memory, and need a privilege. */
void os_prefer_huge(void *base, size_t size)
{
    (void)base;
    (void)size;
}

/* A process may lock a little less than its minimum working set, which is 200 KiB unless somebody
 * raised it. So it is raised by what is to be locked, and again if that was not enough because
 * somebody else used it up. It is not lowered again: others may have come to rely on it. */
static bool raise_working_set(size_t size)
{
    SIZE_T least;
    SIZE_T most;

    return GetProcessWorkingSetSize(GetCurrentProcess(), &least, &most) &&
           SetProcessWorkingSetSize(GetCurrentProcess(), least + size, most + size);
}

bool os_lock_pages(void *base, size_t size)
{
    DWORD saved_error = GetLastError();
    bool locked = VirtualLock(base, size);

    for (int i = 0; i < 3 && !locked && GetLastError() == ERROR_WORKING_SET_QUOTA; i++) {
        locked = raise_working_set(size) && VirtualLock(base, size);
    }
    SetLastError(saved_error);
    return locked;
}

void os_unlock_pages(void *base, size_t size)
{
    DWORD saved_error = GetLastError();

    (void)VirtualUnlock(base, size);
    SetLastError(saved_error);
}

/* ---- what locks are made of ---- */

/* While a process ends, Windows first kills all other threads, wherever they are, and then lets the
 * DLLs clean up. Who waits for a lock then waits for a dead thread. Windows' own locks end the
 * process on the spot in this case, and so does this: what is left undone is the rest of a clean-up
 * in a process that is gone anyway. */
__declspec(dllimport) BOOLEAN NTAPI RtlDllShutdownInProgress(void); /* ntdll; in no header */

#define THREAD_IS_TERMINATING 0xC000004Bu /* the status that Windows gives the process then */

static void do_not_wait_for_the_dead(void)
{
    if (RtlDllShutdownInProgress()) {
        (void)TerminateProcess(GetCurrentProcess(), THREAD_IS_TERMINATING);
    }
}

void os_sleep_on(uint32_t *word, uint32_t value)
{
    DWORD saved_error = GetLastError();

    do_not_wait_for_the_dead();
    (void)WaitOnAddress(word, &value, sizeof(value), INFINITE);
    SetLastError(saved_error);
}

void os_wake_one(uint32_t *word)
{
    WakeByAddressSingle(word);
}

void os_yield(void)
{
    (void)SwitchToThread();
}

/* ---- threads, fork, time ---- */

static void (*exit_run)(void *);
static LOOKASIDE_THREAD_LOCAL void *exit_argument;

bool os_thread_at_exit(void (*run)(void *), void *argument)
{
    void (*none)(void *) = NULL;

    (void)__atomic_compare_exchange_n(&exit_run, &none, run, false, __ATOMIC_RELEASE,
                                      __ATOMIC_RELAXED);
    LOOKASIDE_OWN(exit_argument) = argument;
    return true;
}

static void NTAPI thread_callback(PVOID image, DWORD reason, PVOID reserved)
{
    (void)image;
    (void)reserved;
    if (reason == DLL_THREAD_DETACH && LOOKASIDE_OWN(exit_argument) != NULL) {
        void *argument = LOOKASIDE_OWN(exit_argument);
        LOOKASIDE_OWN(exit_argument) = NULL;
        __atomic_load_n(&exit_run, __ATOMIC_ACQUIRE)(argument);
    }
}

/* The linker sorts these sections by name into one table: after those of the C library, so that the
 * destructors of its thread-local variables may still use lists. */
__attribute__((section(".CRT$XLY"), used)) static const PIMAGE_TLS_CALLBACK entry_of_the_table =
    thread_callback;

uint64_t os_thread_identity(void)
{
    return GetCurrentThreadId();
}

/* There is no fork, so there is nothing to promise. */
bool os_at_fork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    (void)prepare;
    (void)parent;
    (void)child;
    return true;
}

uint64_t os_milliseconds(void)
{
    return GetTickCount64();
}

/* ---- the end ---- */

void os_write_error(const char *text, size_t length)
{
    HANDLE error = GetStdHandle(STD_ERROR_HANDLE);

    while (length != 0) {
        DWORD most = length < 1 << 20 ? (DWORD)length : 1 << 20;
        DWORD written = 0;
        if (!WriteFile(error, text, most, &written, NULL) || written == 0) {
            return;
        }
        text += written;
        length -= written;
    }
}

/* Goes straight to the debugger or to Windows' error reporting, which keep the state of the fault;
 * a process whose lists are corrupted runs no more handlers. */
void os_abort(void)
{
    for (;;) {
        RaiseFailFastException(NULL, NULL, FAIL_FAST_GENERATE_EXCEPTION_ADDRESS);
    }
}
