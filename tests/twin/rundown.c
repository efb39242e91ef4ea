/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Rundown protection and remove locks: nobody gets in once somebody waits, and the wait ends with
 * the last user. Caught: a wait that returned while a user was inside. */
#include "twin_test.h"

static struct {
    IO_REMOVE_LOCK lock;
    KEVENT inside;
    LONG done; /* plain: the lock orders it */
} shared;

static void use_for_a_while(void *unused)
{
    LARGE_INTEGER interval = {.QuadPart = -200000};
    UNREFERENCED_PARAMETER(unused);
    assert_int_equal(IoAcquireRemoveLock(&shared.lock, NULL), STATUS_SUCCESS);
    KeSetEvent(&shared.inside, IO_NO_INCREMENT, FALSE);
    KeDelayExecutionThread(KernelMode, FALSE, &interval);
    shared.done = 1;
    IoReleaseRemoveLock(&shared.lock, NULL);
}

TEST(the_wait_ends_with_the_last_user)
{
    HANDLE handle;
    IoInitializeRemoveLock(&shared.lock, 'tseT', 0, 0);
    KeInitializeEvent(&shared.inside, NotificationEvent, FALSE);
    assert_int_equal(IoAcquireRemoveLock(&shared.lock, NULL), STATUS_SUCCESS);
    assert_int_equal(PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, use_for_a_while, NULL), 0);
    ZwClose(handle);
    KeWaitForSingleObject(&shared.inside, Executive, KernelMode, FALSE, NULL);
    IoReleaseRemoveLockAndWait(&shared.lock, NULL);
    assert_int_equal(shared.done, 1);
    assert_int_equal(IoAcquireRemoveLock(&shared.lock, NULL), STATUS_DELETE_PENDING);
}

TEST(rundown_protection_starts_anew_when_told_to)
{
    EX_RUNDOWN_REF rundown;
    ExInitializeRundownProtection(&rundown);
    assert_true(ExAcquireRundownProtection(&rundown));
    assert_true(ExAcquireRundownProtection(&rundown));
    ExReleaseRundownProtection(&rundown);
    ExReleaseRundownProtection(&rundown);
    ExWaitForRundownProtectionRelease(&rundown);
    assert_false(ExAcquireRundownProtection(&rundown));
    ExReInitializeRundownProtection(&rundown);
    assert_true(ExAcquireRundownProtection(&rundown));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wait_ends_with_the_last_user),
        cmocka_unit_test(rundown_protection_starts_anew_when_told_to),
    };
    return RUN_TESTS(tests);
}
