/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Makes a core small enough for a corpus: it keeps the OS pages that reading and verifying the
 * lists touches, and leaves out all others.
 *
 *     shrink CORE SMALL-CORE
 *
 * A page that the reader asked for becomes a segment of its own, or part of one with its
 * neighbours; the notes are kept but for the registers of all threads beyond the fourth. */
#include "inspect.h"

#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, MOST_PAGES = 1 << 16 };

static const uint8_t *core;
static size_t core_size;
static Elf64_Ehdr header;
static uint64_t pages[MOST_PAGES]; /* their addresses */
static size_t page_count;

static const Elf64_Phdr *segment_header(size_t i)
{
    return (const Elf64_Phdr *)(const void *)(core + header.e_phoff) + i;
}

/* The bytes of a page, or NULL. */
static const uint8_t *find_page(uint64_t address)
{
    for (size_t i = 0; i < header.e_phnum; i++) {
        const Elf64_Phdr *segment = segment_header(i);
        if (segment->p_type == PT_LOAD && address - segment->p_vaddr < segment->p_filesz) {
            return core + segment->p_offset + (address - segment->p_vaddr);
        }
    }
    return NULL;
}

static void touch(uint64_t page)
{
    for (size_t i = 0; i < page_count; i++) {
        if (pages[i] == page) {
            return;
        }
    }
    if (page_count == MOST_PAGES) {
        fprintf(stderr, "shrink: too many pages\n");
        exit(1);
    }
    pages[page_count++] = page;
}

static bool read_touching(void *context, const struct inspect_piece *pieces, size_t count)
{
    (void)context;
    for (size_t i = 0; i < count; i++) {
        uint8_t *to = pieces[i].buffer;
        /* Blocks are read ahead; refused, they are read page by page, as far as needed. */
        if (pieces[i].size > PAGE) {
            return false;
        }
        for (size_t done = 0; done < pieces[i].size; done++) {
            uint64_t address = pieces[i].address + done;
            const uint8_t *page = find_page(address & ~(uint64_t)(PAGE - 1));
            if (page == NULL) {
                return false;
            }
            touch(address & ~(uint64_t)(PAGE - 1));
            to[done] = page[address % PAGE];
        }
    }
    return true;
}

static void ignore(void *context, const struct inspect_list *list, bool fault, const char *sentence)
{
    (void)context, (void)list, (void)fault, (void)sentence;
}

/* Every segment that begins as an ELF file is given as a module. */
static void read_all(void)
{
    static struct inspect_module modules[4096];
    struct inspect_memory memory = {read_touching, NULL};
    struct inspect_verdict verdict;
    struct inspect_error error;
    size_t count = 0;

    for (size_t i = 0; i < header.e_phnum && count < 4096; i++) {
        const Elf64_Phdr *segment = segment_header(i);
        if (segment->p_type == PT_LOAD && segment->p_filesz >= PAGE &&
            memcmp(core + segment->p_offset, ELFMAG, SELFMAG) == 0) {
            modules[count++] = (struct inspect_module){
                segment->p_vaddr, segment->p_vaddr + segment->p_memsz, "module"};
        }
    }
    struct inspect_target *target = inspect_open_memory(&memory, modules, count, &error);
    if (target == NULL || inspect_verify(target, ignore, NULL, &verdict, &error) != INSPECT_OK) {
        fprintf(stderr, "shrink: %s\n", error.sentence);
        exit(1);
    }
    inspect_close(target);
}

static int compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return a < b ? -1 : a > b;
}

/* The notes, with few threads. Returns their bytes. */
static size_t copy_notes(uint8_t *to)
{
    size_t size = 0;
    unsigned threads = 0;

    for (size_t i = 0; i < header.e_phnum; i++) {
        const Elf64_Phdr *segment = segment_header(i);
        for (uint64_t at = 0; segment->p_type == PT_NOTE && at < segment->p_filesz;) {
            const Elf64_Nhdr *note = (const void *)(core + segment->p_offset + at);
            size_t whole =
                sizeof(*note) + ((note->n_namesz + 3u) & ~3u) + ((note->n_descsz + 3u) & ~3u);
            threads += note->n_type == NT_PRSTATUS;
            if ((note->n_type == NT_PRSTATUS && threads <= 4) || note->n_type == NT_PRPSINFO ||
                note->n_type == NT_FILE) {
                memcpy(to + size, note, whole);
                size += whole;
            }
            at += whole;
        }
    }
    return size;
}

static void write_small(const char *path)
{
    static Elf64_Phdr headers[MOST_PAGES];
    static uint8_t notes[1 << 20];
    size_t count = 1;
    FILE *file = fopen(path, "wb");

    if (file == NULL) {
        perror(path);
        exit(1);
    }
    qsort(pages, page_count, sizeof(pages[0]), compare);
    for (size_t i = 0; i < page_count; i++) {
        Elf64_Phdr *last = &headers[count - 1];
        if (count > 1 && last->p_vaddr + last->p_filesz == pages[i]) {
            last->p_filesz += PAGE;
        } else {
            headers[count++] = (Elf64_Phdr){
                .p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_vaddr = pages[i], .p_filesz = PAGE};
        }
    }
    Elf64_Ehdr small = header;
    small.e_phoff = sizeof(small);
    small.e_phnum = (Elf64_Half)count;
    headers[0] = (Elf64_Phdr){.p_type = PT_NOTE,
                              .p_offset = sizeof(small) + count * sizeof(headers[0]),
                              .p_filesz = copy_notes(notes)};
    uint64_t offset = headers[0].p_offset + headers[0].p_filesz;
    for (size_t i = 1; i < count; i++) {
        headers[i].p_offset = offset;
        headers[i].p_memsz = headers[i].p_filesz;
        offset += headers[i].p_filesz;
    }
    fwrite(&small, sizeof(small), 1, file);
    fwrite(headers, sizeof(headers[0]), count, file);
    fwrite(notes, headers[0].p_filesz, 1, file);
    for (size_t i = 0; i < page_count; i++) {
        fwrite(find_page(pages[i]), PAGE, 1, file);
    }
    if (fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    struct stat status;
    int file = argc == 3 ? open(argv[1], O_RDONLY) : -1;

    if (file < 0 || fstat(file, &status) != 0) {
        fprintf(stderr, "Usage: shrink CORE SMALL-CORE\n");
        return 1;
    }
    core_size = (size_t)status.st_size;
    core = mmap(NULL, core_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (core == MAP_FAILED) {
        perror(argv[1]);
        return 1;
    }
    memcpy(&header, core, sizeof(header));
    read_all();
    write_small(argv[2]);
    printf("%zu pages of %zu\n", page_count, core_size / PAGE);
    return 0;
}
