/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The loader tells which file an address belongs to and where that begins; the dynamic symbols that
 * it knows are few. The others stand in the file's symbol table (unless it is stripped), so the
 * file is mapped and searched each time: a name is asked for when something is wrong, never in
 * passing.
 *
 * What the file says is not trusted: offsets and sizes are compared with its length. */
#include "symbols.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct image {
    const unsigned char *bytes;
    size_t size;
};

static int open_image(struct image *image, const char *file)
{
    struct stat status;
    int descriptor = open(file, O_RDONLY | O_CLOEXEC);
    void *bytes = MAP_FAILED;

    if (descriptor >= 0 && fstat(descriptor, &status) == 0 &&
        (size_t)status.st_size >= sizeof(Elf64_Ehdr)) {
        bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        image->size = (size_t)status.st_size;
    }
    if (descriptor >= 0) {
        (void)close(descriptor);
    }
    image->bytes = bytes;
    return bytes != MAP_FAILED;
}

/* A part of the file, or NULL when it would reach beyond the end. */
static const void *part(const struct image *image, uint64_t offset, uint64_t size)
{
    return offset <= image->size && size <= image->size - offset ? image->bytes + offset : NULL;
}

static const Elf64_Shdr *section(const struct image *image, const Elf64_Ehdr *header, unsigned i)
{
    return i < header->e_shnum
               ? part(image, header->e_shoff + (uint64_t)i * sizeof(Elf64_Shdr), sizeof(Elf64_Shdr))
               : NULL;
}

/* The function in one symbol table that contains the address, as the file counts. */
static const char *find_in_table(const struct image *image, const Elf64_Shdr *table,
                                 const Elf64_Shdr *strings, uint64_t address, uint64_t *offset)
{
    const Elf64_Sym *symbols = part(image, table->sh_offset, table->sh_size);
    const char *names = part(image, strings->sh_offset, strings->sh_size);
    size_t count = table->sh_size / sizeof(*symbols);

    for (size_t i = 0; symbols != NULL && names != NULL && i < count; i++) {
        const Elf64_Sym *symbol = &symbols[i];
        if (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && address >= symbol->st_value &&
            address - symbol->st_value < symbol->st_size && symbol->st_name < strings->sh_size &&
            memchr(names + symbol->st_name, 0, strings->sh_size - symbol->st_name) != NULL) {
            *offset = address - symbol->st_value;
            return names + symbol->st_name;
        }
    }
    return NULL;
}

static const char *find(const struct image *image, uintptr_t address, uintptr_t base,
                        uint64_t *offset)
{
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)image->bytes;
    const char *name = NULL;

    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64) {
        return NULL;
    }
    if (header->e_type == ET_DYN) {
        address -= base;
    }
    for (unsigned i = 0; i < header->e_shnum && name == NULL; i++) {
        const Elf64_Shdr *table = section(image, header, i);
        const Elf64_Shdr *strings = table != NULL && table->sh_type == SHT_SYMTAB
                                        ? section(image, header, table->sh_link)
                                        : NULL;
        if (strings != NULL) {
            name = find_in_table(image, table, strings, address, offset);
        }
    }
    return name;
}

void symbol_name(const void *address, char *text, unsigned size)
{
    struct image image;
    Dl_info info;
    uint64_t offset = 0;
    const char *name = NULL;

    if (dladdr(address, &info) == 0 || info.dli_fname == NULL) {
        (void)snprintf(text, size, "%p", address);
        return;
    }
    /* A program's own name may have been relative to another directory. */
    if (open_image(&image, info.dli_fname) || open_image(&image, "/proc/self/exe")) {
        name = find(&image, (uintptr_t)address, (uintptr_t)info.dli_fbase, &offset);
        if (name != NULL) {
            (void)snprintf(text, size, "%s+0x%zx", name, (size_t)offset);
        }
        (void)munmap((void *)(uintptr_t)image.bytes, image.size);
    }
    if (name == NULL && info.dli_sname != NULL) {
        (void)snprintf(text, size, "%s+0x%zx", info.dli_sname,
                       (size_t)((uintptr_t)address - (uintptr_t)info.dli_saddr));
    } else if (name == NULL) {
        (void)snprintf(text, size, "%s+0x%zx", info.dli_fname,
                       (size_t)((uintptr_t)address - (uintptr_t)info.dli_fbase));
    }
}
