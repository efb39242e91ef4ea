/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A driver that makes every call of the public header once and loads only if each did what it
 * should. imports.py reads what it imports.
 *
 * Being loaded, it also shows the one thing that no check inside a running driver can: a driver's
 * very first list cannot be initialised above PASSIVE_LEVEL. Caught: an init that looks up at any
 * IRQL. */
#include <ntddk.h>

#include <lookaside/lookaside.h>

/* Whatever the first call that went wrong was, its line is the status: 0xE0000000 + line. */
#define DEMAND(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            DbgPrint("every_call: line %d: %s\n", __LINE__, #condition);                           \
            return (NTSTATUS)(0xE0000000u + __LINE__);                                             \
        }                                                                                          \
    } while (0)

static lookaside_list list = LOOKASIDE_LIST_INIT;
static LONG blocks; /* out of the backing */
static LONG faults;
static LONG raises;

static void *allocate(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *of,
                      void *context)
{
    UNREFERENCED_PARAMETER(pool_type);
    UNREFERENCED_PARAMETER(size);
    UNREFERENCED_PARAMETER(tag);
    void *block = *(BOOLEAN *)context ? NULL : lookaside_backing_allocate(of);
    if (block != NULL) {
        InterlockedIncrement(&blocks);
    }
    return block;
}

static void release(void *entry, lookaside_list *of, void *context)
{
    UNREFERENCED_PARAMETER(context);
    InterlockedDecrement(&blocks);
    lookaside_backing_free(of, entry);
}

static void note_bugcheck(lookaside_bugcheck_code code, lookaside_list *of, void *entry,
                          const char *sentence, void *context)
{
    UNREFERENCED_PARAMETER(of);
    UNREFERENCED_PARAMETER(entry);
    UNREFERENCED_PARAMETER(sentence);
    UNREFERENCED_PARAMETER(context);
    faults += code == LOOKASIDE_BUGCHECK_NOT_INITIALIZED;
}

static void note_raise(lookaside_status status, lookaside_list *of, void *context)
{
    UNREFERENCED_PARAMETER(of);
    UNREFERENCED_PARAMETER(context);
    raises += status == LOOKASIDE_ALLOCATE_FAILED;
}

static void count_text(void *context, const char *text, size_t length)
{
    *(size_t *)context += text != NULL ? length : 0;
}

static NTSTATUS open_list(const lookaside_options *options)
{
    KIRQL old;

    lookaside_set_bugcheck_handler(note_bugcheck, NULL);
    lookaside_set_raise_handler(note_raise, NULL);
    DEMAND(lookaside_alloc(&list) == NULL && faults == 1);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    /* Wine stays at PASSIVE_LEVEL for ever. */
    lookaside_status too_high = KeGetCurrentIrql() == PASSIVE_LEVEL
                                    ? LOOKASIDE_WRONG_IRQL
                                    : lookaside_init(&list, 64, LOOKASIDE_NONPAGED_NX, options);
    KeLowerIrql(old);
    DEMAND(too_high == LOOKASIDE_WRONG_IRQL);
    DEMAND(lookaside_init(&list, 64, LOOKASIDE_NONPAGED_NX, options) == LOOKASIDE_OK);
    return STATUS_SUCCESS;
}

static NTSTATUS use_list(BOOLEAN *backing_fails)
{
    void *entries[8];
    size_t released = 0;

    DEMAND(lookaside_reserve(&list, 8) == LOOKASIDE_OK);
    DEMAND(lookaside_alloc_bulk(&list, entries, 8) == 8);
    *backing_fails = TRUE;
    DEMAND(lookaside_alloc(&list) == NULL && raises == 1);
    *backing_fails = FALSE;
    lookaside_free_bulk(&list, entries, 8);
    lookaside_free(&list, lookaside_alloc(&list));
    DEMAND(lookaside_trim(&list, 2, &released) == LOOKASIDE_OK && released == (size_t)6 * 64);
    DEMAND(lookaside_flush(&list) == LOOKASIDE_OK && blocks == 0);
    return STATUS_SUCCESS;
}

static NTSTATUS look_at_list(void)
{
    lookaside_statistics statistics;
    size_t length = 0;

    DEMAND(lookaside_query(&list, &statistics) == LOOKASIDE_OK);
    DEMAND(statistics.total_allocates == 17 && statistics.live_entries == 0);
    DEMAND(lookaside_report(&list, count_text, &length) == LOOKASIDE_OK && length > 300);
    length = 0;
    DEMAND(lookaside_report_of(&statistics, &list, count_text, &length) == LOOKASIDE_OK &&
           length > 300);
    DEMAND(lookaside_version()[1] == '.');
    DEMAND(lookaside_status_name(LOOKASIDE_OK)[0] == 'L');
    DEMAND(lookaside_status_message(LOOKASIDE_OK)[0] == 'T');
    DEMAND(lookaside_bugcheck_message(LOOKASIDE_BUGCHECK_DOUBLE_FREE)[0] == 't');
    DEMAND(lookaside_ntstatus(LOOKASIDE_IN_USE) == 0x80000011);
    DEMAND(lookaside_errno(LOOKASIDE_OK) == 0);
    return STATUS_SUCCESS;
}

static NTSTATUS close_list(void)
{
    DEMAND(lookaside_abandon(&list) == LOOKASIDE_NOT_SUPPORTED);
    DEMAND(lookaside_destroy(&list) == LOOKASIDE_OK);
    DEMAND(lookaside_destroy(&list) == LOOKASIDE_NOT_INITIALIZED);
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_NOT_INITIALIZED, &list, NULL);
    DEMAND(faults == 2);
    return STATUS_SUCCESS;
}

static VOID NTAPI unload(PDRIVER_OBJECT driver)
{
    UNREFERENCED_PARAMETER(driver);
}

DRIVER_INITIALIZE DriverEntry;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    BOOLEAN backing_fails = FALSE;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;

    UNREFERENCED_PARAMETER(path);
    driver->DriverUnload = unload;
    options.flags = LOOKASIDE_RAISE_ON_FAIL | LOOKASIDE_COUNT_OUTSTANDING;
    options.name = "every call";
    options.allocate = allocate;
    options.free = release;
    options.context = &backing_fails;
    NTSTATUS status = open_list(&options);
    if (NT_SUCCESS(status)) {
        status = use_list(&backing_fails);
    }
    if (NT_SUCCESS(status)) {
        status = look_at_list();
    }
    return NT_SUCCESS(status) ? close_list() : status;
}
