/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The notes of a core file.
 *
 *     NT_PRPSINFO   the process: its number and command
 *     NT_PRSTATUS   a thread: its number and registers; the first is the one that died, of a signal
 *     NT_FILE       the files that were mapped: a count, the unit of the offsets, three numbers for
 *                   each, and behind all of them the paths
 *
 * Numbers in structs of the kernel are taken by their offsets, which are the same on every 64-bit
 * machine up to the registers. */
#include "core.h"

#include "basics.h"

#include <stdlib.h>
#include <string.h>

#define MOST_NOTES (UINT64_C(256) << 20) /* bytes; a thread takes some thousand */
#define ALIGN 4u

/* NT_PRSTATUS */
#define STATUS_SIGNAL_AT 12
#define STATUS_TID_AT 32
#define STATUS_FS_BASE_AT (112 + 21 * 8) /* the registers of an x86-64 begin at 112 */
/* NT_PRPSINFO */
#define INFO_PID_AT 24
#define INFO_COMMAND_AT 40
#define INFO_COMMAND_SIZE 16

static uint64_t number_at(const uint8_t *bytes, size_t size, size_t at, size_t width)
{
    uint64_t number = 0;

    if (at + width <= size) {
        memcpy(&number, bytes + at, width);
    }
    return number;
}

static void take_thread(struct core *core, const uint8_t *bytes, size_t size)
{
    uint64_t signal = number_at(bytes, size, STATUS_SIGNAL_AT, 2);
    const char *name = signal == 0 ? NULL : sigabbrev_np((int)signal);

    if (core->thread_count == 0 && name != NULL) {
        strcpy(core->source.signal, "SIG");
        strncat(core->source.signal, name, sizeof(core->source.signal) - 4);
    }
    core->threads = must_grow(core->threads, core->thread_count, &core->thread_capacity,
                              sizeof(*core->threads));
    core->threads[core->thread_count++] = (struct source_thread){
        .tid = (pid_t)number_at(bytes, size, STATUS_TID_AT, 4),
        .identity = core->machine == EM_X86_64 ? number_at(bytes, size, STATUS_FS_BASE_AT, 8) : 0,
    };
}

static void take_process(struct core *core, const uint8_t *bytes, size_t size)
{
    core->source.pid = (pid_t)number_at(bytes, size, INFO_PID_AT, 4);
    if (size >= INFO_COMMAND_AT + INFO_COMMAND_SIZE) {
        memcpy(core->source.command, bytes + INFO_COMMAND_AT, INFO_COMMAND_SIZE);
    }
}

static void take_mappings(struct core *core, const uint8_t *bytes, size_t size)
{
    uint64_t count = number_at(bytes, size, 0, 8);
    uint64_t unit = number_at(bytes, size, 8, 8);

    if (count > size / 24) {
        return;
    }
    const char *path = (const char *)bytes + 16 + count * 24;
    const char *end = (const char *)bytes + size;
    for (size_t i = 0; i < count && path < end; i++) {
        const char *stop = memchr(path, '\0', (size_t)(end - path));
        if (stop == NULL) {
            return;
        }
        struct mapping mapping = {
            .start = number_at(bytes, size, 16 + i * 24, 8),
            .end = number_at(bytes, size, 24 + i * 24, 8),
            .offset = number_at(bytes, size, 32 + i * 24, 8) * unit,
            .path = (char *)(uintptr_t)path,
        };
        if (mapping.start < mapping.end) {
            mappings_add(&core->source.mappings, &mapping);
        }
        path = stop + 1;
    }
}

static void take_note(struct core *core, uint32_t type, const uint8_t *bytes, size_t size)
{
    switch (type) {
    case NT_PRSTATUS:
        take_thread(core, bytes, size);
        break;
    case NT_PRPSINFO:
        take_process(core, bytes, size);
        break;
    case NT_FILE:
        take_mappings(core, bytes, size);
        break;
    default:
        break;
    }
}

static size_t aligned(size_t size)
{
    return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

void core_take_notes(struct core *core, uint64_t offset, uint64_t size)
{
    uint64_t there = offset < core->file_size ? core->file_size - offset : 0;
    size_t left = size < there ? (size_t)size : (size_t)there;

    if (left > MOST_NOTES) {
        left = MOST_NOTES;
    }
    uint8_t *notes = must_allocate(left, 1);
    const uint8_t *at = notes;
    if (!core_read_file(core, offset, notes, left)) {
        left = 0;
    }
    while (left >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr header;
        memcpy(&header, at, sizeof(header));
        size_t name = aligned(header.n_namesz);
        size_t whole = sizeof(header) + name + aligned(header.n_descsz);
        if (whole > left) {
            break;
        }
        if (header.n_namesz == 5 && memcmp(at + sizeof(header), "CORE", 5) == 0) {
            take_note(core, header.n_type, at + sizeof(header) + name, header.n_descsz);
        }
        at += whole;
        left -= whole;
    }
    free(notes);
}
