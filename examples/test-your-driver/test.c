/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>

#include <ntddk.h>
#include <wdk/twin.h>

#include "courier.h"

DRIVER_INITIALIZE DriverEntry;

/* The driver's answer to "hello", or why there is none. */
static NTSTATUS shout_hello(HANDLE courier)
{
    char answer[6] = "";
    ULONG_PTR length;
    NTSTATUS status =
        wdk_device_control(courier, IOCTL_COURIER_SHOUT, "hello", 5, answer, 5, &length);

    if (NT_SUCCESS(status)) {
        assert_string_equal(answer, "HELLO");
        assert_int_equal(length, 5);
    }
    return status;
}

static void *shout_often(void *courier)
{
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(shout_hello(courier), STATUS_SUCCESS);
    }
    return NULL;
}

static void four_threads_are_served_at_once(void **state)
{
    pthread_t threads[4];
    PDRIVER_OBJECT driver;
    HANDLE courier;

    (void)state;
    assert_int_equal(wdk_load_driver(DriverEntry, "Courier", &driver), STATUS_SUCCESS);
    assert_int_equal(wdk_open_device(L"\\??\\Courier", &courier), STATUS_SUCCESS);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, shout_often, courier), 0);
    }
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    wdk_close(courier);
    assert_int_equal(wdk_unload_driver(driver), STATUS_SUCCESS);
}

/* A driver's whole life. Whatever fails in it may fail; nothing may be left behind. */
static void live(void *context)
{
    PDRIVER_OBJECT driver;
    HANDLE courier;

    (void)context;
    if (!NT_SUCCESS(wdk_load_driver(DriverEntry, "Courier", &driver))) {
        return;
    }
    if (NT_SUCCESS(wdk_open_device(L"\\??\\Courier", &courier))) {
        shout_hello(courier);
        wdk_close(courier);
    }
    wdk_unload_driver(driver);
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    ULONG faults = wdk_fault_sweep(live, NULL);
    assert_true(faults >= 5); /* device, link, thread, context, letter */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_threads_are_served_at_once),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
