/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A driver's life in the twin: a driver object, DriverEntry, requests, DriverUnload, and a look at
 * what is left.
 *
 * Everything that a driver takes is marked with its driver object, because the thread has it as the
 * current owner while it runs one of the driver's entry points (owner.h). So one driver's leaks can
 * be told from another's, and from what the test program itself allocates.
 *
 * What is left is counted and printed first, then given back as far as it can be (devices, links,
 * handles, requests; pool and lists are disowned), and only then comes the bugcheck: a test that
 * catches it can load the next driver. */
#include <wdk/loader.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <pthread.h>

#include <wdk/rtl.h>

#include "device.h"
#include "dpc.h"
#include "irql.h"
#include "lists.h"
#include "live.h"
#include "object.h"
#include "owner.h"
#include "pending.h"
#include "pool.h"
#include "request.h"
#include "resource.h"
#include "system_thread.h"
#include "timer.h"
#include "trace.h"
#include "verifier.h"
#include "work_item.h"

#define CALLER_SIZE 128

struct driver {
    DRIVER_OBJECT object; /* first: the two have one address */
    DRIVER_EXTENSION extension;
    PWSTR name; /* \Driver\Name */
    struct driver *next;
};

/* All driver objects. One whose threads go on running after its end stays in here. */
static struct {
    pthread_mutex_t lock;
    struct driver *first;
} all = {PTHREAD_MUTEX_INITIALIZER, NULL};

/* ---- Creation -------------------------------------------------------------------------------- */

static void destroy(void *object)
{
    struct driver *driver = object;
    struct driver **link = &all.first;

    (void)pthread_mutex_lock(&all.lock);
    while (*link != NULL && *link != driver) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        *link = driver->next;
    }
    (void)pthread_mutex_unlock(&all.lock);
    free(driver->name);
}

static const OBJECT_TYPE driver_type = {"Driver", destroy};

/* prefix followed by name, to be freed; NULL when memory is out. */
static PWSTR join(PCWSTR prefix, const char *name)
{
    SIZE_T length = wdk_wcslen(prefix);
    PWSTR path = malloc((length + strlen(name) + 1) * sizeof(WCHAR));

    if (path != NULL) {
        (void)wdk_wcscpy(path, prefix);
        for (;; name++, length++) {
            path[length] = (UCHAR)*name;
            if (*name == '\0') {
                break;
            }
        }
    }
    return path;
}

static void forget_dispatch(PDRIVER_OBJECT driver)
{
    for (unsigned major = 0; major <= IRP_MJ_MAXIMUM_FUNCTION; major++) {
        driver->MajorFunction[major] = request_not_supported;
    }
}

static struct driver *create(PDRIVER_INITIALIZE entry, const char *name)
{
    struct driver *driver = object_create(&driver_type, sizeof(*driver));

    if (driver == NULL) {
        return NULL;
    }
    driver->name = join(L"\\Driver\\", name);
    if (driver->name == NULL) {
        (void)ObfDereferenceObject(driver);
        return NULL;
    }
    driver->object.Type = 4;
    driver->object.Size = sizeof(driver->object);
    driver->object.DriverInit = entry;
    driver->object.DriverStart = (PVOID)(ULONG_PTR)entry;
    driver->object.DriverExtension = &driver->extension;
    driver->extension.DriverObject = &driver->object;
    RtlInitUnicodeString(&driver->object.DriverName, driver->name);
    RtlInitUnicodeString(&driver->extension.ServiceKeyName,
                         driver->name + wdk_wcslen(L"\\Driver\\"));
    forget_dispatch(&driver->object);
    (void)pthread_mutex_lock(&all.lock);
    driver->next = all.first;
    all.first = driver;
    (void)pthread_mutex_unlock(&all.lock);
    return driver;
}

/* ---- Entry points ---------------------------------------------------------------------------- */

/* Runs at the end of an entry point: the IRQL that it returned at; PASSIVE_LEVEL is restored. */
static KIRQL restore_irql(void)
{
    KIRQL irql = KeGetCurrentIrql();

    KeLowerIrql(PASSIVE_LEVEL);
    return irql;
}

static void check_irql(KIRQL irql, ULONG_PTR routine, const char *name)
{
    if (irql != PASSIVE_LEVEL) {
        verifier_report(RULE_ENTRY_IRQL, ((ULONG_PTR)irql << 16) | 2, routine, 0,
                        "%s was called at PASSIVE_LEVEL and returned at %s", name, irql_name(irql));
    }
}

static NTSTATUS call_entry(PDRIVER_OBJECT driver, const char *name)
{
    PWSTR path = join(L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\", name);
    UNICODE_STRING registry_path;

    if (path == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    RtlInitUnicodeString(&registry_path, path);
    void *before = owner_enter(driver);
    NTSTATUS status = driver->DriverInit(driver, &registry_path);
    owner_leave(before);
    free(path);
    return status;
}

static void call_unload(PDRIVER_OBJECT driver)
{
    void *before = owner_enter(driver);

    driver->DriverUnload(driver);
    owner_leave(before);
}

/* ---- What is left ---------------------------------------------------------------------------- */

static wdk_leftovers count_leftovers(PDRIVER_OBJECT driver)
{
    static _Thread_local char caller[CALLER_SIZE];
    struct pool_leaks leaks = pool_leaks_of(driver);
    const void *dpc;

    caller[0] = '\0';
    if (leaks.blocks != 0) {
        trace_name(leaks.caller, caller, sizeof(caller));
    }
    return (wdk_leftovers){.requests = request_count(driver),
                           .threads = system_thread_count(driver),
                           .timers = pending_count(PENDING_TIMER, driver),
                           .dpcs = dpc_count(driver, &dpc),
                           .work_items = work_item_count(driver),
                           .lists = lists_count_of(driver),
                           .resources = live_count_of(&resource_kind, driver),
                           .devices = device_count(driver),
                           .links = device_link_count(driver),
                           .handles = handle_count(driver),
                           .blocks = leaks.blocks,
                           .bytes = leaks.bytes,
                           .tag = leaks.tag,
                           .caller = caller};
}

static void print_count(ULONG count, const char *what)
{
    if (count != 0) {
        (void)fprintf(stderr, "  left: %u %s\n", count, what);
    }
}

static bool is_clean(const wdk_leftovers *left)
{
    return left->requests + left->threads + left->timers + left->dpcs + left->lists +
               left->devices + left->links + left->work_items + left->resources + left->handles +
               left->blocks ==
           0;
}

static void print_leftovers(PDRIVER_OBJECT driver, const char *when, const wdk_leftovers *left)
{
    if (is_clean(left)) {
        return;
    }
    (void)fprintf(stderr, "What the driver has left behind %s:\n", when);
    print_count(left->requests, "request(s) not completed");
    print_count(left->threads, "system thread(s) still running");
    print_count(left->timers, "timer(s) still active");
    print_count(left->dpcs, "DPC(s) still queued");
    pending_print(driver);
    print_count(left->work_items, "work item(s) queued or running");
    print_count(left->devices, "device(s) not deleted");
    print_count(left->links, "symbolic link(s) not deleted");
    print_count(left->handles, "handle(s) not closed");
    lists_print_of(driver);
    live_print_of(&resource_kind, driver);
    pool_print_leaks_of(driver);
}

static void give_back(PDRIVER_OBJECT driver)
{
    forget_dispatch(driver);
    timer_cancel_all(driver);
    dpc_remove_all(driver);
    request_abandon_all(driver);
    handle_close_all(driver);
    device_delete_all(driver);
    lists_disown(driver);
    live_disown(&resource_kind, driver);
    pool_disown(driver);
}

static void bugcheck_about(ULONG_PTR entry, const char *when, const wdk_leftovers *left)
{
    const struct {
        ULONG count;
        const char *what;
    } pending[] = {{left->requests, "request(s) not completed"},
                   {left->threads, "system thread(s) still running"},
                   {left->work_items, "work item(s) queued or running"},
                   {left->lists, "lookaside list(s) not deleted"},
                   {left->resources, "executive resource(s) not deleted"},
                   {left->devices, "device(s) not deleted"},
                   {left->links, "symbolic link(s) not deleted"}};

    for (SIZE_T i = 0; i < RTL_NUMBER_OF(pending); i++) {
        if (pending[i].count != 0) {
            verifier_report(RULE_UNLOAD_PENDING, entry, pending[i].count, 0,
                            "The driver is gone (%s) and has left %u %s", when, pending[i].count,
                            pending[i].what);
        }
    }
    if (left->blocks != 0) {
        verifier_report(RULE_UNLOAD_POOL, entry, 0, left->blocks,
                        "The driver is gone (%s) and has left %llu %s of pool, %llu bytes; one was "
                        "allocated by %s",
                        when, (unsigned long long)left->blocks,
                        left->blocks == 1 ? "block" : "blocks", (unsigned long long)left->bytes,
                        left->caller);
    }
}

/* A timer or DPC (NULL: none) that is left; the memory that was looked at is its own. */
static void bugcheck_about_pending(enum rule rule, const void *object, SIZE_T size,
                                   const char *when, const char *what)
{
    if (object != NULL) {
        verifier_report(rule, ADDRESS(object), ADDRESS(object), ADDRESS(object) + size,
                        "The driver is gone (%s) and has left %s %p", when, what, object);
    }
}

/* The end of a driver. With leftovers NULL, what is left is a bugcheck. */
static void end(PDRIVER_OBJECT driver, const char *when, wdk_leftovers *leftovers)
{
    ULONG_PTR entry = (ULONG_PTR)driver->DriverInit;

    system_thread_reap();
    dpc_flush();
    work_item_settle(driver);
    const void *dpc;
    const void *timer = pending_first(PENDING_TIMER, driver);
    (void)dpc_count(driver, &dpc);
    wdk_leftovers left = count_leftovers(driver);
    print_leftovers(driver, when, &left);
    give_back(driver);
    if (left.threads + left.work_items == 0) {
        (void)ObfDereferenceObject(driver);
    }
    pool_check_freed();
    if (leftovers != NULL) {
        *leftovers = left;
    } else {
        bugcheck_about_pending(RULE_TIMER_PENDING, timer, sizeof(KTIMER), when, "active timer");
        bugcheck_about_pending(RULE_DPC_PENDING, dpc, sizeof(KDPC), when, "queued DPC");
        bugcheck_about(entry, when, &left);
    }
}

/* ---- For the test program -------------------------------------------------------------------- */

static NTSTATUS load(PDRIVER_INITIALIZE entry, const char *name, PDRIVER_OBJECT *driver,
                     wdk_leftovers *leftovers)
{
    struct driver *created = create(entry, name);

    *driver = NULL;
    if (created == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS status = call_entry(&created->object, name);
    KIRQL irql = restore_irql();
    if (NT_SUCCESS(status)) {
        device_end_initializing(&created->object);
        *driver = &created->object;
    } else {
        end(&created->object, "after a DriverEntry that failed", leftovers);
    }
    check_irql(irql, (ULONG_PTR)entry, "DriverEntry");
    return status;
}

NTSTATUS wdk_load_driver(PDRIVER_INITIALIZE entry, const char *name, PDRIVER_OBJECT *driver)
{
    return load(entry, name, driver, NULL);
}

NTSTATUS wdk_load_driver_report(PDRIVER_INITIALIZE entry, const char *name, PDRIVER_OBJECT *driver,
                                wdk_leftovers *leftovers)
{
    *leftovers = (wdk_leftovers){.caller = ""};
    return load(entry, name, driver, leftovers);
}

static NTSTATUS unload(PDRIVER_OBJECT driver, wdk_leftovers *leftovers)
{
    if (driver->DriverUnload == NULL) {
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    if (device_handle_count(driver) != 0) {
        return STATUS_DEVICE_BUSY;
    }
    ULONG_PTR routine = (ULONG_PTR)driver->DriverUnload;
    call_unload(driver);
    KIRQL irql = restore_irql();
    end(driver, "after DriverUnload", leftovers);
    check_irql(irql, routine, "DriverUnload");
    return STATUS_SUCCESS;
}

NTSTATUS wdk_unload_driver(PDRIVER_OBJECT driver)
{
    return unload(driver, NULL);
}

NTSTATUS wdk_unload_driver_report(PDRIVER_OBJECT driver, wdk_leftovers *leftovers)
{
    *leftovers = (wdk_leftovers){.caller = ""};
    return unload(driver, leftovers);
}
