/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The drivers in sources/, which were not written for the twin: they compile as they are, with each
 * compiler (see CMakeLists.txt), and here they run, with every allocation failing once. Caught: an
 * annotation of SAL that was missing; a template inside of extern "C". */
#include "twin_test.h"

/* Each driver has the entry point DriverEntry, renamed by the build. */
DRIVER_INITIALIZE TransferEntry, CancelQueueEntry, ObjectsEntry;

/* Sends requests; any may fail for want of memory. */
typedef void exercise(HANDLE file);

struct driver {
    PDRIVER_INITIALIZE entry;
    PCWSTR device;
    exercise *exercise;
    ULONG requests; /* that succeeded */
};

static ULONG succeeded;

static void count(NTSTATUS status)
{
    assert_true(status == STATUS_SUCCESS || status == STATUS_INSUFFICIENT_RESOURCES ||
                status == STATUS_CANCELLED);
    succeeded += status == STATUS_SUCCESS;
}

static void ignore_text(ULONG component, ULONG level, const char *text, void *context)
{
    (void)component;
    (void)level;
    (void)text;
    (void)context;
}

static void transfer(HANDLE file)
{
    for (ULONG method = 0; method < 4; method++) {
        char out[8] = "";
        ULONG_PTR returned;
        NTSTATUS status =
            wdk_device_control(file, CTL_CODE(40000, 0x900 + method, method, FILE_ANY_ACCESS),
                               "seven..", 8, out, 8, &returned);
        count(status);
        if (NT_SUCCESS(status)) {
            assert_int_equal(returned, 8);
            assert_string_equal(out, "seven..");
        }
    }
    assert_int_equal(
        wdk_device_control(file, CTL_CODE(40000, 0x903, METHOD_NEITHER, 0), NULL, 8, NULL, 8, NULL),
        STATUS_ACCESS_VIOLATION);
}

static void read_twice(HANDLE file)
{
    for (int i = 0; i < 2; i++) {
        char out[4] = "";
        NTSTATUS status = wdk_read(file, out, 3, 0, NULL);
        count(status);
        if (NT_SUCCESS(status)) {
            assert_string_equal(out, "qqq");
        }
    }
}

static void count_to_three(HANDLE file)
{
    ULONG last = 0;
    for (int i = 0; i < 3; i++) {
        ULONG total;
        NTSTATUS status =
            wdk_device_control(file, CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_BUFFERED, 0), NULL,
                               0, &total, sizeof(total), NULL);
        count(status);
        if (NT_SUCCESS(status)) {
            assert_int_equal(total, last + 1);
            last = total;
        }
    }
}

static void live(void *context)
{
    const struct driver *driver = context;
    PDRIVER_OBJECT object;
    HANDLE file;
    if (!NT_SUCCESS(wdk_load_driver(driver->entry, "Source", &object))) {
        return;
    }
    assert_int_equal(wdk_open_device(driver->device, &file), STATUS_SUCCESS);
    driver->exercise(file);
    assert_int_equal(wdk_close(file), STATUS_SUCCESS);
    assert_int_equal(wdk_unload_driver(object), STATUS_SUCCESS);
}

static void run(struct driver driver, ULONG least_faults)
{
    wdk_set_print_handler(ignore_text, NULL);
    succeeded = 0;
    live(&driver);
    assert_int_equal(succeeded, driver.requests);
    assert_true(wdk_fault_sweep(live, &driver) >= least_faults);
    wdk_set_print_handler(NULL, NULL);
}

TEST(a_driver_with_all_transfer_methods_and_SAL)
{
    run((struct driver){TransferEntry, L"\\DosDevices\\TransferSample", transfer, 4}, 8);
}

TEST(a_driver_with_a_cancel_safe_queue)
{
    run((struct driver){CancelQueueEntry, L"\\??\\CancelQueue", read_twice, 2}, 4);
}

TEST(a_driver_in_C_plus_plus)
{
    run((struct driver){ObjectsEntry, L"\\Device\\Objects", count_to_three, 3}, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_driver_with_all_transfer_methods_and_SAL),
        cmocka_unit_test(a_driver_with_a_cancel_safe_queue),
        cmocka_unit_test(a_driver_in_C_plus_plus),
    };
    return RUN_TESTS(tests);
}
