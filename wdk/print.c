/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* DbgPrint and its kin: formats into a buffer of the kernel's size and hands the text on, whole, so
 * that the lines of two threads are not mixed. The handler and its context are one pair, kept under
 * a lock; the handler runs outside of it and may print itself. */
#include <wdk/print.h>

#include <pthread.h>
#include <stdio.h>

#include <wdk/loader.h>
#include <wdk/ntstatus.h>

#include "format.h"

/* What one call can transmit, the terminating zero included (page "DbgPrint"). */
#define LARGEST_MESSAGE 512

static struct {
    pthread_mutex_t lock;
    wdk_print_handler *handler; /* NULL: standard error */
    void *context;
} output = {PTHREAD_MUTEX_INITIALIZER, NULL, NULL};

void wdk_set_print_handler(wdk_print_handler *handler, void *context)
{
    (void)pthread_mutex_lock(&output.lock);
    output.handler = handler;
    output.context = context;
    (void)pthread_mutex_unlock(&output.lock);
}

ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, va_list arglist)
{
    char text[LARGEST_MESSAGE];

    (void)format_narrow(text, sizeof(text), Format, arglist);
    (void)pthread_mutex_lock(&output.lock);
    wdk_print_handler *handler = output.handler;
    void *context = output.context;
    (void)pthread_mutex_unlock(&output.lock);
    if (handler != NULL) {
        handler(ComponentId, Level, text, context);
    } else {
        (void)fputs(text, stderr);
    }
    return (ULONG)STATUS_SUCCESS;
}

ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...)
{
    va_list arguments;

    va_start(arguments, Format);
    ULONG status = vDbgPrintEx(ComponentId, Level, Format, arguments);
    va_end(arguments);
    return status;
}

ULONG DbgPrint(PCSTR Format, ...)
{
    va_list arguments;

    va_start(arguments, Format);
    ULONG status = vDbgPrintEx(DPFLTR_DEFAULT_ID, DPFLTR_INFO_LEVEL, Format, arguments);
    va_end(arguments);
    return status;
}
