/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promises of os.h that only Windows puts to the test: the ways in which a thread can end there,
 * fibers, the working set, the last error.
 *
 * Caught: a thread's end told by FlsAlloc's callback (a deleted fiber ended its thread), a thread's
 * end told of threads that did not ask, a working set that was not raised, a last error that was
 * not left alone. */
#include "cmocka_test.h"

#include "os.h"

#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* ---- a thread's end ---- */

static volatile LONG ends;
static void *last_argument;

static void note_end(void *argument)
{
    last_argument = argument;
    (void)InterlockedIncrement(&ends);
}

/* Runs a thread of Windows' own, not of the C library's or of pthread, and returns how many ends
 * were told of it. */
static LONG ends_of(LPTHREAD_START_ROUTINE body, void *argument)
{
    LONG before = ends;
    HANDLE thread = CreateThread(NULL, 0, body, argument, 0, NULL);
    assert_non_null(thread);
    assert_int_equal(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    (void)CloseHandle(thread);
    return ends - before;
}

static DWORD WINAPI ask_and_return(void *argument)
{
    CHECK(os_thread_at_exit(note_end, argument), "no promise");
    return 0;
}

static DWORD WINAPI ask_and_exit(void *argument)
{
    CHECK(os_thread_at_exit(note_end, argument), "no promise");
    ExitThread(7);
}

static DWORD WINAPI ask_twice(void *argument)
{
    CHECK(os_thread_at_exit(note_end, NULL), "no promise");
    return ask_and_return(argument);
}

static DWORD WINAPI do_not_ask(void *argument)
{
    (void)argument;
    return 0;
}

TEST(the_end_of_a_thread_is_told_however_it_returns)
{
    int argument;
    assert_int_equal(ends_of(ask_and_return, &argument), 1);
    assert_ptr_equal(last_argument, &argument);
    assert_int_equal(ends_of(ask_and_exit, &argument), 1);
    assert_int_equal(ends_of(ask_twice, &argument), 1);
    assert_ptr_equal(last_argument, &argument);
    assert_int_equal(ends_of(do_not_ask, &argument), 0);
}

static VOID CALLBACK do_nothing(void *argument)
{
    SwitchToFiber(argument);
}

static VOID CALLBACK ask_in_a_fiber(void *argument)
{
    (void)os_thread_at_exit(note_end, argument);
    SwitchToFiber(argument);
}

static DWORD WINAPI use_fibers(void *argument)
{
    void *self = ConvertThreadToFiber(NULL);
    void *asks = CreateFiber(0, ask_in_a_fiber, self);
    void *other = CreateFiber(0, do_nothing, self);
    SwitchToFiber(asks);
    SwitchToFiber(other);
    DeleteFiber(asks);
    DeleteFiber(other);
    *(LONG *)argument = ends;
    (void)ConvertFiberToThread();
    return 0;
}

TEST(the_end_of_a_fiber_is_not_the_end_of_its_thread)
{
    LONG before = ends;
    LONG after_the_fibers = -1;
    assert_int_equal(ends_of(use_fibers, &after_the_fibers), 1);
    assert_int_equal(after_the_fibers, before);
}

static DWORD WINAPI ask_and_wait(void *argument)
{
    CHECK(os_thread_at_exit(note_end, argument), "no promise");
    (void)SetEvent(argument);
    Sleep(INFINITE);
    return 0;
}

TEST(a_thread_that_is_killed_is_not_told_of)
{
    LONG before = ends;
    HANDLE asked = CreateEventA(NULL, FALSE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, ask_and_wait, asked, 0, NULL);
    assert_int_equal(WaitForSingleObject(asked, 10000), WAIT_OBJECT_0);
    assert_true(TerminateThread(thread, 9));
    assert_int_equal(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    assert_int_equal(ends, before);
    (void)CloseHandle(thread);
    (void)CloseHandle(asked);
}

/* ---- the working set ---- */

/* What os_windows.c calls instead of the system's functions: the linker's --wrap, on the pointers
 * through which a DLL's functions are called. */
static BOOL WINAPI our_lock(LPVOID base, SIZE_T size);
static BOOL WINAPI our_get(HANDLE process, PSIZE_T least, PSIZE_T most);
static BOOL WINAPI our_set(HANDLE process, SIZE_T least, SIZE_T most);
BOOL(WINAPI *const lock_pointer)(LPVOID, SIZE_T) __asm__("__wrap___imp_VirtualLock") = our_lock;
BOOL(WINAPI *const get_pointer)
(HANDLE, PSIZE_T, PSIZE_T) __asm__("__wrap___imp_GetProcessWorkingSetSize") = our_get;
BOOL(WINAPI *const set_pointer)
(HANDLE, SIZE_T, SIZE_T) __asm__("__wrap___imp_SetProcessWorkingSetSize") = our_set;

static struct {
    SIZE_T least; /* of the working set; so much can be locked */
    SIZE_T most;
    SIZE_T locked;
    unsigned refusals; /* of a larger working set */
    DWORD error;       /* with which locking fails whatever the working set */
} memory;

static BOOL WINAPI our_lock(LPVOID base, SIZE_T size)
{
    (void)base;
    if (memory.error != 0) {
        SetLastError(memory.error);
        return FALSE;
    }
    if (memory.locked + size > memory.least) {
        SetLastError(ERROR_WORKING_SET_QUOTA);
        return FALSE;
    }
    memory.locked += size;
    return TRUE;
}

static BOOL WINAPI our_get(HANDLE process, PSIZE_T least, PSIZE_T most)
{
    (void)process;
    *least = memory.least;
    *most = memory.most;
    return TRUE;
}

static BOOL WINAPI our_set(HANDLE process, SIZE_T least, SIZE_T most)
{
    (void)process;
    if (memory.refusals > 0) {
        memory.refusals--;
        SetLastError(ERROR_PRIVILEGE_NOT_HELD);
        return FALSE;
    }
    memory.least = least;
    memory.most = most;
    return TRUE;
}

static char pages[1 << 20];

TEST(the_working_set_is_raised_by_what_is_locked)
{
    memset(&memory, 0, sizeof(memory));
    memory.least = 200 << 10;
    memory.most = 1380 << 10;
    assert_true(os_lock_pages(pages, 64 << 10)); /* there is room */
    assert_int_equal(memory.least, 200 << 10);
    for (int i = 0; i < 10; i++) {
        assert_true(os_lock_pages(pages, sizeof(pages)));
    }
    assert_int_equal(memory.locked, (64 << 10) + 10 * sizeof(pages));
    assert_true(memory.least >= memory.locked);
    assert_true(memory.most >= memory.least);
}

TEST(what_is_refused_is_not_locked_and_leaves_the_last_error_alone)
{
    memset(&memory, 0, sizeof(memory));
    memory.refusals = 1;
    SetLastError(12345);
    assert_false(os_lock_pages(pages, sizeof(pages)));
    assert_int_equal(memory.least, 0);
    assert_int_equal(memory.refusals, 0);
    memory.error = ERROR_NOACCESS;
    assert_false(os_lock_pages(pages, sizeof(pages)));
    assert_int_equal(memory.least, 0); /* that would not have helped */
    assert_null(os_map((size_t)1 << 60, 1));
    assert_null(os_reserve((size_t)1 << 60, (size_t)1 << 22));
    assert_false(os_commit(pages, (size_t)1 << 60));
    os_unlock_pages(pages, sizeof(pages));
    os_release((void *)os_page_size(), os_page_size());
    os_unmap((void *)os_page_size(), os_page_size());
    assert_int_equal(GetLastError(), 12345);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_of_a_thread_is_told_however_it_returns),
        cmocka_unit_test(the_end_of_a_fiber_is_not_the_end_of_its_thread),
        cmocka_unit_test(a_thread_that_is_killed_is_not_told_of),
        cmocka_unit_test(the_working_set_is_raised_by_what_is_locked),
        cmocka_unit_test(what_is_refused_is_not_locked_and_leaves_the_last_error_alone),
    };
    return RUN_TESTS(tests);
}
