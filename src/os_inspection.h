/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* How a system's programs carry what the library says about itself (inspection.h). */
#ifndef LA_OS_INSPECTION_H
#define LA_OS_INSPECTION_H

/* Data that is never written, yet stands among what is: a core dump holds it. */
#if defined(_WIN32)
#define OS_DUMPED __attribute__((section(".data"), used))
#else
#define OS_DUMPED __attribute__((section(".data.lookaside"), used))
#endif

/* Makes the program say where a struct inspection of this name stands: on ELF systems in a note of
 * the owner "Lookaside" and type 1,
 *
 *     uint32_t format;  uint32_t zero;  int64_t distance from the beginning of these bytes
 *
 * which needs no relocation, and which linkers put into the first OS page of the file, beside a build
 * id; on Windows by a section of that image of the name ".lkaside".
 *
 * OS_REFER_TO, in a function that a program with lists calls, keeps the section of a program without
 * unused ones; a note needs no such help. */
#if defined(_WIN32)
#define OS_INSPECTED __attribute__((section(".lkaside"), used))
#define OS_NOTE(variable, format) extern struct inspection variable
#define OS_REFER_TO(variable) __asm__ volatile("" : : "r"(&(variable)))
#else
#define OS_INSPECTED OS_DUMPED
#define OS_REFER_TO(variable) ((void)0)
#define OS_NOTE(variable, format) OS_NOTE_OF(variable, format) /* with format's value */
#define OS_NOTE_OF(variable, format)                                                               \
    __asm__(".hidden " #variable "\n\t"                                                            \
            ".pushsection .note.lookaside,\"a\",%note\n\t"                                         \
            ".balign 4\n\t"                                                                        \
            ".4byte 10, 16, 1\n\t"                                                                 \
            ".asciz \"Lookaside\"\n\t"                                                             \
            ".balign 4\n"                                                                          \
            "1:\t.4byte " #format ", 0\n\t"                                                        \
            ".8byte " #variable " - 1b\n\t"                                                        \
            ".popsection")
#endif

#endif
