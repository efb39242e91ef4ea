/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* libFuzzer's harness of the reader. An input is a core file. Everything that inspect.h offers is
 * done with it, twice:
 *
 *     as a file         the core reader, from its headers on
 *     as live garbage   its memory behind a callback that changes a bit now and then, so that no
 *                       two looks at anything need to agree
 *
 * Nothing is expected of the answers but that they come: no crash, no leak, no byte read outside,
 * and an end, since libFuzzer gives every input a few seconds at most.
 *
 * The mutator knows that pointers are words, and that what is interesting is where they lead: it
 * puts numbers and addresses of the core into its words, besides what libFuzzer does by itself. */
#include "inspect.h"
#include "inspect_text.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

/* ---- what is done with a target ---- */

static uint64_t written;

static void count_text(void *context, const char *text, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++) {
        written += (unsigned char)text[i];
    }
}

static const struct inspect_text nowhere = {.write = count_text};

static void hear(void *context, const struct inspect_list *list, bool fault, const char *sentence)
{
    (void)context;
    inspect_text_finding(&nowhere, list, fault, sentence);
}

static void ask_for_places(struct inspect_target *target, const struct inspect_snapshot *snapshot)
{
    struct inspect_place place;
    struct inspect_error error;
    char text[64];

    for (size_t i = 0; i < snapshot->list_count && i < 3; i++) {
        const struct inspect_list *list = &snapshot->lists[i];
        if (inspect_whatis(target, snapshot, list->state + 4096 * i, &place, &error) ==
            INSPECT_OK) {
            inspect_text_place(&nowhere, &place);
        }
        inspect_describe_address(target, list->initialized_by, text, sizeof(text));
        inspect_text_list(&nowhere, target, snapshot, list);
    }
}

static void use(struct inspect_target *target)
{
    struct inspect_verdict verdict;
    struct inspect_error error;

    if (target == NULL) {
        return;
    }
    inspect_text_target(&nowhere, target);
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &error);
    if (snapshot != NULL) {
        inspect_text_lists(&nowhere, target, snapshot, 0);
        ask_for_places(target, snapshot);
        inspect_free_snapshot(snapshot);
    }
    if (inspect_verify(target, hear, NULL, &verdict, &error) == INSPECT_OK) {
        inspect_text_verdict(&nowhere, &verdict);
    }
    inspect_close(target);
}

/* ---- as a file ---- */

static void use_as_file(const uint8_t *data, size_t size)
{
    struct inspect_error error;
    char path[32];
    int file = memfd_create("core", MFD_CLOEXEC);

    if (file < 0 || write(file, data, size) != (ssize_t)size) {
        abort();
    }
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    use(inspect_open_core(path, &error));
    close(file);
}

/* ---- as live garbage ---- */

enum { MOST_SEGMENTS = 64 };

struct garbage {
    const uint8_t *data;
    size_t size;
    Elf64_Phdr segments[MOST_SEGMENTS];
    size_t count;
    uint64_t random;
};

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

/* Copies what one segment has of the bytes; returns how many. */
static size_t read_some(const struct garbage *garbage, uint64_t address, uint8_t *bytes,
                        size_t size)
{
    for (size_t i = 0; i < garbage->count; i++) {
        const Elf64_Phdr *segment = &garbage->segments[i];
        uint64_t inside = address - segment->p_vaddr;
        if (inside < segment->p_filesz && segment->p_offset < garbage->size &&
            inside < garbage->size - segment->p_offset) {
            uint64_t in_file = garbage->size - segment->p_offset - inside;
            uint64_t in_segment = segment->p_filesz - inside;
            uint64_t there = in_file < in_segment ? in_file : in_segment;
            size_t some = there < size ? (size_t)there : size;
            memcpy(bytes, garbage->data + segment->p_offset + inside, some);
            return some;
        }
    }
    return 0;
}

static bool read_garbage(void *context, const struct inspect_piece *pieces, size_t count)
{
    struct garbage *garbage = context;

    for (size_t i = 0; i < count; i++) {
        uint8_t *bytes = pieces[i].buffer;
        size_t some;
        for (size_t done = 0; done < pieces[i].size; done += some) {
            some =
                read_some(garbage, pieces[i].address + done, bytes + done, pieces[i].size - done);
            if (some == 0) {
                return false;
            }
        }
        if (pieces[i].size > 0 && next_random(&garbage->random) % 64 == 0) {
            uint64_t at = next_random(&garbage->random) % pieces[i].size;
            bytes[at] ^= (uint8_t)(1u << (garbage->random >> 32) % 8);
        }
    }
    return true;
}

static void use_as_garbage(const uint8_t *data, size_t size)
{
    static struct garbage garbage;
    struct inspect_module modules[MOST_SEGMENTS];
    struct inspect_error error;
    Elf64_Ehdr header;
    size_t module_count = 0;

    if (size < sizeof(header)) {
        return;
    }
    memcpy(&header, data, sizeof(header));
    garbage = (struct garbage){.data = data, .size = size, .random = size * 2654435761u + 1};
    for (size_t i = 0; i < header.e_phnum && garbage.count < MOST_SEGMENTS; i++) {
        uint64_t at = header.e_phoff + i * sizeof(Elf64_Phdr);
        if (header.e_phoff > size || at > size - sizeof(Elf64_Phdr)) {
            break;
        }
        Elf64_Phdr *segment = &garbage.segments[garbage.count];
        memcpy(segment, data + at, sizeof(*segment));
        if (segment->p_type == PT_LOAD) {
            garbage.count++;
            modules[module_count++] = (struct inspect_module){
                segment->p_vaddr, segment->p_vaddr + segment->p_filesz, "/somewhere"};
        }
    }
    struct inspect_memory memory = {read_garbage, &garbage};
    use(inspect_open_memory(&memory, modules, module_count, &error));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    use_as_file(data, size);
    use_as_garbage(data, size);
    return 0;
}

/* ---- the mutator ---- */

/* A number that may mean something: one that stands elsewhere in the core, or near it, or round. */
static uint64_t interesting(const uint8_t *data, size_t size, uint64_t *random)
{
    static const uint64_t round[] = {0, 1, 7, 8, 64, 0xffff, 0xffffffff, UINT64_MAX, INT64_MAX};
    uint64_t number;

    switch (next_random(random) % 4) {
    case 0:
        return round[next_random(random) % (sizeof(round) / sizeof(round[0]))];
    case 1:
        return UINT64_C(1) << next_random(random) % 64;
    default:
        memcpy(&number, data + next_random(random) % (size / 8) * 8, 8);
        return number + (next_random(random) % 3 == 0 ? next_random(random) % 129 - 64 : 0);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    static const size_t widths[] = {8, 8, 8, 4, 2, 1};
    uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

    if (size < 64 || next_random(&random) % 8 == 0) {
        return LLVMFuzzerMutate(data, size, most);
    }
    for (uint64_t changes = next_random(&random) % 4 + 1; changes > 0; changes--) {
        uint64_t number = interesting(data, size, &random);
        size_t width = widths[next_random(&random) % (sizeof(widths) / sizeof(widths[0]))];
        memcpy(data + next_random(&random) % (size / 8) * 8, &number, width);
    }
    return size;
}
