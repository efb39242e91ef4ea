/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Addresses are cheap to take and dear to name, so a trace keeps addresses and is named when
 * printed. The innermost calls are the twin's own; of these only the outermost is printed: the
 * routine that the driver called. They are known by their section: the build puts the twin's code
 * into one named wdk_text, and the linker tells its ends.
 *
 * Names come from the sanitizer's runtime where there is one, because it reads the debug
 * information and knows lines, and otherwise from the symbol table. */
#include "trace.h"

#include <stdint.h>
#include <stdio.h>
#include <unwind.h>

#include "symbols.h"

/* In programs that a sanitizer watches. */
extern void sanitizer_symbolize(void *address, const char *format, char *text,
                                size_t size) __asm__("__sanitizer_symbolize_pc")
    __attribute__((weak));

extern char twin_begin[] __asm__("__start_wdk_text") __attribute__((weak));
extern char twin_end[] __asm__("__stop_wdk_text") __attribute__((weak));

static _Unwind_Reason_Code note_call(struct _Unwind_Context *context, void *argument)
{
    struct trace *trace = argument;
    uintptr_t address = _Unwind_GetIP(context);

    if (address == 0 || trace->calls == TRACE_CALLS) {
        return _URC_END_OF_STACK; /* 0: the caller of _start */
    }
    trace->call[trace->calls++] = (void *)address;
    return _URC_NO_REASON;
}

void trace_take(struct trace *trace)
{
    trace->calls = 0;
    (void)_Unwind_Backtrace(note_call, trace);
}

uint64_t trace_hash(const struct trace *trace)
{
    uint64_t hash = 0xCBF29CE484222325u; /* FNV-1a, a word at a time */

    for (unsigned i = 0; i < trace->calls; i++) {
        hash = (hash ^ (uintptr_t)trace->call[i]) * 0x100000001B3u;
    }
    return hash;
}

/* The index of the innermost call outside the twin. */
static unsigned outside(const struct trace *trace)
{
    unsigned i = 0;

    while (i < trace->calls && (char *)trace->call[i] > twin_begin &&
           (char *)trace->call[i] <= twin_end) {
        i++;
    }
    return i;
}

void *trace_caller(const struct trace *trace)
{
    unsigned i = outside(trace);

    return i < trace->calls ? trace->call[i] : NULL;
}

void trace_name(const void *address, char *text, unsigned size)
{
    /* A return address is behind its call; the sanitizers' routine knows that. */
    if (sanitizer_symbolize != NULL) {
        sanitizer_symbolize((void *)(uintptr_t)address, "%f %S", text, size);
    } else {
        symbol_name((const void *)((uintptr_t)address - 1), text, size);
    }
}

void trace_print(const struct trace *trace)
{
    unsigned first = outside(trace);
    char name[256];

    first = first > 0 ? first - 1 : 0;
    for (unsigned i = first; i < trace->calls; i++) {
        trace_name(trace->call[i], name, sizeof(name));
        (void)fprintf(stderr, "    #%u %s\n", i - first, name);
    }
}
